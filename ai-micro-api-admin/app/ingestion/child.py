"""How this service starts a Python process of its own that must learn nothing of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

SERVICE_FOLDER = Path(__file__).resolve().parents[2]
"""Folder to start it in; modules are found from here."""

_INHERITED_VARIABLES = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "LD_LIBRARY_PATH")


def command(module: str, *arguments: str) -> list[str]:
    """Return the command line that runs a module of this service."""
    return [sys.executable, "-s", "-X", "utf8", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """Return the environment without anything that is the service's: no address, no password."""
    inherited = {name: os.environ[name] for name in _INHERITED_VARIABLES if name in os.environ}
    # The file system may be read-only.
    return {**inherited, "PYTHONDONTWRITEBYTECODE": "1"}
