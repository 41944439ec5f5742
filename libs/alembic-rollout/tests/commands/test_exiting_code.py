"""Models, `env.py` and revisions that call sys.exit where they are imported: one line with the remedy, status 2."""

import pytest
from sample_project import Project

from commands.test_env_py_errors import ENV_PY, fresh

EXITS = {
    "text": ('sys.exit("no models\\ntoday")', "sys.exit: no models today."),
    "nothing": ("sys.exit()", "sys.exit()."),
    "zero": ("sys.exit(0)", "sys.exit(0)."),
    "a status": ("sys.exit(3)", "sys.exit(3)."),
    "an object": ("sys.exit({'no': 'models'})", "sys.exit: {'***'}."),
    "an exception": ("sys.exit(ValueError('no models'))", "sys.exit: no models."),
    "a secret": ("sys.exit('no postgresql://u:hunter2@h/d')", "sys.exit: no postgresql://u:***@h/d."),
    "raised": ("raise SystemExit('no models')", "sys.exit: no models."),
}
VERBS = (
    "upgrade head",
    "downgrade -1",
    "current",
    "check",
    "stamp head",
    "plan",
    "lint",
    "rehearse",
    "review",
    "drift",
    "drift --accept",
    "status",
    "history",
    "statistics",
    "backup",
    "drill",
    "restore x",
    "wait --timeout 1s",
    "contract",
    "renumber",
    "baseline 001",
    "repair",
    "revision --autogenerate -m next",
)
IMPORTING = {
    "heads": 2,
    "branches": 2,
    "show 001": 2,
    "current": 2,
    "check": 2,
    "stamp head": 2,
    "upgrade head": 2,
    "plan": 2,
    "lint": 4,
    "rehearse": 2,
    "revision --autogenerate -m next": 2,
}
"""The verbs that import revisions, with the status that they end with where one of them cannot be."""
MODELS_FIRST = """
from models import metadata
from alembic_rollout import run

run(metadata)
"""
REMEDY = "What is imported for a command must not end it: raise an exception there, or take the call out."


def assert_said(project: Project, status: int, out: str, err: str, *, said: str) -> None:
    lines = err.splitlines()
    assert (status, len(lines)) == (2, 1), (out, err)
    assert said in lines[0]
    assert [path.name for path in project.versions.iterdir() if path.suffix == ".py"] == ["001_step.py"]


@pytest.fixture
def exiting(project: Project) -> Project:
    project.revision("001", "pass")
    (project.folder / "migrations" / "env.py").write_text(ENV_PY)
    return project


@pytest.mark.parametrize("exit_", EXITS)
def test_models_that_call_sys_exit_are_said_once_under_alembics_command_line(exiting: Project, exit_: str) -> None:
    call, said = EXITS[exit_]
    (exiting.folder / "models.py").write_text(f"import sys\n\n{call}\n")

    done = fresh(exiting, "upgrade", "head")

    assert_said(exiting, done.returncode, done.stdout, done.stderr, said=f"models.py:3: {said} {REMEDY}")


@pytest.mark.parametrize("exit_", EXITS)
def test_models_that_call_sys_exit_are_said_once_under_ours(exiting: Project, exit_: str) -> None:
    call, said = EXITS[exit_]
    (exiting.folder / "models.py").write_text(f"import sys\n\n{call}\n")

    done = exiting.rollout("plan")

    assert_said(exiting, done.returncode, done.stdout, done.stderr, said=f"models.py:3: {said} {REMEDY}")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_says_it(exiting: Project, verb: str) -> None:
    (exiting.folder / "models.py").write_text('import sys\n\nsys.exit("no models")\n')

    done = exiting.rollout(*verb.split())

    assert_said(exiting, done.returncode, done.stdout, done.stderr, said="models.py:3: sys.exit: no models. What")


@pytest.mark.parametrize("verb", ["upgrade head", "current", "plan", "lint", "revision --autogenerate -m next"])
@pytest.mark.parametrize("exit_", ["text", "zero"])
def test_our_verbs_say_it_also_where_env_py_imports_the_models_first(exiting: Project, verb: str, exit_: str) -> None:
    call, said = EXITS[exit_]
    (exiting.folder / "migrations" / "env.py").write_text(MODELS_FIRST)
    (exiting.folder / "models.py").write_text(f"import sys\n\n{call}\n")

    done = exiting.rollout(*verb.split())

    assert_said(exiting, done.returncode, done.stdout, done.stderr, said=f"models.py:3: {said} {REMEDY}")


def test_an_env_py_that_calls_sys_exit_itself_is_said_once(exiting: Project) -> None:
    (exiting.folder / "migrations" / "env.py").write_text(
        'import sys\n\nfrom alembic_rollout import run\n\nsys.exit("not here")\nrun(None)\n'
    )

    for done in (fresh(exiting, "current"), exiting.rollout("current")):
        assert_said(exiting, done.returncode, done.stdout, done.stderr, said="env.py:5: sys.exit: not here. What")


@pytest.mark.parametrize("exit_", ["text", "zero"])
@pytest.mark.parametrize("verb", IMPORTING)
def test_a_revision_that_calls_sys_exit_where_it_is_imported_is_no_success(
    project: Project, verb: str, exit_: str
) -> None:
    _let_revision_exit(project, EXITS[exit_][0])

    done = project.rollout(*verb.split())

    assert done.returncode == IMPORTING[verb]
    assert len(done.stderr.splitlines()) == 1
    assert "sys.exit" in done.stderr or "ends the process" in done.stdout + done.stderr


@pytest.mark.parametrize("exit_", ["text", "zero"])
@pytest.mark.parametrize("verb", ["current", "check", "upgrade head"])
def test_so_it_is_under_alembics_command_line(project: Project, verb: str, exit_: str) -> None:
    _let_revision_exit(project, EXITS[exit_][0])

    done = project.alembic(*verb.split())

    assert done.returncode == IMPORTING[verb]
    assert len(done.stderr.splitlines()) == 1


def _let_revision_exit(project: Project, call: str) -> None:
    project.revision("001", "pass")
    file = next(project.versions.glob("001*.py"))
    file.write_text(f"{file.read_text()}\nimport sys\n{call}\n")
