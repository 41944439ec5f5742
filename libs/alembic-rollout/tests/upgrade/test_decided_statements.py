"""What a revision runs is what it has shown when it was read: anything else is refused before it is sent."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from databases import Database
from sample_project import Project
from sqlalchemy import Connection, text

from alembic_rollout.project.rendering import Rendered, RevisionReading, Statement
from alembic_rollout.upgrade.statements.decided_statements import DecidedStatements, UndecidedStatementError

Run = Callable[..., None]
IS_READ = "callable(__import__('signal').getsignal(__import__('signal').SIGSYS))"
"""A question that Python does not announce."""


def reading(*statements: str) -> RevisionReading:
    shown = Rendered("002", "upgrade", tuple(Statement(sql, in_transaction=True) for sql in statements))
    return RevisionReading("002", Path("002_x.py"), "", "expand", {}, shown, Rendered("002", "downgrade", ()))


@pytest.fixture
def run(database: Database) -> Iterator[Run]:
    """Runs a function as a revision that has shown some statements, undone at its end."""
    database.execute("CREATE TABLE users (id int, name text); CREATE TABLE orders (id int)")
    engine = database.engine()
    decided = DecidedStatements(engine)

    def run(revision: Callable[[Connection], object], *shown: str) -> None:
        with engine.connect() as connection:
            decided.guarded(lambda: revision(connection), reading(*shown))()

    yield run
    engine.dispose()


def sends(*statements: str, **parameters: object) -> Callable[[Connection], None]:
    def revision(connection: Connection) -> None:
        for sql in statements:
            connection.execute(text(sql), parameters)

    return revision


@pytest.mark.parametrize(
    "sent",
    [
        "DROP TABLE users",
        'DROP TABLE "users"',
        "DROP TABLE orders",
        "ALTER TABLE orders DROP COLUMN name",
        "ALTER TABLE users DROP COLUMN id",
        "ALTER TABLE users ALTER COLUMN name TYPE varchar(1)",
        "ALTER TABLE users RENAME COLUMN name TO title",
        "ALTER TABLE users ADD COLUMN note text",
        "ALTER TABLE users ALTER COLUMN name SET NOT NULL",
        "CREATE UNIQUE INDEX ix ON users (name)",
        "CREATE INDEX ix ON orders (id)",
        "TRUNCATE users",
        "DELETE FROM users",
        "DELETE FROM orders WHERE id = 1",
        "UPDATE users SET name = ''",
        "INSERT INTO users VALUES (1)",
        "LOCK TABLE users",
        "SET lock_timeout = 0",
        "GRANT ALL ON users TO public",
        "DO $$ BEGIN DROP TABLE users; END $$",
        "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'users'; END $$",
        "DO $$ BEGIN EXECUTE convert_from('x', 'UTF8'); END $$",
        "WITH gone AS (DELETE FROM users RETURNING 1) SELECT 1 FROM gone",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM users'\nSELECT f()",
        "CREATE TABLE users_new (id int)\nDROP TABLE users\nALTER TABLE users_new RENAME TO users",
    ],
)
def test_what_was_not_shown_is_refused_and_stays_undone(run: Run, database: Database, sent: str) -> None:
    shown = ("SELECT 1", "ALTER TABLE users DROP COLUMN name", "DELETE FROM users WHERE id = 1")

    with pytest.raises(UndecidedStatementError, match="002 was about to run what it did not show when it was read"):
        run(sends(*sent.split("\n")), *shown)

    assert database.rows("SELECT count(*) FROM users") == [(0,)]


@pytest.mark.parametrize(
    ("shown", "sent", "parameters"),
    [
        (["DROP TABLE users"], ["drop  table users -- now"], {}),
        (["DELETE FROM users WHERE id = 5"], ["DELETE FROM users WHERE id = :id"], {"id": 5}),
        (["INSERT INTO users (id, name) VALUES (1, '100%')"], ["INSERT INTO users (id, name) VALUES (1, '100%')"], {}),
        (["UPDATE users SET name = 'a%b'"], ["UPDATE users SET name = :name"], {"name": "a%b"}),
        (['CREATE INDEX "a%b" ON users (id)'], ['CREATE INDEX "a%b" ON users (id)'], {}),
        # Made by the revision itself: no other session uses it.
        ([], ["CREATE TABLE tmp_4711 (id int)", "INSERT INTO tmp_4711 VALUES (1)", "DROP TABLE tmp_4711"], {}),
        ([], ["CREATE TEMP TABLE users AS SELECT 1 AS id", "DELETE FROM users", "DROP TABLE users"], {}),
        ([], ["SELECT * FROM users", "EXPLAIN SELECT 1", "SAVEPOINT a", "RELEASE SAVEPOINT a"], {}),
        (["CREATE TYPE a AS ENUM ('b')", "CREATE TABLE t ()"], ["CREATE TABLE t ()"], {}),
    ],
)
def test_what_was_shown_runs_and_so_does_what_touches_only_what_is_new(
    run: Run, shown: list[str], sent: list[str], parameters: dict[str, object]
) -> None:
    run(sends(*sent, **parameters), *shown)


def test_a_refusal_that_the_revision_catches_ends_it_all_the_same(run: Run) -> None:
    def revision(connection: Connection) -> None:
        with suppress(Exception):
            connection.execute(text("DROP TABLE users"))

    with pytest.raises(UndecidedStatementError):
        run(revision)


@pytest.mark.parametrize("setting", ["standard_conforming_strings = off", "client_encoding = 'SJIS'"])
def test_nothing_is_sent_any_more_once_the_server_reads_sql_otherwise(
    run: Run, database: Database, setting: str
) -> None:
    name = setting.split(maxsplit=1)[0]
    database.execute(f"CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$SET {setting}$$")

    with pytest.raises(UndecidedStatementError, match=f"{name} is"):
        run(sends("SELECT f()", "SELECT 'a\\''; DROP TABLE users; --'"))


def test_an_upgrade_refuses_it_before_anything_is_lost(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    project.revision("002", f"if not {IS_READ}:\n    op.drop_table('t001')", "op.execute('SELECT 1')")

    assert project.run("lint", program="alembic-rollout").returncode == 0
    done = project.alembic("upgrade", "head")

    assert done.returncode == 1
    assert "Upgrading to 002 failed: 002 was about to run what it did not show when it was read" in done.stderr
    assert "DROP TABLE t001" in done.stderr
    assert project.database.scalar("SELECT to_regclass('t001') IS NOT NULL")
    assert project.database.scalar("SELECT version_num FROM alembic_version") == "001"


def test_a_revision_that_says_that_it_cannot_be_seen_may_do_it_after_a_backup(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    header = 'accepted = {"cannot-render": "no release uses what it drops"}'
    body = f"if not {IS_READ}:\n    op.drop_table('t001')"
    project.revision("002", body, "op.execute('SELECT 1')", header=header)

    planned = project.run("plan", program="alembic-rollout")
    project.upgrade()

    assert "002 may destroy data" in planned.stdout
    assert project.database.scalar("SELECT to_regclass('t001') IS NULL")
