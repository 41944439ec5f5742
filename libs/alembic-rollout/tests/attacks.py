"""Objects of a database whose functions try to become a superuser, wherever a dump or a revision calls them."""

from dataclasses import dataclass
from pathlib import Path

from databases import Database
from sqlalchemy import make_url

# Each attempt may fail; what it must not do is work. Who was logged in is written down.
ATTEMPT = """
CREATE TABLE public.seen (attack text, logged_in name, acting name, is_superuser bool);
CREATE FUNCTION public.attempt(attack text) RETURNS int LANGUAGE plpgsql AS $attempt$
DECLARE step text;
BEGIN
    FOREACH step IN ARRAY ARRAY[
        'RESET SESSION AUTHORIZATION', 'RESET ROLE', 'SET SESSION AUTHORIZATION {superuser}', 'SET ROLE {superuser}',
        'ALTER ROLE {owner} SUPERUSER', 'CREATE ROLE {database}_made SUPERUSER', 'GRANT {superuser} TO {owner}',
        'GRANT pg_execute_server_program TO {owner}', 'COPY (SELECT 1) TO PROGRAM ''touch {marker}''',
        'COPY (SELECT 1) TO ''{marker}''', 'SELECT pg_catalog.pg_read_file(''/etc/passwd'')',
        'CREATE EVENT TRIGGER {database} ON ddl_command_end EXECUTE FUNCTION public.attempt_on_event()'
    ] LOOP
        BEGIN
            EXECUTE step;
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
    END LOOP;
    BEGIN
        INSERT INTO public.seen VALUES (attack, session_user, current_user,
            (SELECT bool_or(rolsuper) FROM pg_catalog.pg_roles WHERE rolname IN (session_user, current_user)));
    EXCEPTION WHEN undefined_table THEN NULL;
    END;
    RETURN 1;
END $attempt$;
CREATE FUNCTION public.quiet_attempt(attack text) RETURNS int IMMUTABLE LANGUAGE plpgsql
    AS 'BEGIN RETURN public.attempt(attack); END';
CREATE FUNCTION public.attempt_on_row() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN PERFORM public.attempt(TG_ARGV[0]); RETURN NEW; END';
CREATE FUNCTION public.attempt_on_event() RETURNS event_trigger LANGUAGE plpgsql
    AS 'BEGIN PERFORM public.attempt(''event trigger''); END';
"""


@dataclass(frozen=True, slots=True)
class Attack:
    """A way to have a function called.

    Attributes:
        name: what is written down as `seen.attack`.
        setup: makes the objects, as the migrating role.
        use: calls the function in a revision.
        in_restore: restoring the objects calls the function.
    """

    name: str
    setup: str
    use: str
    in_restore: bool = True

    def __str__(self) -> str:
        return self.name


ATTACKS = (
    Attack(
        "check",
        "CREATE TABLE t (a int CHECK (public.attempt('check') = 1)); INSERT INTO t VALUES (1)",
        "INSERT INTO t VALUES (2)",
    ),
    Attack(
        "domain",
        "CREATE DOMAIN d AS int CHECK (public.attempt('domain') = 1); CREATE TABLE t (a d); INSERT INTO t VALUES (1)",
        "INSERT INTO t VALUES (2)",
    ),
    Attack(
        "default",
        "CREATE TABLE t (a int, b int DEFAULT public.attempt('default')); INSERT INTO t VALUES (1)",
        "INSERT INTO t VALUES (2); ALTER TABLE t ADD COLUMN c int DEFAULT public.attempt('default')",
        in_restore=False,
    ),
    Attack(
        "generated",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (public.quiet_attempt('generated') + a) STORED);"
        "INSERT INTO t VALUES (1)",
        "INSERT INTO t VALUES (2)",
    ),
    Attack(
        "trigger",
        "CREATE TABLE t (a int);"
        "CREATE TRIGGER attack BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION public.attempt_on_row('trigger')",
        "INSERT INTO t VALUES (1)",
        in_restore=False,
    ),
    Attack(
        "index",
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1);"
        "CREATE INDEX i ON t ((public.quiet_attempt('index' || (a * 0)) + a)); UPDATE seen SET attack = 'index'",
        "INSERT INTO t VALUES (2); REINDEX TABLE t; ANALYZE t; UPDATE seen SET attack = 'index'",
    ),
    Attack(
        "statistics",
        "CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 1);"
        "CREATE STATISTICS s ON (public.quiet_attempt('statistics') + a), b FROM t",
        "INSERT INTO t VALUES (2, 2); ANALYZE t",
    ),
    Attack(
        "partition",
        "CREATE TABLE t (a int) PARTITION BY RANGE ((public.quiet_attempt('partition') + a));"
        "CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (100); INSERT INTO t VALUES (1)",
        "INSERT INTO t VALUES (2)",
    ),
    Attack(
        "view",
        "CREATE VIEW v AS SELECT public.attempt('view') AS a",
        "SELECT * FROM v",
        in_restore=False,
    ),
    Attack(
        "materialized",
        "CREATE MATERIALIZED VIEW v AS SELECT public.attempt('materialized') AS a",
        "REFRESH MATERIALIZED VIEW v",
    ),
    Attack(
        "rule",
        "CREATE TABLE t (a int); CREATE RULE r AS ON INSERT TO t DO ALSO SELECT public.attempt('rule')",
        "INSERT INTO t VALUES (1)",
        in_restore=False,
    ),
    Attack(
        "policy",
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1); ALTER TABLE t ENABLE ROW LEVEL SECURITY;"
        "CREATE POLICY p ON t USING (public.attempt('policy') = 1)",
        "ALTER TABLE t FORCE ROW LEVEL SECURITY; INSERT INTO t VALUES (2); SELECT * FROM t",
        in_restore=False,
    ),
    Attack(
        "names",
        # Functions and operators that statements without a schema would find before PostgreSQL's own.
        "CREATE FUNCTION public.current_schema() RETURNS name LANGUAGE sql"
        " AS 'SELECT public.attempt(''names'')::text::name';"
        "CREATE FUNCTION public.to_regclass(text) RETURNS regclass LANGUAGE sql"
        " AS 'SELECT CASE public.attempt(''names'') WHEN 1 THEN pg_catalog.to_regclass($1) END';"
        "CREATE FUNCTION public.same(name, text) RETURNS bool LANGUAGE sql"
        " AS 'SELECT public.attempt(''names'') = 1 AND $1::text OPERATOR(pg_catalog.=) $2';"
        "CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = text, FUNCTION = public.same)",
        "SELECT public.current_schema()",
        in_restore=False,
    ),
)


def prepare(database: Database, attack: Attack, marker: Path) -> None:
    """Put an attack's objects into a database as its owner, and forget who was seen meanwhile."""
    script = ATTEMPT.format(
        superuser=make_url(database.superuser_url).username,
        owner=database.owner,
        database=database.name,
        marker=marker,
    )
    database.execute(script.replace("%", "%%"))
    database.execute(attack.setup.replace("%", "%%"))
    if attack.name == "names":
        with database.connect(maintenance_url(database)) as superuser:
            superuser.exec_driver_sql(f"ALTER DATABASE {database.name} SET search_path = public, pg_catalog")
    database.execute("DELETE FROM public.seen")


def maintenance_url(database: Database) -> str:
    """A superuser's URL to a database that holds no attack: in the other one it would be the tests that call it."""
    return make_url(database.superuser_url).set(database="postgres").render_as_string(hide_password=False)


def assert_no_rights_gained(database: Database, marker: Path) -> None:
    """Make sure that no attempt has worked, and let a superuser work in the database again."""
    with database.connect(maintenance_url(database)) as superuser:
        superuser.exec_driver_sql(f"ALTER DATABASE {database.name} RESET search_path")
        roles = superuser.exec_driver_sql(
            "SELECT rolname, rolsuper, pg_has_role(oid, 'pg_execute_server_program', 'MEMBER') FROM pg_roles"
            " WHERE starts_with(rolname, %s) ORDER BY 1",
            (database.name,),
        ).all()
        assert [tuple(row) for row in roles] == [
            (f"{database.name}_app", False, False),
            (f"{database.name}_owner", False, False),
        ]
    assert not marker.exists()
