"""What fails in `env.py` before it calls `run`, under Alembic's own command line: the models above all."""

import json
import subprocess

import pytest
from sample_project import Project

ENV_PY = """
from alembic_rollout import run
from models import metadata

run(metadata)
"""
COMMANDS = (
    ("upgrade", "head"),
    ("downgrade", "-1"),
    ("current",),
    ("check",),
    ("revision", "-m", "next"),
    ("revision", "--autogenerate", "-m", "next"),
)
BROKEN_MODELS = {
    "missing module": ("import no_such_module\n", "No module named 'no_such_module'", "Install it"),
    "syntax": ("metadata = (\n", "models.py:1: '(' was never closed", "py_compile"),
    "name": ("metadata = undefined\n", "name 'undefined' is not defined", "Correct it"),
    "no such name": ("other = 1\n", "cannot import name 'metadata'", "correct the import"),
    "secret": (
        "from sqlalchemy import create_engine\ncreate_engine('postgres+x://u:hunter2@h/d')\n",
        "postgres",
        "Correct",
    ),
    "interrupted": ("raise KeyboardInterrupt\n", "Interrupted.", ""),
}


def fresh(project: Project, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    # Not forked: the process would have imported the library before env.py does.
    process = project.start_fresh(*command, **variables)
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


@pytest.mark.parametrize("name", BROKEN_MODELS)
def test_models_that_do_not_import_are_one_line_with_the_remedy(project: Project, name: str) -> None:
    content, said, remedy = BROKEN_MODELS[name]
    (project.folder / "migrations" / "env.py").write_text(ENV_PY)
    (project.folder / "models.py").write_text(content)
    done = fresh(project, "upgrade", "head")
    assert done.returncode == (130 if name == "interrupted" else 2), done.stderr
    (line,) = done.stderr.splitlines()
    assert said in line
    assert remedy in line
    assert "hunter2" not in line


@pytest.mark.parametrize("name", BROKEN_MODELS)
def test_our_verbs_say_it_also_where_env_py_imports_the_models_first(project: Project, name: str) -> None:
    content, said, remedy = BROKEN_MODELS[name]
    first, second = "from alembic_rollout import run\n", "from models import metadata\n"
    (project.folder / "migrations" / "env.py").write_text(ENV_PY.replace(first + second, second + first))
    (project.folder / "models.py").write_text(content)
    done = project.rollout("upgrade", "head")
    assert done.returncode == (130 if name == "interrupted" else 2), done.stderr
    (line,) = done.stderr.splitlines()
    assert said in line
    assert remedy in line
    assert "hunter2" not in line


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_says_it_and_writes_nothing(project: Project, command: tuple[str, ...]) -> None:
    (project.folder / "migrations" / "env.py").write_text(ENV_PY)
    (project.folder / "models.py").write_text("import no_such_module\n")
    before = sorted(project.versions.iterdir())
    done = fresh(project, *command, ROLLOUT_LOG_FORMAT="json")
    record = json.loads(done.stderr.splitlines()[-1])
    assert (done.returncode, record["status"]) == (2, 2)
    assert "No module named 'no_such_module'" in record["message"]
    assert "Traceback" not in done.stderr
    assert sorted(path for path in project.versions.iterdir() if path.suffix == ".py") == [
        path for path in before if path.suffix == ".py"
    ]


@pytest.mark.parametrize(
    "env_py",
    [
        "from alembic_rollout import run\n",
        "from alembic_rollout import run\nif False:\n    run(None)\n",
    ],
)
def test_an_env_py_that_does_nothing_is_no_success(project: Project, env_py: str) -> None:
    (project.folder / "migrations" / "env.py").write_text(env_py)
    done = fresh(project, "upgrade", "head")
    (line,) = done.stderr.splitlines()
    assert done.returncode == 2
    assert "without its call of run(target_metadata)" in line


def test_raiseerr_shows_the_traceback(project: Project) -> None:
    (project.folder / "migrations" / "env.py").write_text(ENV_PY)
    (project.folder / "models.py").write_text("import no_such_module\n")
    done = fresh(project, "--raiseerr", "upgrade", "head")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_a_program_that_imports_the_library_keeps_its_own_hook(project: Project) -> None:
    code = "import sys; hook = sys.excepthook; import alembic_rollout; assert sys.excepthook is hook"
    done = project.run("-c", code, program="python")
    assert done.returncode == 0, done.stderr
