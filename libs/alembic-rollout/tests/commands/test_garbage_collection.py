"""A typed command looks for garbage rarely; a program that runs one goes on in its own way."""

import gc

import pytest
from alembic import command
from alembic.config import Config
from sample_project import Project

SAYS_THRESHOLD = "import gc, sys\nprint('threshold', gc.get_threshold()[0], file=sys.stderr)"


@pytest.mark.parametrize("program", ["alembic", "alembic-rollout"])
def test_a_typed_command_looks_for_garbage_rarely(project: Project, program: str) -> None:
    project.revision("001", SAYS_THRESHOLD)
    done = project.run("upgrade", "head", program=program)
    assert done.returncode == 0, done.stderr
    (said,) = [line for line in done.stderr.splitlines() if line.startswith("threshold ")]
    assert int(said.split()[1]) >= 10 * 2_000


def test_a_program_that_runs_a_command_keeps_its_own_threshold(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project.folder)
    monkeypatch.setenv("MIGRATION_DATABASE_URL", project.database.url)
    project.revision("001", SAYS_THRESHOLD)
    former = gc.get_threshold()
    gc.set_threshold(1_234, *former[1:])
    try:
        command.upgrade(Config("alembic.ini"), "head")
        assert gc.get_threshold()[0] == 1_234
    finally:
        gc.set_threshold(*former)
    assert "threshold 1234\n" in capfd.readouterr().err
