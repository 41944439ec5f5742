"""The pytest plug-in, as a service's developer and its pipeline use it."""

import subprocess

import pytest
from sample_project import Project

INI = """
[tool.pytest.ini_options]
testpaths = ["tests"]
addopts = "-q -p alembic_rollout.recording.plugin"
"""
CONFTEST = """
import os
from pathlib import Path

import pytest
from sqlalchemy import create_engine, pool, text

from alembic_rollout import Schema

@pytest.fixture
def service():
    name = Schema(Path("alembic.ini")).application_name
    return create_engine(os.environ["APP_URL"], connect_args={"application_name": name}, poolclass=pool.NullPool)

@pytest.fixture
def run(service):
    def run(sql, **values):
        with service.begin() as connection:
            connection.execute(text(sql), values)
    return run
"""
TESTS = """
import io
from pathlib import Path
from alembic_rollout import Schema
from sqlalchemy import create_engine, text

def test_reads(run):
    run("SELECT note FROM runs WHERE what = :what", what="secret")

def test_reads_again(run):
    run("SELECT  note  FROM runs WHERE what = :other", other="else")

def test_changes(service, run):
    run("SET LOCAL lock_timeout = '1s'")
    run("UPDATE runs SET note = :note WHERE what LIKE 'a%'", note="x")
    with service.begin() as connection:
        assert Schema(Path("alembic.ini")).state(connection).sufficient
        connection.exec_driver_sql("SELECT what LIKE 'b%' FROM runs", execution_options={"no_parameters": True})
        connection.connection.cursor().copy_expert("COPY runs (what) FROM STDIN", io.StringIO("c\\n"))

def test_looks_with_another_connection():
    import os
    with create_engine(os.environ["APP_URL"]).connect() as connection:
        connection.execute(text("SELECT count(*) FROM runs"))
"""
STATEMENTS = [
    "COPY runs (what) FROM STDIN;",
    "SELECT note FROM runs WHERE what = $1;",
    "SELECT what LIKE 'b%' FROM runs;",
    "UPDATE runs SET note = $1 WHERE what LIKE 'a%';",
]


class Service:
    """A project with tests that send statements."""

    def __init__(self, project: Project) -> None:
        self.project = project
        project.sql("001", "CREATE TABLE runs (what text, note text)", "DROP TABLE runs")
        project.upgrade()
        pyproject = project.folder / "pyproject.toml"
        pyproject.write_text(f'{pyproject.read_text()}statements = "app/db/statements.sql"\n{INI}')
        self.file = project.folder / "app/db/statements.sql"
        self.write("conftest", CONFTEST)
        self.write("test_runs", TESTS)

    def write(self, name: str, content: str) -> None:
        folder = self.project.folder / "tests"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.py").write_text(content)

    def pytest(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run pytest without the plug-ins of this environment, but for xdist where workers are asked for."""
        plugins = ("-p", "xdist") if "-n" in arguments else ()
        variables = {"APP_URL": self.project.database.app_url, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        return self.project.run(*plugins, *arguments, program="pytest", **variables)

    @property
    def recorded(self) -> list[str]:
        return [line for line in self.file.read_text().splitlines() if line and not line.startswith("--")]


@pytest.fixture
def service(project: Project) -> Service:
    return Service(project)


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_whole_run_records_what_the_release_sends_and_nothing_else(
    service: Service, workers: tuple[str, ...]
) -> None:
    done = service.pytest("--record-statements", *workers)

    assert done.returncode == 0, done.stdout
    assert "app/db/statements.sql: 4 statements, 4 of them new." in done.stdout
    assert service.recorded == STATEMENTS
    assert service.pytest(*workers).returncode == 0


def test_a_whole_run_fails_where_the_committed_file_is_stale(service: Service) -> None:
    service.pytest("--record-statements")
    lines = service.file.read_text()
    service.file.write_text(lines.replace("SELECT note FROM", "SELECT nothing FROM"))

    done = service.pytest("-n", "2")

    assert done.returncode == 1
    assert "app/db/statements.sql is stale: 1 new statement, 1 statement not sent any more." in done.stdout
    assert "Run `pytest --record-statements` and commit the file." in done.stdout
    assert "+ SELECT note FROM runs WHERE what = $1" in done.stdout
    assert "- SELECT nothing FROM runs WHERE what = $1" in done.stdout
    assert "nothing" in service.file.read_text()


def test_a_missing_file_is_a_stale_one(service: Service) -> None:
    done = service.pytest()
    assert done.returncode == 1
    assert "4 new statements" in done.stdout


def test_a_run_of_some_tests_judges_nothing_and_removes_nothing(service: Service) -> None:
    for some in (["tests/test_runs.py"], ["-k", "reads"], ["--deselect", "tests/test_runs.py::test_reads"]):
        assert service.pytest(*some).returncode == 0
    assert not service.file.exists()
    service.pytest("--record-statements")
    service.write("test_new", "def test_new(run):\n    run('SELECT 2 FROM runs')\n")
    done = service.pytest("--record-statements", "-k", "new")
    assert done.returncode == 0
    assert "5 statements, 1 of them new. Only a run of all tests, in which each succeeds, removes any." in done.stdout
    assert service.recorded == sorted([*STATEMENTS, "SELECT 2 FROM runs;"])


def test_a_failing_run_judges_nothing_and_removes_nothing(service: Service) -> None:
    service.pytest("--record-statements")
    service.write("test_wrong", "def test_wrong():\n    assert False\n")
    service.file.write_text(service.file.read_text() + "\nSELECT 3 FROM runs;\n")
    assert "is stale" not in service.pytest().stdout
    assert service.pytest("--record-statements").returncode == 1
    assert "SELECT 3 FROM runs;" in service.recorded


def test_a_statement_that_is_marked_need_not_be_sent(service: Service) -> None:
    service.pytest("--record-statements")
    marked = "-- not in every run\nDELETE FROM runs\nWHERE what = $1;\n"
    service.file.write_text(f"{service.file.read_text()}\n{marked}")

    assert service.pytest().returncode == 0
    service.pytest("--record-statements")
    assert marked in service.file.read_text()


def test_no_value_of_a_test_is_in_the_file(service: Service) -> None:
    inlined = "def test_inlined(run):\n    run(\"SELECT 1 FROM runs WHERE what = 'hanako@example.org'\")\n"
    service.write("test_inlined", inlined)
    service.pytest("--record-statements")
    assert "SELECT 1 FROM runs WHERE what = '***';" in service.recorded
    assert not {"hanako", "secret"} & set(service.file.read_text().replace("'", " ").split())


def test_without_the_setting_the_plug_in_says_what_to_set(service: Service) -> None:
    pyproject = service.project.folder / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('statements = "app/db/statements.sql"', ""))
    done = service.pytest()
    assert done.returncode == 4
    assert 'statements = "app/db/statements.sql"' in done.stderr
