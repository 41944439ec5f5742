"""Who can do what on a server that postgres-init has set up."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from stack.paths import POSTGRES_INIT
from stack.postgres.initialisation import DATABASE_FILES, ROLES
from stack.postgres.server import Server

Connect = Callable[[str, str], Connection]
DATABASES = tuple(DATABASE_FILES)
OWN = [(role, role.partition("_")[0]) for role in ROLES]
FOREIGN = [(role, database) for role, own in OWN for database in (*DATABASES, "template1") if database != own]


@contextmanager
def refused(reason: str) -> Iterator[None]:
    with pytest.raises(DBAPIError, match=reason):
        yield


def run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(text(statement))


PID = "SELECT pg_backend_pid()"


def _pid(connection: Connection) -> int:
    return int(connection.scalar(text(PID)) or 0)


def recreate(connect: Connect, database: str) -> None:
    """What an operator types to recreate a database."""
    run(connect("postgres", "postgres"), f"DROP DATABASE {database}", f"CREATE DATABASE {database}")


@pytest.mark.parametrize(("role", "database"), OWN)
def test_a_role_opens_the_database_of_its_service(connect: Connect, role: str, database: str) -> None:
    assert connect(role, database).execute(text("SELECT current_user")).scalar() == role


@pytest.mark.parametrize(("role", "database"), FOREIGN)
def test_a_role_opens_no_other_database_that_holds_rows(connect: Connect, role: str, database: str) -> None:
    with refused("no pg_hba.conf entry"):
        connect(role, database)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_show_in_postgres_that_it_is_there_and_make_nothing(connect: Connect, role: str) -> None:
    connection = connect(role, "postgres")
    for forbidden in (
        "CREATE TABLE things (id int)",
        "CREATE TEMPORARY TABLE things (id int)",
        "CREATE SCHEMA things",
        "SELECT lo_create(0)",
        "SELECT lo_creat(-1)",
        "SELECT lo_from_bytea(0, 'x')",
    ):
        with refused("permission denied"):
            run(connection, forbidden)


@pytest.mark.parametrize("database", DATABASES)
def test_the_owner_sees_and_may_end_what_its_application_does_wherever_that_is_and_no_other_service(
    connect: Connect, database: str
) -> None:
    other = next(name for name in DATABASES if name != database)
    own = [_pid(connect(f"{database}_app", place)) for place in (database, "postgres")]
    foreign = _pid(connect(f"{other}_app", "postgres"))
    owner = connect(f"{database}_owner", database)
    query = text("SELECT pid, query FROM pg_stat_activity WHERE pid = ANY(:pids)")
    seen = {row.pid: row.query for row in owner.execute(query, {"pids": [*own, foreign]})}
    assert seen == {own[0]: PID, own[1]: PID, foreign: "<insufficient privilege>"}
    for pid in own:
        assert owner.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    with refused("permission denied to terminate process"):
        owner.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": foreign})


def test_the_application_does_not_see_or_end_what_its_owner_does(connect: Connect) -> None:
    owner, app = _pid(connect("authdb_owner", "authdb")), connect("authdb_app", "authdb")
    query = text("SELECT query FROM pg_stat_activity WHERE pid = :pid")
    assert app.scalar(query, {"pid": owner}) == "<insufficient privilege>"
    with refused("permission denied to terminate process"):
        app.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": owner})


def test_a_service_that_takes_every_connection_it_can_get_leaves_enough_for_the_others(connect: Connect) -> None:
    taken = 0
    with refused("too many connections for role"):
        while True:
            connect("authdb_app", "authdb")
            taken += 1
    assert taken == 60
    for role, own in OWN:
        if role != "authdb_app":
            assert connect(role, own).scalar(text("SELECT current_user")) == role


def test_a_role_without_its_password_is_refused(server: Server) -> None:
    engine = create_engine(server.url(user="authdb_app", password="wrong", database="authdb"))
    with refused("password authentication failed"):
        engine.connect()


def test_a_role_made_later_opens_nothing(connect: Connect, server: Server) -> None:
    run(connect("postgres", "postgres"), "CREATE ROLE newcomer LOGIN PASSWORD 'newcomer'")
    for database in DATABASES:
        engine = create_engine(server.url(user="newcomer", password="newcomer", database=database))
        with refused("no pg_hba.conf entry"):
            engine.connect()
    run(connect("postgres", "postgres"), "DROP ROLE newcomer")


@pytest.mark.parametrize("database", DATABASES)
def test_the_owner_defines_tables_and_the_application_role_only_reads_and_writes_their_rows(
    connect: Connect, database: str
) -> None:
    owner, app = connect(f"{database}_owner", database), connect(f"{database}_app", database)
    run(owner, "CREATE TABLE things (id serial PRIMARY KEY, name text)")
    run(app, "INSERT INTO things (name) VALUES ('a')", "UPDATE things SET name = 'b'", "SELECT * FROM things")
    for forbidden in ("DROP TABLE things", "ALTER TABLE things ADD x int", "CREATE INDEX ON things (name)"):
        with refused("must be owner"):
            run(app, forbidden)
    for forbidden in ("TRUNCATE things", "CREATE TABLE more (id int)", "SELECT setval('things_id_seq', 9)"):
        with refused("permission denied"):
            run(app, forbidden)
    run(app, "DELETE FROM things")
    run(owner, "DROP TABLE things")


@pytest.mark.parametrize("database", DATABASES)
def test_a_database_created_again_by_hand_is_as_good_as_the_first(connect: Connect, database: str) -> None:
    recreate(connect, database)
    owner, app = connect(f"{database}_owner", database), connect(f"{database}_app", database)
    run(owner, "CREATE EXTENSION IF NOT EXISTS vector", "CREATE TABLE things (id serial, v vector(3))")
    run(app, "INSERT INTO things (v) VALUES ('[1,2,3]')")
    with refused("permission denied"):
        run(app, "CREATE TABLE more (id int)")
    run(owner, "DROP TABLE things")


def test_a_database_created_again_by_hand_stays_closed_to_the_other_services(connect: Connect) -> None:
    recreate(connect, "apidb")
    for role in ("authdb_owner", "authdb_app", "admindb_owner", "admindb_app"):
        with refused("no pg_hba.conf entry"):
            connect(role, "apidb")


@pytest.mark.parametrize("database", DATABASES)
def test_the_owner_cannot_make_databases_or_roles_nor_read_files(connect: Connect, database: str) -> None:
    owner = connect(f"{database}_owner", database)
    for forbidden in ("CREATE DATABASE other", "CREATE ROLE other", "SELECT pg_read_file('PG_VERSION')"):
        with refused("permission denied"):
            run(owner, forbidden)


@pytest.mark.parametrize("database", DATABASES)
def test_every_database_sorts_the_same_way_on_every_machine(connect: Connect, database: str) -> None:
    query = "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = :name"
    row = connect("postgres", "postgres").execute(text(query), {"name": database}).one()
    assert tuple(row) == ("b", "C.UTF-8", "UTF8")


def test_an_unset_password_stops_the_initialisation_and_is_named(server: Server) -> None:
    environment = {name: value for name, value in server.psql_environment().items() if "_PASSWORD" not in name}
    done = subprocess.run(
        ["psql", "-v", "ON_ERROR_STOP=1", "--no-psqlrc", "-f", str(POSTGRES_INIT / "30-authdb.sql")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "owner_password" in done.stderr


@pytest.mark.parametrize("role", ["postgres", *ROLES])
def test_production_refuses_a_default_password_and_names_it(role: str) -> None:
    script, variable = str(POSTGRES_INIT / "00-passwords.sh"), f"{role.upper()}_PASSWORD"
    for environment, password, status in (
        ("production", "local-only-secret", 1),
        ("production", "$(echo 'my own') \"`", 0),
        ("local", "local-only-secret", 0),
    ):
        done = subprocess.run(
            [script], check=False, env={"ENVIRONMENT": environment, variable: password}, capture_output=True, text=True
        )
        refusal = f"{variable} holds a default secret; set one of your own in production\n"
        assert (done.returncode, done.stderr) == (status, refusal if status else "")
