"""What a service is told about its database, and what its connections are called."""

from pathlib import Path

import pytest
from sample_project import Project

from alembic_rollout import Schema, SchemaState, UsageError
from alembic_rollout.releases.presence import release_name

CONTRACT = 'phase = "contract"'


@pytest.fixture(autouse=True)
def url(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATION_DATABASE_URL", project.database.url)


def state(project: Project) -> SchemaState:
    with project.database.connect(project.database.app_url) as connection:
        return Schema(project.ini).state(connection)


def test_an_empty_database_is_not_sufficient_and_the_reason_names_the_command(project: Project) -> None:
    project.tables(2)
    found = state(project)
    assert (found.current, found.required, found.pending, found.sufficient) == (None, "002", ("001", "002"), False)
    assert found.reason == "The database is empty and this code needs 002: run `alembic upgrade head`."


def test_the_head_is_sufficient_and_the_application_role_can_tell(project: Project) -> None:
    project.tables(2)
    project.upgrade()
    found = state(project)
    assert (found.current, found.pending, found.held, found.ahead, found.sufficient) == ("002", (), (), False, True)


def test_a_contract_revision_at_the_end_is_not_required(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    project.sql("002", "DROP TABLE t001", header=CONTRACT)
    found = state(project)
    assert (found.required, found.pending, found.held, found.sufficient) == ("001", ("002",), ("002",), True)


def test_a_database_past_a_contract_revision_that_this_code_does_not_have_is_not_sufficient(project: Project) -> None:
    project.tables(1)
    path = project.sql("002", "DROP TABLE t001", header=CONTRACT)
    project.upgrade()
    path.unlink()
    found = state(project)
    assert (found.ahead, found.sufficient) == (True, False)
    assert "The contract revision 002 removed what this code uses" in found.reason


def test_a_database_past_an_expand_revision_is_sufficient(project: Project) -> None:
    project.tables(2)
    project.upgrade()
    (project.versions / "002_create_t002.py").unlink()
    found = state(project)
    assert (found.current, found.ahead, found.sufficient, found.reason) == ("002", True, True, "")


def test_connections_are_called_after_service_and_head(project: Project) -> None:
    project.tables(2)
    assert Schema(project.ini).application_name == "shop@002"


def test_a_name_that_the_server_would_cut_keeps_its_head(project: Project) -> None:
    assert release_name("s" * 80, "a1b2c3") == f"{'s' * 56}@a1b2c3"
    project.tables(1)
    project.database.execute(f"SET application_name = '{release_name('s' * 80, 'a1b2c3')}'")


def test_a_tree_without_a_revision_is_refused(project: Project) -> None:
    with pytest.raises(UsageError, match="the tree has no revision"):
        Schema(project.ini)


def test_the_tree_is_found_from_any_folder(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project.tables(1)
    monkeypatch.chdir(tmp_path)
    assert Schema(project.ini).head == "001"


def test_waiting_ends_when_another_process_has_migrated(project: Project) -> None:
    project.tables(1)
    waiting = project.start("wait", "--timeout", "30s", program="alembic-rollout")
    project.upgrade()
    said, _ = waiting.communicate(timeout=30)
    assert (waiting.returncode, said.strip()) == (0, "At 001; this code needs 001.")


def test_waiting_in_vain_says_what_was_missing(project: Project) -> None:
    project.tables(1)
    done = project.rollout("wait", "--timeout", "300ms")
    assert done.returncode == 1
    assert "The database is empty and this code needs 001" in done.stderr
