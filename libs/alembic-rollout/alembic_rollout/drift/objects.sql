-- The live objects that Alembic does not compare, and those that it compares without seeing that they are broken:
-- kind, name as the search path finds it, schema, bare name, table it is on, remark, name as catalogue.sql has it. Read by
-- objects.py.
-- %(hidden)s holds the oids of Alembic's and our own tables.
WITH schema AS (SELECT * FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
relation AS MATERIALIZED (
    SELECT c.*, nspname, c.oid::regclass::text AS name, concat_ws('.', quote_ident(nspname), quote_ident(relname)) AS quoted
    FROM pg_class c JOIN schema ON schema.oid = relnamespace
    WHERE c.oid <> ALL (%(hidden)s::oid[])
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
)
SELECT CASE relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'view'
            WHEN 'f' THEN 'foreign table' ELSE 'table' END AS kind,
       name, nspname::text AS schema, relname::text AS bare, NULL AS parent, NULL AS remark, quoted
FROM relation
WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT relispartition
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = relation.oid AND relkind = 'S'
                  AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')) -- a sequence that a column owns

UNION ALL
SELECT 'function', p.oid::regprocedure::text, nspname, proname, NULL, NULL,
       replace((pg_identify_object('pg_proc'::regclass, p.oid, 0)).identity, 'pg_catalog.', '')
FROM pg_proc p JOIN schema ON schema.oid = pronamespace
WHERE NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype IN ('e', 'i'))

UNION ALL
SELECT 'type', format_type(y.oid, NULL), nspname, typname, NULL, NULL,
       concat_ws('.', quote_ident(nspname), quote_ident(typname))
FROM pg_type y JOIN schema ON schema.oid = typnamespace
WHERE (typtype IN ('e', 'd', 'r') OR (typtype = 'b' AND typcategory <> 'A')
       OR EXISTS (SELECT FROM relation r WHERE r.oid = typrelid AND relkind = 'c'))
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_type'::regclass AND objid = y.oid AND deptype = 'e')

UNION ALL
SELECT 'trigger', tgname, nspname, tgname, name, NULL, concat_ws('.', quoted, quote_ident(tgname))
FROM pg_trigger t JOIN relation r ON r.oid = tgrelid
WHERE NOT tgisinternal AND tgparentid = 0

UNION ALL
SELECT 'policy', polname, nspname, polname, name, NULL, concat_ws('.', quoted, quote_ident(polname))
FROM pg_policy JOIN relation r ON r.oid = polrelid

UNION ALL
SELECT 'extension', extname, NULL, extname, NULL, NULL, quote_ident(extname)
FROM pg_extension WHERE extname <> 'plpgsql'

UNION ALL
SELECT 'index', i.name, i.nspname, i.relname, t.name, CASE i.relkind
    WHEN 'I' THEN 'is invalid: not every partition has its part of it'
    ELSE 'is invalid: a concurrent build did not end; REINDEX INDEX CONCURRENTLY builds it again' END, i.quoted
FROM pg_index JOIN relation i ON i.oid = indexrelid JOIN relation t ON t.oid = indrelid
WHERE NOT indisvalid AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index WHERE index_relid = indexrelid)

UNION ALL
SELECT 'constraint', conname, coalesce(r.nspname, schema.nspname), conname, coalesce(r.name, format_type(y.oid, NULL)),
       'is not validated: rows from before it may break it; ALTER ' || CASE WHEN r.oid IS NULL THEN 'DOMAIN' ELSE 'TABLE' END
       || ' ' || coalesce(r.name, format_type(y.oid, NULL)) || ' VALIDATE CONSTRAINT ' || quote_ident(conname) || ' ends that',
       concat_ws('.', coalesce(r.quoted, quote_ident(schema.nspname) || '.' || quote_ident(typname)), quote_ident(conname))
FROM pg_constraint k JOIN schema ON schema.oid = connamespace
LEFT JOIN relation r ON r.oid = conrelid LEFT JOIN pg_type y ON y.oid = NULLIF(contypid, 0)
WHERE NOT convalidated AND (r.oid IS NOT NULL OR y.oid IS NOT NULL)
  AND coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) -- what is NOT ENFORCED, since 18, is never validated

ORDER BY 1, 2, 5
