"""The wheels of the libraries, installed with pip into projects that know nothing of this checkout."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from email.message import Message
from email.parser import Parser
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import httpx
import pytest
from sqlalchemy import create_engine, make_url, pool, text

from stack.paths import ROOT
from stack.ports import free_port
from stack.release.versions import projects

PIP = (str(ROOT / ".tools/poetry/bin/python"), "-m", "pip", "--disable-pip-version-check", "--quiet")
MODELS = """
from sqlalchemy import Column, Integer, MetaData, Table

metadata = MetaData()
Table("orders", metadata, Column("id", Integer, primary_key=True))
"""
ENV_PY = """
from alembic_rollout import run
from models import metadata

run(metadata)
"""
PYPROJECT = """
[project]
name = "orders"

[tool.alembic-rollout]
numbering = "sequential"
"""
APPLICATION = """
from types import SimpleNamespace

from service_kit.application import Description, create_application
from service_kit.database.sessions import Database
from service_kit.settings.service_settings import TokenCheckingSettings
from service_kit.tokens.verification import remote_verifier

settings = TokenCheckingSettings.load()
schema = SimpleNamespace(application_name="orders@001")
app = create_application(
    Description(name="orders", title="Orders", summary="Orders."),
    settings,
    database=Database(settings, application_name=schema.application_name),
    token_verifier=remote_verifier(settings, service="orders"),
    routers=[],
    schema=schema,
    migrations=SimpleNamespace(),
)
"""


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what `make packages` builds and checks."""
    folder = tmp_path_factory.mktemp("packages")
    done = subprocess.run(
        [ROOT / "stack/bin/build-packages", folder], check=False, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def database_url() -> Iterator[str]:
    server = make_url(os.environ["TEST_POSTGRES_URL"])
    name = f"packages_{uuid4().hex[:12]}"
    engine = create_engine(server, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield server.set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def wheel(packages: Path, library: str) -> Path:
    [built] = packages.glob(f"{library.replace('-', '_')}-*.whl")
    return built


def environment_with(folder: Path, *requirements: str | Path) -> Path:
    """Make a virtual environment with what pip resolves, and return the folder of its programs."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=120)
    subprocess.run(
        [*PIP, "--python", str(folder / "bin/python"), "install", "--no-compile", *map(str, requirements)],
        check=True,
        timeout=300,
    )
    return folder / "bin"


def metadata_of(built: Path) -> Message:
    with ZipFile(built) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(name).decode())


@pytest.mark.parametrize(
    "library", [*(path.parent.name for path in projects(ROOT) if path.parent.parent.name == "libs"), "ai-micro-client"]
)
def test_a_wheel_carries_its_licence_its_types_and_its_readme(packages: Path, library: str) -> None:
    built = wheel(packages, library)
    metadata = metadata_of(built)
    assert (metadata["License-Expression"], metadata["License-File"]) == ("Apache-2.0", "LICENSE")
    assert str(metadata.get_payload()).startswith(f"# {library}")
    names = ZipFile(built).namelist()
    assert f"{library.replace('-', '_')}/py.typed" in names
    assert [name for name in names if name.startswith(("tests/", "tools/", "benchmarks/"))] == []


def test_a_foreign_project_upgrades_with_the_wheel_of_alembic_rollout(
    packages: Path, tmp_path: Path, database_url: str
) -> None:
    programs = environment_with(tmp_path / "venv", wheel(packages, "alembic-rollout"), "psycopg2-binary")
    project = tmp_path / "project"
    project.mkdir()

    def type_(*command: str) -> str:
        done = subprocess.run(
            [programs / command[0], *command[1:]],
            cwd=project,
            env={"PATH": "/usr/bin:/bin", "DATABASE_URL": database_url},
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    type_("alembic", "init", "migrations")
    (project / "models.py").write_text(MODELS)
    (project / "pyproject.toml").write_text(PYPROJECT)
    (project / "migrations/env.py").write_text(ENV_PY)
    type_("alembic", "revision", "--autogenerate", "-m", "add orders")
    assert [file.name for file in (project / "migrations/versions").glob("*.py")] == ["001_add_orders.py"]
    type_("alembic-rollout", "lint")
    type_("alembic", "upgrade", "head")
    assert "001" in type_("alembic-rollout", "history")
    with create_engine(database_url, poolclass=pool.NullPool).connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('orders') IS NOT NULL"))


def test_a_foreign_application_answers_with_the_wheel_of_service_kit(
    packages: Path, tmp_path: Path, database_url: str
) -> None:
    programs = environment_with(tmp_path / "venv", wheel(packages, "service-kit"), "pytest")
    (tmp_path / "orders.py").write_text(APPLICATION)
    (tmp_path / "test_orders.py").write_text("def test_nothing_of_the_kit_is_needed(): pass\n")
    subprocess.run([programs / "pytest", "-q"], cwd=tmp_path, check=True, timeout=120)  # its plug-in, without the extra

    port = free_port()
    server = subprocess.Popen(
        [programs / "uvicorn", "orders:app", "--port", str(port)],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "DATABASE_URL": database_url, "JWKS_URL": "http://127.0.0.1:9/jwks.json"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    try:
        said = ""
        for line in server.stderr:  # ends where the server does
            said += line
            if "Uvicorn running" in line:
                break
        assert "Uvicorn running" in said, said
        answer = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=60)
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    finally:
        server.terminate()
        server.communicate(timeout=30)
    assert server.returncode == -signal.SIGTERM  # which uvicorn raises again once it has shut down
