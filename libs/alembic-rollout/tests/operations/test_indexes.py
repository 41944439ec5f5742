import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from databases import Database
from sample_project import Project
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout import operations
from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.postgres.error_text import sqlstate
from operations.conftest import RunsHelpers

CREATE = operations.create_index_concurrently
BUILDS = "FROM pg_stat_progress_create_index WHERE datname = current_database()"
WAITING_BUILD = f"EXISTS (SELECT {BUILDS} AND phase LIKE 'waiting%%')"


@pytest.fixture(autouse=True)
def users(database: Database) -> None:
    database.execute("CREATE TABLE users (id int PRIMARY KEY, tenant int, email text, tags text[])")
    database.execute("INSERT INTO users SELECT g, 1, 'user' || g, '{a}' FROM generate_series(1, 100) AS g")


def indexes(database: Database) -> dict[object, object]:
    """Which indexes `users` has beside its primary key, and whether they are valid."""
    rows = database.rows(
        "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
        " WHERE indrelid = 'users'::regclass AND NOT indisprimary"
    )
    return {row[0]: row[1] for row in rows}


def definition(database: Database, name: str) -> object:
    return database.scalar(f"SELECT pg_get_indexdef('{name}'::regclass)")


def interrupt(database: Database, statement: str) -> None:
    """Run a statement and end it while it waits for an older transaction."""
    with writing(database), database.connect() as connection:
        connection.exec_driver_sql("SET statement_timeout = '300ms'")
        with pytest.raises(DBAPIError, match="statement timeout"):
            connection.exec_driver_sql(statement)


def leave_invalid(database: Database, name: str = "ix_email") -> None:
    interrupt(database, f"CREATE INDEX CONCURRENTLY {name} ON users (email)")
    assert indexes(database)[name] is False


@contextmanager
def writing(database: Database) -> Iterator[Connection]:
    """A transaction that has written and stays open while inside: a concurrent build waits for it."""
    with database.engine().connect() as connection:
        connection.exec_driver_sql("UPDATE users SET tenant = 2 WHERE id = 1")
        yield connection


def wait_until(database: Database, condition: str) -> None:
    deadline = time.monotonic() + 60
    while not database.scalar(f"SELECT {condition}"):
        if time.monotonic() > deadline:
            pytest.fail(f"It never came to: {condition}")
        time.sleep(0.05)


@pytest.mark.usefixtures("driver")
def test_an_index_is_built_and_the_second_time_taken_as_it_is(database: Database, run: RunsHelpers) -> None:
    run(lambda: CREATE("ix_email", "users", ["email"]))
    oid = database.scalar("SELECT 'ix_email'::regclass::oid")
    run(lambda: CREATE("ix_email", "users", ["email"]))
    assert indexes(database) == {"ix_email": True}
    assert database.scalar("SELECT 'ix_email'::regclass::oid") == oid


@pytest.mark.usefixtures("driver")
def test_whatever_an_index_can_say_is_built_and_recognised(database: Database, run: RunsHelpers) -> None:
    def upgrade() -> None:
        CREATE(
            "uq_email",
            "users",
            ["tenant", sa.text("lower(email)"), sa.text("id DESC")],
            unique=True,
            where="email LIKE '%user%' -- of ours",
            include=["tags"],
            ops={"lower(email)": "text_pattern_ops"},
            with_={"fillfactor": 70},
            nulls_not_distinct=True,
        )
        CREATE("ix_tags", "users", ["tags"], using="gin", ops={"tags": "array_ops"})

    run(upgrade)
    run(upgrade)
    assert definition(database, "uq_email") == (
        "CREATE UNIQUE INDEX uq_email ON public.users USING btree (tenant, lower(email) text_pattern_ops, id DESC)"
        " INCLUDE (tags) NULLS NOT DISTINCT WITH (fillfactor='70') WHERE (email ~~ '%user%'::text)"
    )
    assert definition(database, "ix_tags") == "CREATE INDEX ix_tags ON public.users USING gin (tags)"


def test_names_that_need_quotes_and_other_schemas_work(database: Database, run: RunsHelpers) -> None:
    database.execute('CREATE SCHEMA "Sales"')
    database.execute('CREATE TABLE "Sales"."Order" ("Id" int, "Note" text)')
    for _ in range(2):
        run(lambda: CREATE("IX Note", "Order", ["Note"], schema="Sales"))
    assert database.scalar("""SELECT to_regclass('"Sales"."IX Note"') IS NOT NULL""") is True
    run(lambda: operations.drop_index_concurrently("IX Note", schema="Sales"))
    assert database.scalar("""SELECT to_regclass('"Sales"."IX Note"') IS NULL""") is True


@pytest.mark.parametrize(
    "existing",
    [
        "CREATE INDEX ix_email ON users (tenant)",
        "CREATE UNIQUE INDEX ix_email ON users (email)",
        "CREATE INDEX ix_email ON users (email) WHERE tenant > 0",
        "CREATE INDEX ix_email ON users USING hash (email)",
    ],
)
def test_a_valid_index_with_another_definition_is_reported_with_both(
    database: Database, run: RunsHelpers, existing: str
) -> None:
    database.execute(existing)
    with pytest.raises(RolloutError) as error:
        run(lambda: CREATE("ix_email", "users", ["email"]))
    assert "CREATE INDEX ix_email ON public.users (email)" in str(error.value)
    assert str(definition(database, "ix_email")) in str(error.value)


@pytest.mark.parametrize(
    "existing",
    ["CREATE TABLE ix_email (id int)", "CREATE TABLE other (email text); CREATE INDEX ix_email ON other (email)"],
)
def test_a_name_that_something_else_has_is_reported(database: Database, run: RunsHelpers, existing: str) -> None:
    database.execute(existing)
    with pytest.raises(RolloutError, match="ix_email"):
        run(lambda: CREATE("ix_email", "users", ["email"]))
    assert indexes(database) == {}


def test_a_name_that_would_be_cut_is_refused(run: RunsHelpers) -> None:
    with pytest.raises(UsageError, match="longer than 63 bytes"):
        run(lambda: CREATE("ix_" + "x" * 61, "users", ["email"]))


def test_an_invalid_index_is_built_again(
    database: Database, run: RunsHelpers, caplog: pytest.LogCaptureFixture
) -> None:
    leave_invalid(database)
    run(lambda: CREATE("ix_email", "users", ["email"]))
    assert indexes(database) == {"ix_email": True}
    assert "its build was interrupted" in caplog.text


def test_an_invalid_index_is_replaced_even_by_another_definition(database: Database, run: RunsHelpers) -> None:
    leave_invalid(database)
    run(lambda: CREATE("ix_email", "users", ["email", "tenant"]))
    assert definition(database, "ix_email") == "CREATE INDEX ix_email ON public.users USING btree (email, tenant)"
    assert indexes(database) == {"ix_email": True}


@pytest.mark.usefixtures("driver")
def test_rows_that_are_not_unique_leave_no_index_behind_and_are_not_quoted(
    database: Database, run: RunsHelpers
) -> None:
    database.execute("UPDATE users SET email = 'secret@example.com' WHERE id IN (7, 8)")
    with pytest.raises(RolloutError, match=r"Index uq_email: rows of public\.users are equal in \(email\)") as error:
        run(lambda: CREATE("uq_email", "users", ["email"], unique=True))
    assert "secret" not in str(error.value)
    assert "\n" not in str(error.value)
    assert indexes(database) == {}


@pytest.mark.parametrize("name", ["ix_email", "ix_" + "x" * 60])
@pytest.mark.parametrize("drops", [False, True])
def test_what_an_interrupted_reindex_has_left_is_removed(
    database: Database, run: RunsHelpers, name: str, drops: bool
) -> None:
    run(lambda: CREATE(name, "users", ["email"]))
    database.execute("CREATE INDEX ix_other ON users (tenant)")
    for index in (name, "ix_other"):
        interrupt(database, f"REINDEX INDEX CONCURRENTLY {index}")
    assert list(indexes(database).values()).count(False) == 2
    if drops:
        run(lambda: operations.drop_index_concurrently(name))
        assert indexes(database) == {"ix_other": True, "ix_other_ccnew": False}
    else:
        run(lambda: CREATE(name, "users", ["email"]))
        assert indexes(database) == {name: True, "ix_other": True, "ix_other_ccnew": False}


def test_nothing_limits_a_build_and_the_limits_are_back_afterwards(database: Database, run: RunsHelpers) -> None:
    from alembic import op  # noqa: PLC0415 - a proxy, there inside a revision

    after: list[object] = []

    def upgrade() -> None:
        CREATE("ix_email", "users", ["email"])
        after.extend(op.get_bind().exec_driver_sql(f"SHOW {name}_timeout").scalar() for name in ("lock", "statement"))

    with writing(database) as writer:
        limits = "-c lock_timeout=200ms -c statement_timeout=300ms"
        build = threading.Thread(target=run, args=(upgrade,), kwargs={"options": limits})
        build.start()
        wait_until(
            database,
            "EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            " AND age(now(), query_start) > '1 s')",
        )
        writer.commit()
        build.join()
    assert indexes(database) == {"ix_email": True}
    assert after == ["200ms", "300ms"]


def test_an_index_that_somebody_builds_at_this_moment_is_waited_for(
    database: Database, run: RunsHelpers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with writing(database) as writer:
        other = threading.Thread(target=database.execute, args=("CREATE INDEX CONCURRENTLY ix_email ON users (email)",))
        other.start()
        wait_until(database, WAITING_BUILD)
        oid = database.scalar("SELECT 'ix_email'::regclass::oid")
        ours = threading.Thread(target=run, args=(lambda: CREATE("ix_email", "users", ["email"]),))
        ours.start()
        deadline = time.monotonic() + 60
        while "which builds an index of users" not in caplog.text and time.monotonic() < deadline:
            time.sleep(0.02)
        writer.commit()
        other.join()
        ours.join()
    assert "which builds an index of users: waiting for writers before build" in caplog.text
    assert indexes(database) == {"ix_email": True}
    assert database.scalar("SELECT 'ix_email'::regclass::oid") == oid


@pytest.mark.usefixtures("driver")
def test_an_index_is_dropped_and_one_that_is_gone_stays_gone(database: Database, run: RunsHelpers) -> None:
    database.execute("CREATE INDEX ix_email ON users (email)")
    run(lambda: operations.drop_index_concurrently("ix_email"))
    run(lambda: operations.drop_index_concurrently("ix_email"))
    assert indexes(database) == {}


def test_an_invalid_index_is_dropped(database: Database, run: RunsHelpers) -> None:
    leave_invalid(database)
    run(lambda: operations.drop_index_concurrently("ix_email"))
    assert indexes(database) == {}


def test_what_is_no_index_is_not_dropped(database: Database, run: RunsHelpers) -> None:
    with pytest.raises(RolloutError, match=r"public\.users is not an index"):
        run(lambda: operations.drop_index_concurrently("users"))


def test_an_error_of_the_build_comes_through(run: RunsHelpers) -> None:
    with pytest.raises(RolloutError, match='column "nothing" does not exist') as error:
        run(lambda: CREATE("ix", "users", ["nothing"]))
    assert sqlstate(error.value.__cause__ or error.value) == "42703"


@pytest.mark.parametrize("backend_dies", [True, False])
def test_killed_in_the_middle_of_a_build_the_next_start_finishes_it(
    any_project: Project, database: Database, backend_dies: bool
) -> None:
    any_project.revision("001", 'op.execute("SELECT 1")')
    any_project.upgrade()
    any_project.revision("002", 'operations.create_index_concurrently("ix_email", "users", ["email"])')
    with writing(database) as writer:
        first = any_project.start("upgrade", "head", ROLLOUT_LINT="off")
        wait_until(database, WAITING_BUILD)
        first.kill()
        first.communicate()
        if backend_dies:
            database.scalar(f"SELECT pg_terminate_backend(pid) {BUILDS}")
            wait_until(database, f"NOT EXISTS (SELECT {BUILDS})")
        assert indexes(database) == {"ix_email": False}
        second = any_project.start("upgrade", "head", ROLLOUT_LINT="off")
        wait_until(
            database,
            "EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND"
            " (query LIKE '%%DROP INDEX CONCURRENTLY%%' OR query LIKE '%%FROM pg_stat_progress_create_index%%'))",
        )
        writer.commit()
    _, errors = second.communicate(timeout=120)
    assert second.returncode == 0, errors
    assert indexes(database) == {"ix_email": True}
    assert database.scalar("SELECT version_num FROM alembic_version") == "002"


def test_several_migrators_at_once_build_one_index(project: Project, database: Database) -> None:
    project.revision("001", 'op.execute("SELECT 1")')
    project.upgrade()
    project.revision("002", 'operations.create_index_concurrently("ix_email", "users", ["email"])')
    with writing(database) as writer:
        all_of_them = [project.start("upgrade", "head", ROLLOUT_LINT="off") for _ in range(4)]
        wait_until(database, WAITING_BUILD)
        writer.commit()
    for process in all_of_them:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    assert indexes(database) == {"ix_email": True}
