"""Runs programs in the place of a parser, through the same code as every file (see `tests.ingestion.stand_in`)."""

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from app.ingestion import child
from app.ingestion.chunking.chunks import SplitSettings
from app.ingestion.confinement.limits import ParseLimits
from app.ingestion.forking.client import ForkServer
from app.ingestion.isolation import parse_file
from app.ingestion.media_types import MediaType


def take_over(programs: Mapping[str, str], *, without: str = "", limits: ParseLimits | None = None) -> dict[str, str]:
    """Return what became of each program, by its name.

    Args:
        programs: Python expressions by name.
        without: Layers of the seal to leave away, divided by commas.
        limits: What reading may cost.
    """
    (outcomes,) = take_over_one_after_the_other([programs], without=without, limits=limits)
    return outcomes


def take_over_one_after_the_other(
    files: Sequence[Mapping[str, str]], *, without: str = "", limits: ParseLimits | None = None
) -> list[dict[str, str]]:
    """Return the same of several files that are read with one process that forks."""

    def command(module: str, *arguments: str) -> list[str]:
        assert module == "app.ingestion.forking"
        stand_in = [sys.executable, "-s", "-X", "utf8", "-m", "tests.ingestion.stand_in"]
        return [*stand_in, f"--without={without}", *arguments]

    with pytest.MonkeyPatch.context() as patched, ForkServer() as fork_server:
        patched.setattr(child, "command", command)
        return [_taken_over(programs, fork_server, limits or ParseLimits()) for programs in files]


def _taken_over(programs: Mapping[str, str], fork_server: ForkServer, limits: ParseLimits) -> dict[str, str]:
    with tempfile.NamedTemporaryFile() as file:
        file.write(json.dumps(programs).encode())
        file.flush()
        with (
            Path(file.name).open("rb") as opened,
            parse_file(
                opened,
                MediaType.TEXT,
                fork_server=fork_server,
                limits=limits,
                splitting=SplitSettings(size=2000),
            ) as outcomes,
        ):
            return dict(outcome.text.split(" -> ", 1) for outcome in outcomes)
