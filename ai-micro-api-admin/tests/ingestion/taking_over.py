"""Runs programs in the place of a parser, through the same code as every file (see `tests.ingestion.stand_in`)."""

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.ingestion import child
from app.ingestion.chunks import SplitSettings
from app.ingestion.confinement.limits import ParseLimits
from app.ingestion.isolation import parse_file
from app.ingestion.media_types import MediaType


def take_over(programs: Mapping[str, str], *, without: str = "", limits: ParseLimits | None = None) -> dict[str, str]:
    """Return what became of each program, by its name.

    Args:
        programs: Python expressions by name.
        without: Layers of the seal to leave away, divided by commas.
        limits: What reading may cost.
    """

    def command(module: str, *arguments: str) -> list[str]:
        assert module == "app.ingestion.parse"
        stand_in = [sys.executable, "-s", "-X", "utf8", "-m", "tests.ingestion.stand_in"]
        return [*stand_in, f"--without={without}", *arguments]

    with pytest.MonkeyPatch.context() as patched, tempfile.NamedTemporaryFile() as file:
        patched.setattr(child, "command", command)
        file.write(json.dumps(programs).encode())
        file.flush()
        splitting = SplitSettings(size=2000)
        with (
            Path(file.name).open("rb") as opened,
            parse_file(opened, MediaType.TEXT, limits=limits or ParseLimits(), splitting=splitting) as outcomes,
        ):
            return dict(outcome.text.split(" -> ", 1) for outcome in outcomes)
