"""The server has thrown everybody out: a release that is about to connect again holds a contract revision as before."""

import os
import signal
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from databases import Database
from sample_project import Project

from proofs.bad_ends import ended
from proofs.own_server import OwnServer, own_server
from proofs.sessions import wait_for


def restart(program: OwnServer, _: Database) -> None:
    program.stop("fast")
    program.start()


def crash(_: OwnServer, database: Database) -> None:
    """Kill one of the server's processes; it ends all others and begins again, without a new start time."""
    with database.engine().connect() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        os.kill(driver.info.backend_pid, signal.SIGKILL)
        wait_for(lambda: _is_lost(driver) or None, "the server to end its sessions")
        connection.invalidate()


def _is_lost(driver: Any) -> bool:  # noqa: ANN401 - SQLAlchemy's type of it has no cursor that executes
    try:
        driver.cursor().execute("SELECT 1")
    except psycopg2.OperationalError:
        return True
    return False


@pytest.mark.parametrize("throw_everybody_out", [restart, crash])
def test_a_contract_revision_waits_for_those_who_connect_again(
    project: Project, throw_everybody_out: Callable[[OwnServer, Database], None]
) -> None:
    project.tables(1)
    with own_server() as (program, server), server.database() as database:
        project.database = database
        project.upgrade()
        project.revision("002", 'op.drop_table("t001")', header='phase = "contract"')
        throw_everybody_out(program, database)
        process = project.start("upgrade", "head", ROLLOUT_BACKUP="never")
        assert process.stderr is not None
        for line in process.stderr:
            if "has just started" in line:
                break
        with database.engine(f"{database.app_url}?application_name=shop@001").connect():
            assert ended(process) == (0, "")
        assert database.scalar("SELECT version_num FROM alembic_version") == "001"
