"""Running the tree as its users do: the `alembic` command in a process of its own, with a bad day now and then."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sample.application import ALEMBIC_INI
from sqlalchemy import text

from service_kit.testing.catalogue import catalogue
from service_kit.testing.databases import DatabaseUrls, migrate
from service_kit.testing.network import Gate
from service_kit.testing.tree import *  # noqa: F403 - the tests, all of them


def alembic(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    return subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=folder,
        env=inherited | {"PYTHONPATH": str(ALEMBIC_INI.parents[1])} | environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample service's folder, to make revisions in."""
    return Path(shutil.copytree(ALEMBIC_INI.parent, tmp_path / "sample", ignore=shutil.ignore_patterns("__pycache__")))


def test_a_new_revision_takes_the_next_number_and_needs_no_database(folder: Path) -> None:
    done = alembic(folder, "revision", "-m", "add a colour")
    assert done.returncode == 0, done.stderr
    content = (folder / "migrations/versions/003_add_a_colour.py").read_text()
    assert "revision: str = '003'" in content
    assert "down_revision: str | Sequence[str] | None = '002'" in content


def test_autogenerate_writes_the_difference_between_models_and_database(
    folder: Path, migrated_database: DatabaseUrls
) -> None:
    with migrated_database.engine(migrated_database.owner).begin() as connection:
        connection.execute(text("ALTER TABLE notes DROP COLUMN number"))
    done = alembic(
        folder, "revision", "--autogenerate", "-m", "bring it back", MIGRATION_DATABASE_URL=migrated_database.owner
    )
    assert done.returncode == 0, done.stderr
    content = (folder / "migrations/versions/003_bring_it_back.py").read_text()
    assert "op.add_column('notes', sa.Column('number'" in content
    assert "op.drop_column('notes', 'number')" in content


def test_a_chosen_revision_id_wins_over_the_number(folder: Path) -> None:
    assert alembic(folder, "revision", "-m", "chosen", "--rev-id", "900").returncode == 0
    assert (folder / "migrations/versions/900_chosen.py").exists()


@pytest.mark.parametrize("variable", ["MIGRATION_DATABASE_URL", "DATABASE_URL"])
def test_the_environment_wins_over_the_ini_file(folder: Path, empty_database: DatabaseUrls, variable: str) -> None:
    done = alembic(folder, "upgrade", "head", **{variable: empty_database.owner})
    assert done.returncode == 0, done.stderr
    assert "002 (head)" in alembic(folder, "current", **{variable: empty_database.owner}).stdout


def test_the_file_env_in_the_folder_is_read_where_the_environment_is_silent(
    folder: Path, empty_database: DatabaseUrls
) -> None:
    (folder / ".env").write_text(f"MIGRATION_DATABASE_URL={empty_database.owner}\n")
    assert alembic(folder, "upgrade", "head").returncode == 0
    assert "002 (head)" in alembic(folder, "current").stdout


def test_without_any_url_the_error_names_what_to_set(folder: Path) -> None:
    done = alembic(folder, "upgrade", "head")
    assert done.returncode == 1
    assert done.stderr.strip() == "No database URL: set MIGRATION_DATABASE_URL, or sqlalchemy.url in alembic.ini."


def test_a_database_that_does_not_answer_is_waited_for_then_given_up(folder: Path, gated_database_url: str) -> None:
    url = gated_database_url.rsplit(":", 1)[0] + ":1/nowhere"
    done = alembic(folder, "upgrade", "head", MIGRATION_DATABASE_URL=url, MIGRATION_WAIT_SECONDS="1")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert "did not answer within 1 s (MIGRATION_WAIT_SECONDS)" in last
    assert "refused" in last
    assert "waiting_for_database" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_comes_up_while_waiting_is_migrated(
    folder: Path, migrated_database: DatabaseUrls, database_gate: Gate, gated_database_url: str
) -> None:
    database_gate.close()
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(
            alembic, folder, "current", MIGRATION_DATABASE_URL=gated_database_url, LOG_FORMAT="json"
        )
        assert not waiting.done()
        database_gate.open()
        assert "002 (head)" in waiting.result().stdout


def test_a_wrong_password_is_not_waited_for_and_not_shown(folder: Path, empty_database: DatabaseUrls) -> None:
    url = empty_database.engine(empty_database.owner).url.set(password="wrong-password")
    done = alembic(folder, "upgrade", "head", MIGRATION_DATABASE_URL=url.render_as_string(hide_password=False))
    assert done.returncode == 1
    assert "password authentication failed" in done.stderr
    assert "wrong-password" not in done.stderr
    assert "Traceback" not in done.stderr


def test_two_starts_at_once_on_an_empty_database_corrupt_nothing_and_a_retry_succeeds(
    empty_database: DatabaseUrls, migrated_database: DatabaseUrls
) -> None:
    with ThreadPoolExecutor() as threads:
        starts = [
            threads.submit(alembic, ALEMBIC_INI.parent, "upgrade", "head", MIGRATION_DATABASE_URL=empty_database.owner)
            for _ in range(4)
        ]
        statuses = [start.result().returncode for start in starts]
    assert 0 in statuses
    migrate(ALEMBIC_INI, empty_database.owner)
    assert catalogue(empty_database.engine()) == catalogue(migrated_database.engine())


def test_a_failing_revision_leaves_the_one_before_it_applied_and_itself_undone(
    folder: Path, empty_database: DatabaseUrls
) -> None:
    (folder / "migrations/versions/003_fail.py").write_text(
        "from alembic import op\n"
        "revision, down_revision = '003', '002'\n"
        "def upgrade():\n"
        "    op.execute('CREATE TABLE half_done (id int)')\n"
        "    op.execute('SELECT 1 / 0')\n"
    )
    done = alembic(folder, "upgrade", "head", MIGRATION_DATABASE_URL=empty_database.owner)
    assert done.returncode == 1
    assert "002" in alembic(folder, "current", MIGRATION_DATABASE_URL=empty_database.owner).stdout
    assert not [line for line in catalogue(empty_database.engine()) if "half_done" in line]
