import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from stack.postgres.initialisation import DATABASE_FILES

COMMAND = [sys.executable, "-m", "stack", "with-postgres", "--"]


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """Environment without a server around it, and with a temporary folder whose content the test can see."""
    folder = Path(tempfile.mkdtemp(prefix="with-postgres-"))
    folder.chmod(0o755)
    yield {name: value for name, value in os.environ.items() if name != "TEST_POSTGRES_URL"} | {"TMPDIR": str(folder)}
    shutil.rmtree(folder)


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def test_the_command_gets_an_initialised_server_and_its_exit_status_is_handed_on(environment: dict[str, str]) -> None:
    program = (
        "import os, sys; from sqlalchemy import create_engine, text\n"
        "engine = create_engine(os.environ['TEST_POSTGRES_URL'])\n"
        "rows = engine.connect().execute(text(\"SELECT datname FROM pg_database WHERE datname LIKE '%db'\"))\n"
        "print(*sorted(row[0] for row in rows)); sys.exit(7)"
    )
    done = subprocess.run([*COMMAND, *python(program)], env=environment, stdout=subprocess.PIPE, text=True, check=False)
    assert done.stdout.split() == sorted(DATABASE_FILES)
    assert done.returncode == 7


def test_nothing_is_left_afterwards(environment: dict[str, str]) -> None:
    program = "import os; print(os.environ['PGPORT'])"
    done = subprocess.run([*COMMAND, *python(program)], env=environment, stdout=subprocess.PIPE, text=True, check=True)
    assert list(Path(environment["TMPDIR"]).iterdir()) == []
    engine = create_engine(f"postgresql+psycopg2://postgres@127.0.0.1:{done.stdout.strip()}/postgres")
    with pytest.raises(Exception, match="refused"):
        engine.connect()


def test_roles_may_open_copies_of_the_databases(environment: dict[str, str]) -> None:
    program = (
        "import os; from sqlalchemy import create_engine, text\n"
        "url = os.environ['TEST_POSTGRES_URL']\n"
        "superuser = create_engine(url, isolation_level='AUTOCOMMIT').connect()\n"
        "superuser.execute(text('CREATE DATABASE test_copy TEMPLATE authdb'))\n"
        "port, password = os.environ['PGPORT'], os.environ['AUTHDB_APP_PASSWORD']\n"
        "app = create_engine(f'postgresql+psycopg2://authdb_app:{password}@127.0.0.1:{port}/test_copy')\n"
        "print(app.connect().execute(text('SELECT current_user')).scalar())"
    )
    done = subprocess.run([*COMMAND, *python(program)], env=environment, stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.strip() == "authdb_app"


def test_an_end_from_outside_is_handed_on_and_the_server_is_removed(environment: dict[str, str]) -> None:
    program = "import time; print('up', flush=True); time.sleep(60)"
    with subprocess.Popen([*COMMAND, *python(program)], env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 128 + signal.SIGTERM
    assert list(Path(environment["TMPDIR"]).iterdir()) == []


def test_a_server_that_is_there_already_is_used(environment: dict[str, str]) -> None:
    program = "import os; print(os.environ['TEST_POSTGRES_URL'])"
    outer = environment | {"TEST_POSTGRES_URL": "postgresql+psycopg2://somewhere/else"}
    done = subprocess.run([*COMMAND, *python(program)], env=outer, stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.strip() == "postgresql+psycopg2://somewhere/else"
