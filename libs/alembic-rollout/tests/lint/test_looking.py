"""Looking changes nothing: what a revision does by connections of its own is done once, when it is applied."""

import json
from pathlib import Path

import pytest
from sample_project import Project

MODELS = """
import os
from sqlalchemy import MetaData, create_engine
from sqlalchemy.orm import sessionmaker

metadata = MetaData()
Session = sessionmaker(create_engine(os.environ["MIGRATION_DATABASE_URL"]))
"""
INSERTS = """
from models import Session
with Session() as session:
    session.execute(sa.text("INSERT INTO runs VALUES ('{0} up')"))
    session.commit()
"""
DELETES = """
from models import Session
with Session() as session:
    session.execute(sa.text("DELETE FROM runs"))
    session.commit()
"""
ACCEPTED = 'accepted = {"cannot-render": "inserts one row"}'
LOOKS = (
    ("lint",),
    ("lint", "--all"),
    ("lint", "--since", "001", "--format", "json"),
    ("plan",),
    ("plan", "--json"),
    ("drift",),
    ("status",),
)


@pytest.fixture
def shop(project: Project) -> Project:
    """At 002, which has inserted a row over the application's session; 003 does the same and is pending."""
    (project.folder / "models.py").write_text(MODELS)
    project.sql("001", "CREATE TABLE runs (what text)", "DROP TABLE runs")
    project.revision("002", INSERTS.format("002"), DELETES, header=ACCEPTED)
    project.upgrade()
    project.revision("003", INSERTS.format("003"), DELETES, header=ACCEPTED)
    return project


def runs(project: Project) -> list[object]:
    return [row[0] for row in project.database.rows("SELECT what FROM runs ORDER BY what")]


def test_no_look_runs_a_revision_against_the_database(shop: Project) -> None:
    for command in LOOKS:
        shop.rollout(*command)
        assert runs(shop) == ["002 up"], command
    shop.alembic("check")
    assert runs(shop) == ["002 up"]


def test_an_upgrade_runs_each_pending_revision_once_and_no_downgrade(shop: Project) -> None:
    shop.upgrade()

    assert runs(shop) == ["002 up", "003 up"]


def test_a_pending_set_not_null_runs_no_applied_revision_again(shop: Project) -> None:
    shop.upgrade()
    shop.sql("004", "ALTER TABLE runs ADD CONSTRAINT c CHECK (what IS NOT NULL) NOT VALID",
             "ALTER TABLE runs DROP CONSTRAINT c", header='phase = "contract"')  # fmt: skip
    shop.sql("005", "ALTER TABLE runs VALIDATE CONSTRAINT c")
    shop.upgrade()
    shop.sql("006", "ALTER TABLE runs ALTER COLUMN what SET NOT NULL",
             "ALTER TABLE runs ALTER COLUMN what DROP NOT NULL", header='phase = "contract"')  # fmt: skip

    assert shop.rollout("lint").returncode == 0
    shop.upgrade()

    assert runs(shop) == ["002 up", "003 up"]


def test_a_check_that_was_dropped_since_no_longer_counts(shop: Project) -> None:
    shop.upgrade()
    shop.database.execute("ALTER TABLE runs ADD CONSTRAINT c CHECK (what IS NOT NULL)")
    shop.sql("004", "ALTER TABLE runs DROP CONSTRAINT c", "SELECT 1")
    shop.sql("005", "ALTER TABLE runs ALTER COLUMN what SET NOT NULL",
             "ALTER TABLE runs ALTER COLUMN what DROP NOT NULL", header='phase = "contract"')  # fmt: skip

    assert "not-null-scan" in shop.rollout("lint", ROLLOUT_LINT_SMALL_ROWS="1").stdout


@pytest.mark.parametrize("body", ["sys.exit(0)", "sys.exit(3)", "os._exit(0)", "while True:\n    pass"])
def test_code_that_ends_or_holds_the_process_is_refused_before_anything_runs(shop: Project, body: str) -> None:
    shop.revision("004", f"import os, sys\n{body}")
    variables = {"ROLLOUT_RENDER_TIMEOUT": "2s"}

    linted = shop.rollout("lint", **variables)
    upgraded = shop.alembic("upgrade", "head", **variables)

    assert (linted.returncode, upgraded.returncode) == (4, 4)
    assert "004_step.py" in linted.stdout
    assert "cannot-render" in linted.stdout
    assert "cannot-render" in upgraded.stderr
    assert len(upgraded.stderr.strip().splitlines()) == 1
    assert runs(shop) == ["002 up"]


def test_a_drop_behind_the_offline_flag_is_found_and_backed_up(shop: Project) -> None:
    body = "from alembic import context\nif context.is_offline_mode():\n    return\nop.drop_table('runs')"
    shop.revision("004", body, "op.create_table('runs', sa.Column('what', sa.Text()))")

    linted = shop.rollout("lint")
    plan = json.loads(shop.rollout("plan", "--json", ROLLOUT_LINT="warn").stdout)

    assert linted.returncode == 4
    assert "contract-in-expand" in linted.stdout
    assert "cannot-render" in linted.stdout
    assert "004" in plan["backup"]
    assert [one["destructive"] for one in plan["revisions"]] == [True, True]


@pytest.mark.parametrize("command", [("alembic", "upgrade", "head"), ("alembic-rollout", "plan")])
def test_a_file_that_cannot_be_imported_is_one_line_that_names_it(shop: Project, command: tuple[str, ...]) -> None:
    shop.revision("004", header="import nothing_of_this_name")

    done = shop.run(*command[1:], program=command[0])

    assert done.returncode == 2
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("004_step.py:")
    assert "ModuleNotFoundError" in line


def test_an_env_py_that_connects_when_it_is_loaded_is_told_what_to_change(shop: Project) -> None:
    env = shop.folder / "migrations/env.py"
    env.write_text(
        "import models\nmodels.Session().execute(__import__('sqlalchemy').text('SELECT 1'))\n" + env.read_text()
    )

    done = shop.rollout("lint")

    assert done.returncode == 2
    assert "connect in functions, not when a module is imported" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_files_are_written_when_a_revision_is_applied_and_not_when_it_is_read(shop: Project, tmp_path: Path) -> None:
    log = tmp_path / "log"
    write = f"with open({str(log)!r}, 'a') as file:\n    file.write('{{}}\\n')"
    shop.revision("004", write.format("up"), write.format("down"))

    shop.rollout("lint")
    shop.rollout("plan")
    assert not log.exists()
    shop.upgrade()

    assert log.read_text() == "up\n"


@pytest.mark.parametrize("revision", ["'004'", "'0' + '04'"], ids=["read as text", "computed"])
def test_no_file_reaches_a_database_when_it_is_imported(shop: Project, revision: str) -> None:
    shop.upgrade()
    deletes = DELETES.format().strip().replace("sa.", "__import__('sqlalchemy').")
    path = shop.revision("004", header=deletes)
    path.write_text(path.read_text().replace("revision = '004'", f"revision = {revision}", 1))

    for command in LOOKS:
        shop.rollout(*command)
        assert runs(shop) == ["002 up", "003 up"], command
    done = shop.alembic("check")

    assert done.returncode != 0
    assert runs(shop) == ["002 up", "003 up"]


def test_after_a_check_connections_are_opened_as_before(shop: Project) -> None:
    shop.upgrade()

    assert "New upgrade operations detected" in shop.alembic("check").stdout
