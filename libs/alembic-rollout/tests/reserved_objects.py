"""What only a superuser can create, a kind at a time, with what depends on it."""

from dataclasses import dataclass

from databases import Database


@dataclass(frozen=True, slots=True)
class Reserved:
    """Something that a superuser has created.

    Attributes:
        sql: how; `{owner}` is the migrating role.
        what: how it is named where it is left out.
        with_it: what then is left out too.
    """

    sql: str
    what: str
    with_it: tuple[str, ...] = ()


RESERVED = (
    Reserved(
        "CREATE FOREIGN DATA WRAPPER w; COMMENT ON FOREIGN DATA WRAPPER w IS 'x';"
        "CREATE SERVER away FOREIGN DATA WRAPPER w; GRANT USAGE ON FOREIGN SERVER away TO PUBLIC;"
        "CREATE FOREIGN TABLE far (id int) SERVER away; COMMENT ON COLUMN far.id IS 'x';"
        "CREATE VIEW on_far AS SELECT id FROM far; GRANT SELECT ON on_far TO PUBLIC;"
        "CREATE TABLE parts (k int) PARTITION BY LIST (k);"
        "CREATE FOREIGN TABLE far_part PARTITION OF parts FOR VALUES IN (1) SERVER away",
        "foreign data wrapper w",
        ("server away", "foreign table public.far", "view public.on_far", "foreign table public.far_part"),
    ),
    Reserved(
        "CREATE ACCESS METHOD other_heap TYPE TABLE HANDLER heap_tableam_handler;"
        "CREATE TABLE kept_otherwise (id int) USING other_heap; INSERT INTO kept_otherwise VALUES (1);"
        "CREATE INDEX ON kept_otherwise (id)",
        "access method other_heap",
        ("table public.kept_otherwise", "index public.kept_otherwise_id_idx"),
    ),
    Reserved(
        "CREATE TYPE word;"
        "CREATE FUNCTION word_in(cstring) RETURNS word LANGUAGE internal IMMUTABLE STRICT AS 'textin';"
        "CREATE FUNCTION word_out(word) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';"
        "CREATE TYPE word (INPUT = word_in, OUTPUT = word_out); CREATE TABLE words (one word);"
        "INSERT INTO words VALUES ('a')",
        "shell type public.word",
        ("function public.word_in(cstring)", "type public.word", "table public.words"),
    ),
    Reserved(
        "CREATE OPERATOR FAMILY backwards USING btree;"
        "CREATE OPERATOR CLASS backwards_ops FOR TYPE int4 USING btree FAMILY backwards AS OPERATOR 1 >, OPERATOR 2 >=,"
        " OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(int4, int4);"
        "CREATE TABLE numbers (id int, other int UNIQUE); CREATE INDEX backwards_ix ON numbers (id backwards_ops)",
        "operator family public.backwards",
        ("operator class public.backwards_ops", "index public.backwards_ix"),
    ),
    Reserved(
        "CREATE LANGUAGE plnew HANDLER plpgsql_call_handler VALIDATOR plpgsql_validator;"
        "CREATE FUNCTION in_plnew() RETURNS int LANGUAGE plnew AS 'BEGIN RETURN 1; END';"
        "CREATE TABLE calls (id int DEFAULT in_plnew(), other int)",
        "procedural language plnew",
        ("function public.in_plnew()", "table public.calls"),
    ),
    Reserved(
        "CREATE TEXT SEARCH TEMPLATE plain (LEXIZE = dsimple_lexize);"
        "CREATE TEXT SEARCH DICTIONARY plain_words (TEMPLATE = plain)",
        "text search template public.plain",
        ("text search dictionary public.plain_words",),
    ),
    Reserved(
        "CREATE TEXT SEARCH PARSER other_parser"
        " (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);"
        "CREATE TEXT SEARCH CONFIGURATION other_search (PARSER = other_parser)",
        "text search parser public.other_parser",
        ("text search configuration public.other_search",),
    ),
    Reserved(
        "CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
        "CREATE EVENT TRIGGER watched ON ddl_command_end EXECUTE FUNCTION watch();"
        "COMMENT ON EVENT TRIGGER watched IS 'x'",
        "event trigger watched",
    ),
    Reserved(
        "CREATE FUNCTION length_of(text) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'textlen';"
        "CREATE VIEW lengths AS SELECT length_of('x')",
        "function public.length_of(text)",
        ("view public.lengths",),
    ),
    Reserved(
        "CREATE FUNCTION keeps_secrets() RETURNS int LANGUAGE sql LEAKPROOF AS 'SELECT 1'",
        "function public.keeps_secrets()",
    ),
    Reserved(
        "CREATE FUNCTION quiet() RETURNS int LANGUAGE sql SET log_statement = 'none' AS 'SELECT 1'",
        "function public.quiet()",
    ),
    Reserved("CREATE CAST (int2 AS bool) WITH INOUT AS ASSIGNMENT", "cast (smallint AS boolean)"),
    Reserved(
        "CREATE TRANSFORM FOR int4 LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal))",
        "transform FOR integer LANGUAGE sql",
    ),
    Reserved("CREATE PUBLICATION everything FOR ALL TABLES", "publication everything"),
    Reserved(
        "CREATE PUBLICATION some_schemas FOR TABLES IN SCHEMA public",
        "publication tables in schema public.some_schemas public",
    ),
    Reserved(
        "GRANT EXECUTE ON FUNCTION pg_create_restore_point(text) TO {owner}",
        "the privileges on function pg_catalog.pg_create_restore_point(text)",
    ),
)
READABLE = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relkind IN ('r', 'p', 'f', 'v') AND relnamespace = 'public'::regnamespace AND relowner = 'postgres'::regrole
"""


def create_reserved(database: Database, *kinds: Reserved) -> None:
    """Create objects as the superuser, and let the migrating role read their rows."""
    with database.connect(database.superuser_url) as superuser:
        for kind in kinds or RESERVED:
            superuser.exec_driver_sql(kind.sql.format(owner=database.owner))
        for table in superuser.exec_driver_sql(READABLE).scalars().all():
            superuser.exec_driver_sql(f"GRANT ALL ON {table} TO {database.owner}")
