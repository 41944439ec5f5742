"""A database's schema as text, read from PostgreSQL's catalogues, so that two states can be compared line by line."""

from sqlalchemy import Engine, text

# One line an object, written by PostgreSQL's own pg_get_*def functions
# (https://www.postgresql.org/docs/current/functions-info.html). Objects that belong to an extension are left out.
_CATALOGUE = text(
    """
    WITH mine AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
         of_extension AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e')
    SELECT 'schema', nspname, '' FROM mine
    UNION ALL
    SELECT 'extension', extname, '' FROM pg_extension
    UNION ALL
    SELECT 'relation ' || relkind::text, relname, coalesce(array_to_string(relacl, ' '), '') || coalesce(
             CASE WHEN relkind = 'v' THEN pg_get_viewdef(c.oid) END, '')
    FROM pg_class c JOIN mine ON mine.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'i', 'I')
      AND NOT EXISTS (SELECT FROM of_extension e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid)
    UNION ALL
    SELECT 'column', c.relname || '.' || attname,
           format_type(atttypid, atttypmod) || ' ' || attnotnull || ' ' || attstorage::text || ' ' || attidentity::text
             || attgenerated::text || ' ' || coalesce(pg_get_expr(adbin, adrelid), '')
    FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN mine ON mine.oid = relnamespace
    LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
    WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p', 'v', 'm')
    UNION ALL
    SELECT 'constraint', conname, conrelid::regclass || ' ' || convalidated || ' ' || pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN mine ON mine.oid = connamespace
    UNION ALL
    SELECT 'index', i.indexrelid::regclass::text, indisvalid || ' ' || pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = indexrelid JOIN mine ON mine.oid = relnamespace
    UNION ALL
    SELECT 'trigger', tgname, pg_get_triggerdef(t.oid)
    FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid JOIN mine ON mine.oid = relnamespace WHERE NOT tgisinternal
    UNION ALL
    SELECT 'function', p.oid::regprocedure::text, pg_get_functiondef(p.oid)
    FROM pg_proc p JOIN mine ON mine.oid = pronamespace
    WHERE prokind IN ('f', 'p')
      AND NOT EXISTS (SELECT FROM of_extension e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid)
    UNION ALL
    SELECT 'type', typname, typtype::text || ' ' || coalesce(
             (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = y.oid), '')
    FROM pg_type y JOIN mine ON mine.oid = typnamespace
    WHERE typtype IN ('e', 'd', 'r', 'm') OR (typtype = 'c' AND EXISTS (
            SELECT FROM pg_class c WHERE c.oid = typrelid AND c.relkind = 'c'))
    ORDER BY 1, 2, 3
    """
)


def catalogue(engine: Engine) -> list[str]:
    """Return the schema of a database, one line an object, sorted.

    Args:
        engine: connects as a role that may read the catalogues (any may).
    """
    with engine.connect() as connection:
        return [" | ".join(row) for row in connection.execute(_CATALOGUE)]


def rows(engine: Engine) -> dict[str, list[str]]:
    """Return the rows of every table as sorted text, for comparing data."""
    with engine.connect() as connection:
        tables = connection.scalars(
            text("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        ).all()
        return {
            table: sorted(connection.scalars(text(f"SELECT t::text FROM {table} t")))  # noqa: S608 - quoted by the server
            for table in tables
        }
