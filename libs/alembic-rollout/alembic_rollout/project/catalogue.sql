-- The schema of a database: kind, name, parent and detail of every object. Read by catalogue.py, for PostgreSQL 13 to 18.
-- The parent is the object that it goes with: the table of a column, the index of a comment on it.
-- %(hidden)s holds the oids of the tables to leave out; %(partitions)s says whether partitions are objects of their own.
-- Oids from 16384 on are not initdb's.
WITH schema AS (SELECT * FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
member AS (
    SELECT classid, objid FROM pg_depend
    WHERE deptype = 'e' OR (deptype = 'i' AND classid IN ('pg_proc'::regclass, 'pg_cast'::regclass)) -- of a range type
),
hidden AS (
    SELECT unnest(%(hidden)s::oid[]) AS oid
    UNION
    SELECT objid FROM pg_depend
    WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')
      AND refobjid = ANY(%(hidden)s::oid[])
    UNION
    SELECT oid FROM pg_class WHERE relispartition AND NOT %(partitions)s
),
relation AS MATERIALIZED (
    SELECT c.*, c.oid::regclass::text AS name,
           CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view' WHEN 'S' THEN 'sequence'
                WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'type' END AS kind
    FROM pg_class c JOIN schema ON schema.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND c.oid NOT IN (SELECT oid FROM hidden)
      AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
),
function AS MATERIALIZED (
    SELECT p.* FROM pg_proc p JOIN schema ON schema.oid = pronamespace
    WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
),
type AS MATERIALIZED (
    SELECT y.* FROM pg_type y JOIN schema ON schema.oid = typnamespace
    WHERE (typtype IN ('e', 'd', 'r') OR (typtype = 'b' AND typcategory <> 'A'))
      AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = y.oid)
),
-- Options may hold passwords: what is kept of their values is too short to find them by.
option AS MATERIALIZED (
    SELECT class, oid, part, concat_ws(' ', 'OPTIONS', string_agg(quote_ident(option_name), ', ' ORDER BY option_name),
        left(encode(sha256(convert_to(
            string_agg(option_name || '=' || option_value, ', ' ORDER BY option_name), 'UTF8')), 'hex'), 8)) AS text
    FROM (
        SELECT 'pg_foreign_table'::regclass, ftrelid, 0, ftoptions FROM pg_foreign_table
        UNION ALL SELECT 'pg_attribute'::regclass, attrelid, attnum, attfdwoptions
            FROM pg_foreign_table JOIN pg_attribute ON attrelid = ftrelid
        UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, 0, fdwoptions FROM pg_foreign_data_wrapper
        UNION ALL SELECT 'pg_foreign_server'::regclass, oid, 0, srvoptions FROM pg_foreign_server
        UNION ALL SELECT 'pg_user_mapping'::regclass, umid, 0, umoptions FROM pg_user_mappings -- where one may
    ) AS given(class, oid, part, options) CROSS JOIN LATERAL pg_options_to_table(options) GROUP BY 1, 2, 3
),
rare AS MATERIALIZED (
    SELECT class, rare.oid, i.type, i.identity, owner, acl, detail FROM (
        SELECT 'pg_cast'::regclass, oid, NULL::oid, NULL::aclitem[],
            concat_ws(' ', castcontext::text, castmethod::text, NULLIF(castfunc, 0)::regprocedure) FROM pg_cast
        UNION ALL SELECT 'pg_collation'::regclass, oid, collowner, NULL,
            (to_jsonb(c) - '{oid,collname,collnamespace,collowner,collversion}'::text[])::text FROM pg_collation c
        UNION ALL SELECT 'pg_conversion'::regclass, oid, conowner, NULL,
            concat_ws(' ', CASE WHEN condefault THEN 'DEFAULT' END, pg_encoding_to_char(conforencoding),
                pg_encoding_to_char(contoencoding), conproc) FROM pg_conversion
        UNION ALL SELECT 'pg_transform'::regclass, oid, NULL, NULL,
            concat_ws(' ', NULLIF(trffromsql, 0)::regprocedure, NULLIF(trftosql, 0)::regprocedure) FROM pg_transform
        UNION ALL SELECT 'pg_operator'::regclass, oid, oprowner, NULL, concat_ws(' ', oprcode,
            'RESTRICT ' || NULLIF(oprrest, 0), 'JOIN ' || NULLIF(oprjoin, 0),
            'COMMUTATOR ' || NULLIF(oprcom, 0)::regoperator,
            'NEGATOR ' || NULLIF(oprnegate, 0)::regoperator, CASE WHEN oprcanmerge THEN 'MERGES' END,
            CASE WHEN oprcanhash THEN 'HASHES' END) FROM pg_operator
        UNION ALL SELECT 'pg_opclass'::regclass, oid, opcowner, NULL, concat_ws(' ',
            CASE WHEN opcdefault THEN 'DEFAULT' END, 'FOR TYPE', format_type(opcintype, NULL),
            'STORAGE ' || format_type(NULLIF(opckeytype, 0), NULL),
            'FAMILY ' || (SELECT opfname FROM pg_opfamily f WHERE f.oid = opcfamily)) FROM pg_opclass
        UNION ALL SELECT 'pg_opfamily'::regclass, oid, opfowner, NULL, concat_ws(', ',
            (SELECT string_agg(concat_ws(' ', 'OPERATOR', amopstrategy, amopopr::regoperator), ', '
                               ORDER BY amopstrategy, amopopr::regoperator::text) FROM pg_amop WHERE amopfamily = f.oid),
            (SELECT string_agg(concat_ws(' ', 'FUNCTION', amprocnum, amproc::regprocedure), ', '
                               ORDER BY amprocnum, amproc::regprocedure::text) FROM pg_amproc WHERE amprocfamily = f.oid))
            FROM pg_opfamily f -- an extension's would be put into words for nothing
            WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_opfamily'::regclass AND m.objid = f.oid)
        UNION ALL SELECT 'pg_am'::regclass, oid, NULL, NULL, concat_ws(' ', amtype, amhandler) FROM pg_am
        UNION ALL SELECT 'pg_ts_parser'::regclass, oid, NULL, NULL,
            concat_ws(' ', prsstart, prstoken, prsend, prsheadline, prslextype) FROM pg_ts_parser
        UNION ALL SELECT 'pg_ts_template'::regclass, oid, NULL, NULL, concat_ws(' ', tmplinit, tmpllexize)
            FROM pg_ts_template
        UNION ALL SELECT 'pg_ts_dict'::regclass, d.oid, dictowner, NULL, concat_ws(' ', tmplname, dictinitoption)
            FROM pg_ts_dict d JOIN pg_ts_template t ON t.oid = dicttemplate
        UNION ALL SELECT 'pg_ts_config'::regclass, c.oid, cfgowner, NULL, concat_ws(' ', prsname, (
            SELECT string_agg(maptokentype || ':' || mapdict::regdictionary, ' ' ORDER BY maptokentype, mapseqno)
            FROM pg_ts_config_map WHERE mapcfg = c.oid)) FROM pg_ts_config c JOIN pg_ts_parser p ON p.oid = cfgparser
        UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, fdwowner, fdwacl,
            concat_ws(' ', NULLIF(fdwhandler, 0)::regprocedure, NULLIF(fdwvalidator, 0)::regprocedure)
            FROM pg_foreign_data_wrapper
        UNION ALL SELECT 'pg_foreign_server'::regclass, oid, srvowner, srvacl, concat_ws(' ', srvtype, srvversion)
            FROM pg_foreign_server
        UNION ALL SELECT 'pg_event_trigger'::regclass, oid, evtowner, NULL,
            concat_ws(' ', evtevent, evtfoid::regprocedure, evtenabled::text, evttags::text) FROM pg_event_trigger
        UNION ALL SELECT 'pg_publication'::regclass, oid, pubowner, NULL,
            (to_jsonb(p) - '{oid,pubname,pubowner}'::text[])::text || coalesce((
                -- The columns and the condition of a table are in the view since 15.
                SELECT string_agg(concat(' ', prrelid::regclass, (
                    SELECT concat_ws(' ', NULL, to_jsonb(t) ->> 'attnames', to_jsonb(t) ->> 'rowfilter')
                    FROM pg_publication_tables t JOIN pg_class c ON relname = tablename
                    JOIN pg_namespace n ON n.oid = relnamespace AND nspname = schemaname
                    WHERE t.pubname = p.pubname AND c.oid = prrelid)), '' ORDER BY prrelid::regclass::text)
                FROM pg_publication_rel WHERE prpubid = p.oid), '') || coalesce((
                SELECT string_agg(' ' || nspname, '' ORDER BY nspname) FROM pg_depend of JOIN pg_depend schema
                    ON schema.classid = of.classid AND schema.objid = of.objid
                    AND schema.refclassid = 'pg_namespace'::regclass
                JOIN pg_namespace n ON n.oid = schema.refobjid
                WHERE of.refclassid = 'pg_publication'::regclass AND of.refobjid = p.oid), '')
            FROM pg_publication p
        UNION ALL SELECT 'pg_language'::regclass, oid, lanowner, lanacl,
            CASE WHEN lanispl THEN concat_ws(' ', CASE WHEN lanpltrusted THEN 'TRUSTED' END, lanplcallfoid::regproc,
                 NULLIF(laninline, 0)::regproc, NULLIF(lanvalidator, 0)::regproc) END FROM pg_language
    ) AS rare(class, oid, owner, acl, detail)
    CROSS JOIN LATERAL pg_identify_object(class, rare.oid, 0) AS i
    WHERE rare.oid >= 16384 AND coalesce(i.schema, '') !~ '^pg_'
      AND NOT EXISTS (SELECT FROM member m WHERE m.classid = class AND m.objid = rare.oid)
)
SELECT 'schema' AS kind, quote_ident(nspname) AS name, NULL AS parent, NULL AS detail FROM schema
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = schema.oid)

UNION ALL
SELECT 'extension', quote_ident(extname), NULL, concat_ws(' in ', extversion, quote_ident(nspname))
FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace

UNION ALL
SELECT kind, relation.name, owner.name, concat_ws(' ',
    CASE relpersistence WHEN 'u' THEN 'UNLOGGED' END,
    CASE WHEN relkind = 'p' THEN 'PARTITION BY ' || pg_get_partkeydef(oid) END,
    CASE WHEN relispartition THEN 'PARTITION OF ' ELSE 'INHERITS ' END || parents,
    pg_get_expr(relpartbound, oid),
    CASE WHEN reloftype <> 0 THEN 'OF ' || format_type(reloftype, NULL) END,
    (SELECT 'USING ' || amname FROM pg_am WHERE pg_am.oid = relam AND amname <> 'heap'),
    (SELECT 'TABLESPACE ' || quote_ident(spcname) FROM pg_tablespace s WHERE s.oid = reltablespace),
    'WITH ' || reloptions::text,
    (SELECT 'TOAST WITH ' || t.reloptions::text FROM pg_class t WHERE t.oid = relation.reltoastrelid),
    CASE WHEN relrowsecurity THEN 'ROW LEVEL SECURITY' END, CASE WHEN relforcerowsecurity THEN 'FORCED' END,
    CASE relreplident WHEN 'f' THEN 'REPLICA IDENTITY FULL' WHEN 'n' THEN CASE WHEN relkind IN ('r', 'p') THEN
                           'REPLICA IDENTITY NOTHING' END END,
    CASE WHEN relkind IN ('v', 'm') THEN 'AS ' || pg_get_viewdef(oid) END,
    (SELECT concat_ws(' ', 'SERVER', srvname, text) FROM pg_foreign_table
     JOIN pg_foreign_server s ON s.oid = ftserver
     LEFT JOIN option o ON o.class = 'pg_foreign_table'::regclass AND o.oid = ftrelid WHERE ftrelid = relation.oid),
    CASE WHEN relkind = 'S' THEN concat_ws(' ', 'AS', format_type(seqtypid, NULL), 'START', seqstart, 'INCREMENT',
        seqincrement, 'MINVALUE', seqmin, 'MAXVALUE', seqmax, 'CACHE', seqcache, CASE WHEN seqcycle THEN 'CYCLE' END) END,
    'OWNED BY ' || owner.name)
FROM relation LEFT JOIN pg_sequence ON seqrelid = relation.oid LEFT JOIN (
    SELECT inhrelid, string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) FROM pg_inherits GROUP BY inhrelid
) AS inherited(child, parents) ON child = relation.oid LEFT JOIN LATERAL (
    SELECT refobjid::regclass || '.' || quote_ident(attname) FROM pg_depend
    JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
    WHERE relkind = 'S' AND classid = 'pg_class'::regclass AND objid = relation.oid
      AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')
      AND attrelid >= 16384 -- else all columns of the system are hashed
) AS owner(name) ON true

UNION ALL
SELECT 'column', r.name || '.' || quote_ident(attname), r.name, concat_ws(' ',
    format_type(atttypid, atttypmod),
    CASE WHEN attcollation NOT IN (0, typcollation) THEN 'COLLATE ' || attcollation::regcollation END,
    CASE WHEN attnotnull THEN 'NOT NULL' END,
    CASE attidentity WHEN 'a' THEN 'GENERATED ALWAYS AS IDENTITY' WHEN 'd' THEN 'GENERATED BY DEFAULT AS IDENTITY' END,
    CASE attgenerated WHEN '' THEN 'DEFAULT' WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END
        || ' ' || pg_get_expr(adbin, adrelid),
    CASE WHEN attstorage <> typstorage THEN 'STORAGE ' || (CASE attstorage WHEN 'p' THEN 'PLAIN' WHEN 'm' THEN 'MAIN'
         WHEN 'e' THEN 'EXTERNAL' ELSE 'EXTENDED' END) END,
    NULLIF(to_jsonb(a) ->> 'attcompression', '') /* since 14 */,
    'STATISTICS ' || NULLIF(attstattarget, -1),
    -- Debian's 17.12 marks the columns of a table with an option of its own (pg_attver), another one after a restore.
    'OPTIONS ' || (SELECT array_agg(option)::text FROM unnest(attoptions) AS option WHERE NOT starts_with(option, 'pg_')),
    (SELECT 'FOREIGN ' || text FROM option o
     WHERE relkind = 'f' AND o.class = 'pg_attribute'::regclass AND o.oid = attrelid AND part = attnum))
FROM pg_attribute a JOIN relation r ON r.oid = attrelid JOIN pg_type y ON y.oid = atttypid
LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
WHERE attnum > 0 AND NOT attisdropped AND relkind <> 'S'

UNION ALL
SELECT 'constraint', coalesce(r.name, format_type(y.oid, NULL)) || '.' || quote_ident(conname),
       coalesce(r.name, format_type(y.oid, NULL)), concat_ws(' ', pg_get_constraintdef(k.oid), (
           SELECT DISTINCT 'NOT CHECKED' FROM pg_trigger t
           WHERE t.tgconstraint = k.oid AND tgisinternal AND tgenabled <> 'O'))
FROM pg_constraint k LEFT JOIN relation r ON r.oid = conrelid LEFT JOIN type y ON y.oid = contypid
WHERE (r.oid IS NOT NULL OR y.oid IS NOT NULL) AND contype <> 't' AND (contype <> 'n' OR NOT convalidated)
  AND (conparentid = 0 OR confrelid NOT IN (SELECT oid FROM hidden)) -- what a partition adds to its table's foreign key

UNION ALL
SELECT 'index', indexrelid::regclass::text, r.name, concat_ws(' ',
    pg_get_indexdef(indexrelid),
    (SELECT 'TABLESPACE ' || quote_ident(spcname) FROM pg_class i JOIN pg_tablespace s ON s.oid = i.reltablespace
     WHERE i.oid = indexrelid),
    (SELECT 'STATISTICS ' || string_agg(attnum || ': ' || attstattarget, ', ' ORDER BY attnum) FROM pg_attribute
     WHERE attrelid = indexrelid AND attstattarget <> -1),
    CASE WHEN NOT indisvalid THEN 'INVALID' END,
    CASE WHEN indisclustered THEN 'CLUSTERED' END,
    CASE WHEN indisreplident THEN 'REPLICA IDENTITY' END,
    (SELECT 'ATTACHED TO ' || inhparent::regclass FROM pg_inherits WHERE inhrelid = indexrelid))
FROM pg_index JOIN relation r ON r.oid = indrelid

UNION ALL
SELECT 'trigger', r.name || '.' || quote_ident(tgname), r.name, concat_ws(' ', pg_get_triggerdef(t.oid),
    CASE tgenabled WHEN 'D' THEN 'DISABLED' WHEN 'R' THEN 'ON REPLICA' WHEN 'A' THEN 'ALWAYS' END)
FROM pg_trigger t JOIN relation r ON r.oid = tgrelid WHERE NOT tgisinternal

UNION ALL
SELECT 'rule', r.name || '.' || quote_ident(rulename), r.name, concat_ws(' ', pg_get_ruledef(w.oid),
    CASE ev_enabled WHEN 'D' THEN 'DISABLED' WHEN 'R' THEN 'ON REPLICA' WHEN 'A' THEN 'ALWAYS' END)
FROM pg_rewrite w JOIN relation r ON r.oid = ev_class WHERE rulename <> '_RETURN'

UNION ALL
SELECT 'policy', r.name || '.' || quote_ident(polname), r.name, concat_ws(' ',
    CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
    CASE polcmd WHEN '*' THEN 'ALL' WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
         ELSE 'DELETE' END,
    'TO ' || (SELECT string_agg(who, ', ' ORDER BY who) FROM unnest(polroles) AS role CROSS JOIN LATERAL (
                  SELECT CASE role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END) AS named(who)),
    'USING ' || pg_get_expr(polqual, polrelid), 'WITH CHECK ' || pg_get_expr(polwithcheck, polrelid))
FROM pg_policy p JOIN relation r ON r.oid = polrelid

UNION ALL
SELECT 'statistics', quote_ident(n.nspname) || '.' || quote_ident(stxname), r.name,
       concat_ws(' STATISTICS ', pg_get_statisticsobjdef(s.oid), NULLIF(stxstattarget, -1))
FROM pg_statistic_ext s JOIN relation r ON r.oid = stxrelid JOIN pg_namespace n ON n.oid = stxnamespace

UNION ALL
SELECT CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
       function.oid::regprocedure::text, NULL,
       CASE WHEN prokind <> 'a' THEN pg_get_functiondef(function.oid) ELSE (
           SELECT concat_ws(' ', format_type(aggtranstype, NULL), format_type(NULLIF(aggmtranstype, 0), NULL),
                            NULLIF(aggsortop, 0)::regoperator, 'PARALLEL ' || proparallel::text,
                            to_jsonb(a) - '{aggfnoid,aggtranstype,aggmtranstype,aggsortop}'::text[])
           FROM pg_aggregate a WHERE aggfnoid = function.oid) END
FROM function

UNION ALL
SELECT 'type', format_type(type.oid, NULL), NULL, concat_ws(' ',
    CASE typtype WHEN 'e' THEN 'ENUM' WHEN 'd' THEN 'DOMAIN' WHEN 'r' THEN 'RANGE' END,
    (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = type.oid),
    (SELECT concat_ws(' ', format_type(rngsubtype, NULL), NULLIF(rngcollation, 0)::regcollation,
                      NULLIF(rngcanonical, 0)::regprocedure, NULLIF(rngsubdiff, 0)::regprocedure,
                      format_type((to_jsonb(g) ->> 'rngmultitypid')::oid, NULL), -- since 14
                      (SELECT opcname FROM pg_opclass c WHERE c.oid = rngsubopc))
     FROM pg_range g WHERE rngtypid = type.oid),
    CASE WHEN typtype = 'd' THEN concat_ws(' ', format_type(typbasetype, typtypmod),
         CASE WHEN typcollation <> (SELECT typcollation FROM pg_type b WHERE b.oid = type.typbasetype)
              THEN 'COLLATE ' || typcollation::regcollation END,
         CASE WHEN typnotnull THEN 'NOT NULL' END, 'DEFAULT ' || typdefault) END)
FROM type

UNION ALL
SELECT type, identity, NULL, concat_ws(' ', detail, text)
FROM rare LEFT JOIN option USING (class, oid)

UNION ALL
SELECT 'user mapping', concat_ws(' on ', coalesce(quote_ident(usename), 'public'), quote_ident(s.srvname)),
       quote_ident(s.srvname),
       -- As the view decides who may see the options; who may not is not to believe that they have changed.
       CASE WHEN (umuser = 0 AND pg_has_role(srvowner, 'USAGE'))
              OR (usename = current_user AND (pg_has_role(srvowner, 'USAGE') OR has_server_privilege(s.oid, 'USAGE')))
              OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
            THEN coalesce(text, 'WITHOUT OPTIONS') END
FROM pg_user_mappings m JOIN pg_foreign_server s ON s.oid = srvid
LEFT JOIN option o ON o.class = 'pg_user_mapping'::regclass AND o.oid = umid

UNION ALL
SELECT 'subscription', quote_ident(subname), NULL,
       concat_ws(' ', CASE WHEN NOT subenabled THEN 'DISABLED' END, subslotname, subpublications::text)
FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())

UNION ALL
SELECT 'extension dependency', i.identity || ' on ' || quote_ident(extname), i.identity, NULL
FROM pg_depend d JOIN pg_extension e ON e.oid = refobjid AND refclassid = 'pg_extension'::regclass
CROSS JOIN LATERAL pg_identify_object(classid, objid, objsubid) AS i WHERE deptype = 'x'

UNION ALL
SELECT 'comment on ' || i.type, i.identity, coalesce(part.of, i.identity), quote_literal(description)
FROM pg_description d CROSS JOIN LATERAL pg_identify_object(classoid, objoid, objsubid) AS i
LEFT JOIN LATERAL (
    SELECT c.oid, c.oid::regclass || coalesce('.' || quote_ident(attname), '') FROM pg_class c
    LEFT JOIN pg_attribute ON attrelid = c.oid AND attnum = objsubid AND objsubid <> 0
    WHERE classoid = 'pg_class'::regclass AND c.oid = objoid
    UNION ALL SELECT conrelid, coalesce(NULLIF(conrelid, 0)::regclass::text, format_type(contypid, NULL)) || '.'
        || quote_ident(conname) FROM pg_constraint WHERE classoid = 'pg_constraint'::regclass AND oid = objoid
    UNION ALL SELECT tgrelid, tgrelid::regclass || '.' || quote_ident(tgname)
        FROM pg_trigger WHERE classoid = 'pg_trigger'::regclass AND oid = objoid
    UNION ALL SELECT polrelid, polrelid::regclass || '.' || quote_ident(polname)
        FROM pg_policy WHERE classoid = 'pg_policy'::regclass AND oid = objoid
    UNION ALL SELECT ev_class, ev_class::regclass || '.' || quote_ident(rulename)
        FROM pg_rewrite WHERE classoid = 'pg_rewrite'::regclass AND oid = objoid
) AS part(relation, of) ON true
WHERE (objoid >= 16384 -- or the schema public, whose number is 2200 as long as it is the one of a new database
       OR classoid = 'pg_namespace'::regclass AND objoid = 2200 AND description <> 'standard public schema')
  AND coalesce(i.schema, '') !~ '^pg_' AND classoid <> 'pg_extension'::regclass
  AND coalesce(part.relation, 0) NOT IN (SELECT oid FROM hidden)
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = classoid AND m.objid = objoid)

UNION ALL
SELECT 'privileges', kind || ' ' || name, name, 'owner ' || quote_ident(pg_get_userbyid(owner)) || (
    SELECT coalesce(string_agg(' ' || item, '' ORDER BY item), '') FROM (SELECT unnest(acl)::text) AS x(item))
FROM (
    SELECT kind, name, relowner,
           coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))
        FROM relation WHERE relkind <> 'c'
    UNION ALL SELECT 'column', r.name || '.' || quote_ident(attname), relowner, attacl
        FROM pg_attribute JOIN relation r ON r.oid = attrelid WHERE attacl IS NOT NULL AND NOT attisdropped
    UNION ALL SELECT 'schema', quote_ident(nspname), nspowner, coalesce(nspacl, acldefault('n', nspowner)) FROM schema
    UNION ALL SELECT 'function', function.oid::regprocedure::text, proowner,
        coalesce(proacl, acldefault('f', proowner)) FROM function
    UNION ALL SELECT 'type', format_type(type.oid, NULL), typowner,
        coalesce(typacl, acldefault('T', typowner)) FROM type
    UNION ALL SELECT type, identity, owner, coalesce(acl, CASE type
            WHEN 'foreign-data wrapper' THEN acldefault('F', owner) WHEN 'server' THEN acldefault('S', owner) WHEN 'language' THEN acldefault('l', owner) ELSE '{}' END)
        FROM rare WHERE owner IS NOT NULL
    UNION ALL SELECT 'statistics', quote_ident(n.nspname) || '.' || quote_ident(stxname), stxowner, '{}'
        FROM pg_statistic_ext s JOIN relation r ON r.oid = stxrelid JOIN pg_namespace n ON n.oid = stxnamespace
    UNION ALL SELECT 'default for ' || defaclobjtype::text, coalesce(quote_ident(nspname), 'any schema'), defaclrole,
        defaclacl
        FROM pg_default_acl LEFT JOIN pg_namespace n ON n.oid = defaclnamespace
) AS held(kind, name, owner, acl)
