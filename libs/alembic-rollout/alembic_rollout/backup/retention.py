"""The names of the backups in a folder, and which of them are removed."""

import logging
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote

Label = Literal["before-upgrade", "before-downgrade", "manual", "scheduled"]
"""Why a backup was taken."""
TIMESTAMP_FORMAT = "%Y%m%dT%H%M%S.%fZ"
_TIMESTAMP = r"\d{8}T\d{6}\.\d{6}Z"
_PARTIAL = ".partial"
_PARTIAL_KEPT_SECONDS = 24 * 60 * 60
_NAME = re.compile(
    rf"(?P<database>.+)-(?P<timestamp>{_TIMESTAMP})-(?P<at>.+)-(?P<label>before-upgrade|before-downgrade|manual|scheduled)\.dump"
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, order=True, slots=True)
class KeptBackup:
    """What the name of a backup tells; copying a file about changes what the file system tells of it.

    Attributes:
        timestamp: when it was taken, UTC.
        database: whose.
        revisions: what the database was at; empty before the first migration.
        label: why it was taken.
    """

    timestamp: str
    database: str
    revisions: tuple[str, ...]
    label: str

    @classmethod
    def read(cls, file_name: str) -> "KeptBackup | None":
        """Read a name; None where it is not that of a backup."""
        match = _NAME.fullmatch(file_name)
        if match is None:
            return None
        at = () if match["at"] == "base" else tuple(unquote(revision) for revision in match["at"].split("+"))
        return cls(match["timestamp"], unquote(match["database"]), at, match["label"])

    @property
    def taken(self) -> datetime:
        """When it was taken."""
        return datetime.strptime(self.timestamp, TIMESTAMP_FORMAT).replace(tzinfo=UTC)

    @property
    def file_name(self) -> str:
        """The name that tells all this."""
        at = "+".join(quote(revision, safe="") for revision in self.revisions) or "base"
        return f"{quote(self.database, safe='')}-{self.timestamp}-{at}-{self.label}.dump"


def kept_backups(folder: Path, database: str) -> list[KeptBackup]:
    """Return the backups of a database in a folder, the oldest first; none where there is no folder."""
    if not folder.is_dir():
        return []
    found = (KeptBackup.read(file.name) for file in folder.iterdir())
    return sorted(one for one in found if one and one.database == database)


def partial_name(database: str, timestamp: str) -> str:
    """Return the name of the file in which a backup is made."""
    return f"{quote(database, safe='')}-{timestamp}.dump{_PARTIAL}"


def remove_oldest(folder: Path, newest: KeptBackup, *, keep: int) -> None:
    """Remove backups of this one's database and label beyond the number to keep; see `beyond`.

    Args:
        folder: of the backups.
        newest: the one just taken.
        keep: how many stay.
    """
    kept = [one for one in kept_backups(folder, newest.database) if one.label == newest.label]
    for one in beyond(kept, newest, keep=keep):
        _remove(folder / one.file_name, "Removed %s: %d backups are kept (ROLLOUT_BACKUP_KEEP).", one.file_name, keep)


def beyond(backups: Iterable[KeptBackup], newest: KeptBackup, *, keep: int) -> list[KeptBackup]:
    """Return which backups go so that no more than a number stay, in the order in which they go.

    The oldest goes first, the newest never. But a start that fails is started again, and takes another backup each
    time: of those, one between two others of the same revision goes first, so that what was saved before that revision
    was reached stays.

    Args:
        backups: of one database and one label, the newest among them.
        newest: the one just taken.
        keep: how many stay.
    """
    kept, gone = sorted(backups), []
    while len(kept) > keep:
        old = [n for n in range(len(kept)) if kept[n] != newest]  # where a clock was set back, it is not the last one
        goes = kept[next((n for n in old if newest.label.startswith("before") and _is_between_equals(kept, n)), old[0])]
        kept.remove(goes)
        gone.append(goes)
    return gone


def _is_between_equals(kept: list[KeptBackup], place: int) -> bool:
    return len({one.revisions for one in kept[place - 1 : place + 2]}) == 1 and 0 < place < len(kept) - 1


def remove_abandoned(folder: Path, database: str) -> None:
    """Remove what backups of a database that were killed have left, once it is a day old."""
    pattern = re.compile(re.escape(partial_name(database, "@")).replace("@", _TIMESTAMP))
    oldest = time.time() - _PARTIAL_KEPT_SECONDS
    for file in folder.iterdir():
        if pattern.fullmatch(file.name) and _modified_before(file, oldest):
            _remove(file, "Removed %s, which a backup that was killed had left.", file.name)


def _modified_before(file: Path, when: float) -> bool:
    try:
        return file.stat().st_mtime < when
    except FileNotFoundError:  # another backup has just been completed
        return False


def _remove(file: Path, message: str, *values: object) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:  # the backup is there all the same
        logger.warning("%s could not be removed: %s", file, error.strerror)
    else:
        logger.info(message, *values)
