"""`make rehearse` and `make restore`: alembic-rollout with an operator's rights on the running stack."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stack.commands.alembic_rollout import alembic_rollout
from stack.errors import StackError

PROGRAM = """#!/bin/sh
echo "$PWD"
echo "$MIGRATION_DATABASE_URL $ROLLOUT_ADMIN_URL $ROLLOUT_BACKUP_DIR"
test -x "$ROLLOUT_PG_BIN/pg_restore" && echo has pg_restore
for argument in "$@"; do echo "$argument"; done
"""
Call = Callable[..., list[str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of a stack that is ready."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "stack.json").write_text(
        json.dumps(
            {
                "postgres": {"host": "127.0.0.1", "port": 5433, "superuser": "postgres", "password": "secret"},
                "databases": {"admindb": {"owner_url": "postgresql+psycopg2://admindb_owner@127.0.0.1:5433/admindb"}},
            }
        )
    )
    return data


@pytest.fixture
def call(tmp_path: Path, data: Path) -> Call:
    """Call it for the admin service, in a process that it turns into the program; returns what that prints."""
    program = tmp_path / "ai-micro-api-admin/.venv/bin/alembic-rollout"
    program.parent.mkdir(parents=True)
    program.write_text(PROGRAM)
    program.chmod(0o755)

    def typed(*arguments: str) -> list[str]:
        code = (
            "import pathlib, sys, stack.services.service; stack.services.service.ROOT = pathlib.Path(sys.argv[1])\n"
            "from stack.commands.alembic_rollout import alembic_rollout\n"
            "alembic_rollout('admin', sys.argv[3:], data=pathlib.Path(sys.argv[2]))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path), str(data), *arguments],
            check=True,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.stdout.splitlines()

    return typed


def test_the_verb_runs_in_the_services_folder_with_the_owner_the_superuser_and_the_stacks_backups(
    call: Call, tmp_path: Path, data: Path
) -> None:
    folder, addresses, programs, verb = call("rehearse")
    assert folder == str(tmp_path / "ai-micro-api-admin")
    assert addresses.split() == [
        "postgresql+psycopg2://admindb_owner@127.0.0.1:5433/admindb",
        "postgresql+psycopg2://postgres:secret@127.0.0.1:5433/postgres",
        str(data / "backups/admindb"),
    ]
    assert (programs, verb) == ("has pg_restore", "rehearse")


def test_a_file_is_named_as_it_is_seen_from_where_the_command_is_typed(call: Call, tmp_path: Path) -> None:
    (tmp_path / "saved.dump").write_text("")
    assert call("restore", "saved.dump", "--yes")[-3:] == ["restore", str(tmp_path / "saved.dump"), "--yes"]
    assert call("restore", "of-its-own-folder.dump")[-1] == "of-its-own-folder.dump"


def test_without_a_running_stack_it_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="make run"):
        alembic_rollout("admin", ["rehearse"], data=tmp_path)


def test_an_unknown_service_is_named_beside_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="no service profiles; there are: auth user admin"):
        alembic_rollout("profiles", ["rehearse"], data=tmp_path)
