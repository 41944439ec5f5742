"""Statements of every kind, and names that readers of SQL have misread."""

from pathlib import Path

_HERE = Path(__file__).parent

# With places for names: `{t}` and `{u}` may be qualified, `{c}` and `{d}` may not.
TEMPLATES = (_HERE / "templates.sql").read_text().splitlines()
NAMES = (_HERE / "names.txt").read_text().splitlines()

# Every SQL of the services' revisions and of the examples.
REVISIONS = [
    "ALTER TABLE document_parts ALTER COLUMN content SET STORAGE EXTERNAL",
    "ALTER TABLE langchain_pg_embedding ALTER COLUMN embedding SET STORAGE MAIN",
    "CREATE EXTENSION IF NOT EXISTS vector",
    """
        CREATE FUNCTION update_updated_at_column() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.updated_at = now();
            RETURN NEW;
        END
        $$
    """,
    """
        CREATE TRIGGER documents_updated_at
        BEFORE UPDATE OF collection_id, title, status, error, chunk_count ON documents
        FOR EACH ROW EXECUTE FUNCTION update_updated_at_column()
    """,
    "DROP FUNCTION update_updated_at_column()",
    """
        CREATE TRIGGER users_updated_at BEFORE UPDATE ON users
        FOR EACH ROW WHEN (OLD.last_login_at IS NOT DISTINCT FROM NEW.last_login_at)
        EXECUTE FUNCTION update_updated_at_column()
    """,
    "DROP TRIGGER profiles_write_both_names ON profiles",
    """
        CREATE OR REPLACE FUNCTION profiles_write_both_names() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                NEW.given_name = coalesce(NEW.given_name, NEW.first_name);
                RETURN NEW;
            END IF;
            -- An empty name becomes what the other one was: that is a backfill.
            RETURN NEW;
        END
        $$
    """,
    """
        CREATE OR REPLACE TRIGGER profiles_write_both_names
        BEFORE INSERT OR UPDATE OF first_name, given_name ON profiles
        FOR EACH ROW EXECUTE FUNCTION profiles_write_both_names()
    """,
    "ALTER TABLE notes ADD CONSTRAINT uq_notes_text UNIQUE (text) DEFERRABLE INITIALLY DEFERRED",
]

# Ways to write statements that readers of SQL have misread.
TRAPS = [
    "SELECT E'a'\n'\\''; DROP TABLE orders; --'",
    "SELECT E'a' -- more\n  'b\\'; DROP TABLE lines; --'; DROP TABLE orders",
    "SELECT 'a'--\n'\\'; DROP TABLE orders; --'",
    "ALTER/* x */TABLE orders -- why\n DROP /* nested /* y */ */ COLUMN note",
    "COMMENT ON TABLE orders IS 'a;b'; ALTER TABLE orders DROP COLUMN note; SELECT 1",
    "CREATE INDEX ix ON orders (note); ALTER TABLE orders ADD COLUMN z text COMPRESSION pglz",
    "ALTER TABLE orders ADD COLUMN twice int GENERATED ALWAYS AS (amount * 2)",
    "ALTER TABLE orders ADD CONSTRAINT c1 CHECK (amount > 0) NOT ENFORCED",
    "ALTER TABLE orders ADD CONSTRAINT u UNIQUE (slot, period WITHOUT OVERLAPS)",
    "ALTER TABLE audit ADD COLUMN s text, ADD CONSTRAINT ux UNIQUE NULLS NOT DISTINCT (s)",
    "alter table if exists only orders drop note",
    "-- a comment that ends at a carriage return\rDROP TABLE orders",
    "SELECT 1 -- no end",
    "SELECT 1;;; ; /* ; */ DROP TABLE orders;",
    "SELECT E'it\\'s; DROP TABLE x', 'back\\', E'\\\\'; DROP TABLE orders",
    "SELECT $$;$$, $a$ $$ ; $b$ $a$, $é$;$é$; DROP TABLE orders",
    "SELECT a$b$ FROM t; SELECT b$1 FROM t; DROP TABLE orders",
    "SELECT 'a'\n  'b; c'; DROP TABLE orders",
    "SELECT U&'\\0441;' , U&\"a;b\"; DROP TABLE orders",
    "SELECT 1--2;\n+3; DROP TABLE orders",
    "SELECT 1 */* ; */ 2; DROP TABLE orders",
    "SELECT a[1:2], array[';'], b'0', x'1f', N'n;' FROM t; DROP TABLE orders",
    "SELECT 1e5, 1.5e-3, .5, 1_000, 0x1F, 0b11, 1.; DROP TABLE orders",
    "SELECT x.end, x.case FROM x; DROP TABLE orders",
    "BEGIN; DROP TABLE orders; END; DROP TABLE lines",
    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END; DROP TABLE orders",
    "CREATE PROCEDURE f() BEGIN ATOMIC SELECT CASE a WHEN 1 THEN 2 END FROM t; DELETE FROM x; END; DROP TABLE orders",
    "CREATE RULE r AS ON DELETE TO t DO ALSO (DELETE FROM u; DELETE FROM v); DROP TABLE orders",
    'DROP TABLE "a.b", a.b, "a"."b", "a.b"."c.d"',
    "DROP TABLE a . b , c\n.\nd",
    "SELECT (SELECT ';'), (');('); DROP TABLE orders",
    'SELECT ";", "(" FROM t; DROP TABLE orders',
]
