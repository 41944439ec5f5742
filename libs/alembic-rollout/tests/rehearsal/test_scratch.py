"""Scratch databases: who may make one, as whom its sessions work, and that none is left behind."""

import logging
import signal
import time
from contextlib import AbstractContextManager

import pytest
from databases import Database
from sample_project import Project
from sqlalchemy import Engine, make_url

from alembic_rollout.errors import UsageError
from alembic_rollout.project.environment import Environment
from alembic_rollout.scratch.database import NoScratchDatabaseError, Scratch, open_scratch, scratch_database
from rehearsal.rehearsed import MakeEnvironment, rehearsal_databases


def scratch_of(environment: Environment) -> AbstractContextManager[Engine]:
    return scratch_database(environment.url, environment.settings)


def opened(environment: Environment) -> AbstractContextManager[Scratch]:
    return open_scratch(environment.url, environment.settings)


def as_superuser(database: Database, *statements: str) -> None:
    with database.connect(database.superuser_url) as superuser:
        for statement in statements:
            superuser.exec_driver_sql(statement)


def test_sessions_work_as_the_migrating_role_which_owns_the_database(
    database: Database, environment: MakeEnvironment
) -> None:
    with scratch_of(environment()) as engine:
        with engine.connect() as connection:
            assert not connection.in_transaction(), "Alembic would leave its own transactions to us"
            row = connection.exec_driver_sql(
                "SELECT current_user, session_user, pg_get_userbyid(datdba) FROM pg_database"
                " WHERE datname = current_database()"
            ).one()
        assert tuple(row) == (database.owner,) * 3
        assert rehearsal_databases(database) == {engine.url.database}
    assert rehearsal_databases(database) == set()


def test_a_database_of_any_name_has_one_beside_it(database: Database, environment: MakeEnvironment) -> None:
    name = f'{database.name} "50%"'
    in_sql = '"' + name.replace('"', '""').replace("%", "%%") + '"'
    as_superuser(database, f"CREATE DATABASE {in_sql} OWNER {database.owner}")
    try:
        settings = environment().settings
        url = make_url(database.url).set(database=name).render_as_string(hide_password=False)
        with scratch_database(url, settings) as engine, engine.connect() as connection:
            assert name in str(connection.exec_driver_sql("SELECT current_database()").scalar())
        assert rehearsal_databases(database) == set()
    finally:
        as_superuser(database, f"DROP DATABASE {in_sql} WITH (FORCE)")


def test_a_role_that_may_create_databases_needs_no_administrator(
    database: Database, environment: MakeEnvironment
) -> None:
    as_superuser(database, f"ALTER ROLE {database.owner} CREATEDB")

    with scratch_of(environment(admin_url="")) as engine, engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT current_user").scalar() == database.owner


def test_an_administrator_who_is_no_superuser_makes_it_for_the_role_of_which_it_is_a_member(
    database: Database, environment: MakeEnvironment
) -> None:
    role, password = database.name + "_app", make_url(database.app_url).password
    as_superuser(
        database,
        f"ALTER ROLE {role} CREATEDB",
        f"REVOKE {role} FROM {database.owner}",
        f"GRANT {database.owner} TO {role}",
    )
    url = make_url(database.url).set(username=role, password=password).render_as_string(hide_password=False)

    with opened(environment(admin_url=url)) as scratch, scratch.engine.connect() as connection:
        assert (
            connection.exec_driver_sql("SELECT current_user || ' ' || session_user").scalar()
            == f"{database.owner} {database.owner}"
        )
        assert scratch.administrator.name == role
        assert not scratch.administrator.is_superuser


def test_where_no_role_may_create_a_database_the_line_names_the_remedy(
    database: Database, environment: MakeEnvironment
) -> None:
    with (
        pytest.raises(NoScratchDatabaseError, match=f"^{database.owner} may not create databases.*ROLLOUT_ADMIN_URL"),
        scratch_of(environment(admin_url="")),
    ):
        pass


def test_an_administrator_who_is_not_let_in_is_told_without_the_password(
    database: Database, environment: MakeEnvironment
) -> None:
    url = make_url(database.superuser_url).set(password="no-such-password").render_as_string(hide_password=False)

    with (
        pytest.raises(NoScratchDatabaseError, match=r"refuses the connection: .*ROLLOUT_ADMIN_URL") as raised,
        scratch_of(environment(admin_url=url)),
    ):
        pass
    assert "no-such-password" not in str(raised.value)


def test_a_url_that_cannot_be_read_is_a_matter_of_usage(environment: MakeEnvironment) -> None:
    with (
        pytest.raises(UsageError, match="ROLLOUT_ADMIN_URL cannot be read"),
        scratch_of(environment(admin_url="localhost")),
    ):
        pass


def test_what_role_and_database_set_for_a_session_is_set_in_the_scratch_database_too(
    database: Database, environment: MakeEnvironment
) -> None:
    as_superuser(
        database,
        f'ALTER ROLE {database.owner} IN DATABASE {database.name} SET search_path = app, "Odd one", public',
        f"ALTER DATABASE {database.name} SET work_mem = '7MB'",
    )

    with scratch_of(environment()) as engine, engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW search_path").scalar() == 'app, "Odd one", public'
        assert connection.exec_driver_sql("SHOW work_mem").scalar() == "7MB"


def test_an_extension_that_only_a_superuser_may_create_is_there_already(
    database: Database, environment: MakeEnvironment
) -> None:
    live = database.rows("SELECT extname FROM pg_extension ORDER BY 1")

    with scratch_of(environment()) as engine, engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT extname FROM pg_extension ORDER BY 1").all()
    assert [tuple(row) for row in found] == live


def test_it_is_dropped_when_what_is_inside_fails_with_sessions_still_open(
    database: Database, environment: MakeEnvironment
) -> None:
    sessions = []

    def fail() -> None:
        with scratch_of(environment()) as engine:
            sessions.append(engine.connect())
            sessions[0].exec_driver_sql("CREATE TABLE t ()")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert rehearsal_databases(database) == set()
    sessions[0].invalidate()


def test_what_a_killed_rehearsal_left_behind_is_dropped_after_a_day(
    database: Database, environment: MakeEnvironment, caplog: pytest.LogCaptureFixture
) -> None:
    yesterday = int(time.time()) - 25 * 60 * 60
    old, young = f"rehearsal_{database.name}_{yesterday}_abcdef", f"rehearsal_{database.name}_{int(time.time())}_abcdef"
    other = f"rehearsal_{database.name}_copy_{yesterday}_abcdef"  # of another database, whose name begins alike
    as_superuser(database, *(f"CREATE DATABASE {name}" for name in (old, young, other)))

    try:
        with caplog.at_level(logging.INFO), scratch_of(environment()):
            pass
        assert rehearsal_databases(database) == {young, other}
        assert f"Dropped {old}, which a killed rehearsal had left behind." in caplog.messages
    finally:
        as_superuser(database, *(f"DROP DATABASE IF EXISTS {name}" for name in (old, young, other)))


def test_sigterm_in_the_middle_of_a_rehearsal_leaves_no_database_behind(project: Project) -> None:
    marker = project.folder / "running"
    project.revision("001", f"import pathlib, time\npathlib.Path({str(marker)!r}).touch()\ntime.sleep(60)")
    process = project.start("rehearse", program="alembic-rollout", ROLLOUT_ADMIN_URL=project.database.superuser_url)
    try:
        deadline = time.monotonic() + 60
        while not marker.exists():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert rehearsal_databases(project.database) != set()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 128 + signal.SIGTERM
    assert rehearsal_databases(project.database) == set()
