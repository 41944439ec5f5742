"""How commands end beside the matrix: plain `alembic`, pipes, full disks, owners, `--sql`, `--raiseerr`."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sample_project import Project

from alembic_rollout.ending import explain
from alembic_rollout.errors import UsageError
from alembic_rollout.project.new_revision import check_new_revision
from alembic_rollout.project.tree import read_tree
from commands.broken_situations import SITUATIONS

PROGRAMS = Path(sys.executable).parent
NEEDS_ROOT = pytest.mark.skipif(os.getuid() != 0, reason="another account can be used by root only")


def shell(project: Project, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a shell's line in a project's folder; `$ROLLOUT` and `$ALEMBIC` are the programs."""
    programs = {"ROLLOUT": str(PROGRAMS / "alembic-rollout"), "ALEMBIC": str(PROGRAMS / "alembic")}
    return subprocess.run(
        ["bash", "-c", command],
        cwd=project.folder,
        env=project.environment() | programs | variables,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def shop(project: Project) -> Project:
    project.tables(2)
    return project


# Plain `alembic`, as far as env.py sees


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("no server", ("upgrade", "head")),
        ("a wrong password", ("current",)),
        ("no such database", ("check",)),
        ("an unknown setting", ("stamp", "head")),
        ("a single % in alembic.ini", ("upgrade", "head")),
        ("a syntax error in the models", ("check",)),
        ("a module that the models lack", ("revision", "--autogenerate", "-m", "next")),
        ("a syntax error in a revision", ("upgrade", "head")),
        ("a syntax error in a revision", ("revision", "-m", "next")),
        ("a module that a revision lacks", ("downgrade", "-1")),
        ("a revision in another encoding", ("upgrade", "head")),
        ("a question at import", ("upgrade", "head")),
        ("an unknown down_revision", ("upgrade", "head")),
        ("an unknown down_revision", ("revision", "-m", "next")),
        ("a revision that follows itself", ("downgrade", "-1")),
        ("two files of one number", ("revision", "-m", "next")),
        ("two heads", ("upgrade", "head")),
        ("a database for reading", ("upgrade", "head")),
        ("a role without rights", ("upgrade", "head")),
    ],
)
def test_plain_alembic_ends_with_the_same_line_and_status(shop: Project, name: str, command: tuple[str, ...]) -> None:
    situation = SITUATIONS[name]
    done = shop.alembic(*command, **situation.breaks(shop))

    assert "Traceback" not in done.stderr
    assert done.returncode == situation.status, done.stderr
    assert situation.said in done.stderr.splitlines()[-1]


def test_the_traceback_is_there_for_who_asks_for_it(shop: Project) -> None:
    shop.revision("003", "import no_such_module")
    shop.upgrade("002")
    for program in ("alembic", "alembic-rollout"):
        done = shop.run("--raiseerr", "upgrade", "head", program=program, ROLLOUT_LINT="off")
        assert "Traceback" in done.stderr
        assert "no_such_module" in done.stderr


def test_an_unknown_revision_is_a_mistake_of_usage(shop: Project) -> None:
    for program in ("alembic", "alembic-rollout"):
        done = shop.run("upgrade", "nosuch", program=program)
        assert done.returncode == 2, done.stderr
        assert "Can't locate revision identified by 'nosuch'. `alembic history` lists" in done.stderr


# Standard output and signals


def test_a_step_where_several_revisions_come_next_asks_for_one(project: Project) -> None:
    project.revision("001")
    project.upgrade()
    project.revision("002", slug="one")
    project.revision("003", slug="other", after="001")

    done = project.alembic("upgrade", "+1")

    assert done.stderr == "Ambiguous walk. Several revisions come next: name one, as `alembic heads` lists them.\n"
    assert done.returncode == UsageError.exit_status


def test_a_reader_that_has_seen_enough_is_no_failure(shop: Project) -> None:
    shop.upgrade()
    done = shell(shop, "$ROLLOUT plan --json 2>err | true; echo ${PIPESTATUS[0]}; cat err")
    status, *errors = done.stdout.splitlines()
    assert errors == []
    assert status in {"0", "141"}, "whether the pipe was still open is the reader's affair"


def test_a_pipe_that_is_closed_before_the_first_line_ends_as_a_shell_says(shop: Project) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [str(PROGRAMS / "alembic-rollout"), "status"],
        cwd=shop.folder,
        env=shop.environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_output_that_cannot_be_written_is_one_line(shop: Project) -> None:
    for command, said in (
        ("$ROLLOUT status > /dev/full", "No space left on device"),
        ("$ROLLOUT status --json >&-", "Standard output is closed"),
    ):
        done = shell(shop, command)
        assert done.returncode == 1, done.stderr
        # Log lines beside it: a server that has just started gives releases time to connect again.
        lines = [line for line in done.stderr.splitlines() if not re.match(r"\d\d:\d\d:\d\d ", line)]
        assert len(lines) == 1, done.stderr
        assert said in lines[0]


def test_a_migration_needs_no_standard_output(shop: Project) -> None:
    done = shell(shop, "$ROLLOUT upgrade head >&-")
    assert done.returncode == 0, done.stderr
    assert shop.database.scalar("SELECT version_num FROM alembic_version") == "002"


def test_a_text_with_half_a_character_can_be_printed(shop: Project) -> None:
    shop.upgrade()
    shop.revision("003", "op.execute(\"SELECT 'x\\ud800'\")")
    for arguments in (("plan",), ("plan", "--json")):
        done = shop.rollout("--raiseerr", *arguments)
        assert done.returncode in (0, 4), done.stderr
        assert "Traceback" not in done.stderr
        assert "\\ud800" in done.stdout


def test_where_log_lines_are_json_the_failure_is_one_of_them(shop: Project) -> None:
    shop.sql("003", "SELECT 1 / 0")
    done = shop.alembic("upgrade", "head", ROLLOUT_LOG_FORMAT="json")
    records = [json.loads(line) for line in done.stderr.splitlines()]
    last = records[-1]
    assert done.returncode == 1
    assert (last["level"], last["status"], last["revision"]) == ("error", 1, "003")
    assert last["message"] == "Upgrading to 003 failed: division by zero"


# Rights


def test_a_table_of_another_owner_is_named_with_both_roles(shop: Project) -> None:
    shop.upgrade()
    database = shop.database
    with database.connect(database.superuser_url) as connection:
        connection.exec_driver_sql("ALTER TABLE t001 OWNER TO CURRENT_USER")
        superuser = connection.exec_driver_sql("SELECT current_user").scalar()
    shop.revision("003", 'op.add_column("t001", sa.Column("colour", sa.Text()))')

    done = shop.alembic("upgrade", "head", ROLLOUT_LINT="off")

    assert done.returncode == 1
    line = done.stderr.splitlines()[-1]
    assert f"must be owner of table t001. t001 belongs to {superuser}, and {database.owner} migrates" in line
    assert f"ALTER TABLE t001 OWNER TO {database.owner}" in line


@NEEDS_ROOT
def test_a_container_user_cannot_write_a_revision_and_is_told_where_to(shop: Project) -> None:
    config = Config(shop.ini)
    config.set_main_option("script_location", str(shop.folder / "migrations"))
    script = ScriptDirectory.from_config(config)
    check_new_revision(script, read_tree(script))

    os.setreuid(65534, 0)  # what `os.access` asks about, and nothing else
    try:
        with pytest.raises(
            UsageError, match=r"cannot be written by this user \(uid 65534\).* outside of the container"
        ):
            check_new_revision(script, read_tree(script))
    finally:
        os.setreuid(0, 0)


@pytest.mark.parametrize(
    ("error", "line", "status"),
    [
        (
            PermissionError(13, "Permission denied", "versions/003_x.py"),
            "Permission denied: versions/003_x.py. Run it as",
            2,
        ),
        (OSError(30, "Read-only file system", "/app/versions/003_x.py"), "such as outside of the container", 2),
        (OSError(28, "No space left on device"), "Free disk space", 1),
        (FileNotFoundError(2, "No usable temporary directory found in ['/tmp']"), "Set TMPDIR to one", 1),
        (RuntimeError("whatever"), "--raiseerr COMMAND` shows the traceback", 1),
        (MemoryError(), "MemoryError. `alembic-rollout --raiseerr", 1),
        (KeyboardInterrupt(), "Interrupted.", 130),
    ],
)
def test_an_error_of_the_system_has_its_remedy(error: BaseException, line: str, status: int) -> None:
    explained = explain(error)
    assert line in explained.text
    assert explained.status == status


# `--sql`


@pytest.mark.parametrize("text", ['{"a":1}', '{"a":true, "b":"x"}', "at :noon"])
def test_sql_never_writes_null_for_a_text_with_a_colon(project: Project, text: str) -> None:
    body = f"INSERT INTO t VALUES ('{text}')"  # noqa: S608 - of this test
    project.revision("001", f"op.execute({body!r})")

    done = project.alembic("upgrade", "head", "--sql")

    assert "INSERT INTO t" not in done.stdout
    assert done.returncode == 2
    assert "it is read as a parameter, and has no value. Write `\\:" in done.stderr


def test_sql_writes_null_where_null_is_the_value(project: Project) -> None:
    project.revision("001", 'op.execute(sa.text("SELECT :a").bindparams(a=None))')
    done = project.alembic("upgrade", "head", "--sql")
    assert done.returncode == 0, done.stderr
    assert "SELECT NULL;" in done.stdout
