"""Shell scripts in the place of PostgreSQL's programs."""

from pathlib import Path

import pytest

NEWER_THAN_ANY = 99


def fake_program(folder: Path, name: str, script: str, version: int = NEWER_THAN_ANY) -> None:
    """Put a shell script in the place of one of PostgreSQL's programs; `$file` is what pg_dump has to write."""
    path = folder / name
    path.write_text(
        f"""#!/bin/sh
if [ "$1" = --version ]; then echo "{name} (PostgreSQL) {version}.1"; exit; fi
for argument; do case "$argument" in --file=*) file="${{argument#--file=}}";; esac; done
{script}
"""
    )
    path.chmod(0o755)


@pytest.fixture
def fakes(tmp_path: Path) -> Path:
    """An empty folder for them, to be named by `pg_bin`."""
    folder = tmp_path / "fakes"
    folder.mkdir()
    return folder
