"""Moves files between PostgreSQL and the object store, and deletes from the store what no document refers to.

A file is in PostgreSQL until its object was written and read back, and its object stays until the file was written to
PostgreSQL: a kill at any line loses nothing, and leaves no object that is not in `stored_files`.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, Literal
from uuid import UUID

import structlog

from app.files import parts, stored_files
from app.files.object_store import ObjectKey, ObjectMissingError, ObjectStore, ObjectStoreError
from app.files.problems import FileStoreUnavailable
from app.files.reading import Files, FileVanished
from service_kit.database.sessions import Database

Place = Literal["store", "postgresql"]

_PAUSE_SECONDS = 30.0
_GARBAGE_SECONDS = 60.0

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Places:
    """How many files are where.

    Attributes:
        postgresql: those in PostgreSQL.
        store: those in the object store.
        to_delete: objects that are to be deleted.
    """

    postgresql: int
    store: int
    to_delete: int


class FileMover:
    """Moves files to where they are to be kept.

    Args:
        database: where they are uploaded to.
        store: the object store.
        keep_in: where they are to be.
        now: a clock that never goes back, seconds.
    """

    def __init__(
        self, database: Database, store: ObjectStore, keep_in: Place, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._store = store
        self.keep_in = keep_in
        self._files = Files(database, store)
        self._now = now
        self._paused_until = self._garbage_due = now()
        self._fetched: UUID | None = None

    def do_one(self) -> bool:
        """Move a file or delete an object, unless the store failed a moment ago: idle workers do this.

        Returns:
            True if there was one.
        """
        if self._now() < self._paused_until:
            return False
        try:
            return self.move_one() or self._delete_one_in_time()
        except ObjectStoreError as error:
            # Nothing is lost by it: each file stays where it is.
            logger.warning("object_store_unavailable", error=str(error))
            self._paused_until = self._now() + _PAUSE_SECONDS
            return False

    def move_one(self) -> bool:
        """Move a file to where files are to be kept.

        Returns:
            True if there was one.

        Raises:
            ObjectStoreError: the store does not take it, or does not give it.
        """
        return self._move_to_store() if self.keep_in == "store" else self._move_to_postgresql()

    def delete_one(self) -> bool:
        """Delete an object that no document refers to.

        Returns:
            True if there was one.

        Raises:
            ObjectStoreError: the store does not do it.
        """
        with self._database.session() as session:
            key = stored_files.take_garbage(session)
            if key is None:
                return False
            self._store.delete(key)
            stored_files.forget(session, key)
        logger.info("file_deleted", document_id=str(key.document_id))
        return True

    def places(self) -> Places:
        """Return how many files are where."""
        with self._database.session() as session:
            return Places(
                stored_files.count_in_postgresql(session),
                stored_files.count_kept(session),
                stored_files.count_garbage(session),
            )

    def lost(self) -> list[ObjectKey]:
        """Return the files that are to be in the store, and are not or have another length.

        Raises:
            ObjectStoreError: the store gives no answer.
        """
        with self._database.session() as session:
            keys = list(stored_files.kept(session))
        return [key for key in keys if not self._is_there(key)]

    def _is_there(self, key: ObjectKey) -> bool:
        try:
            return self._store.size(key) == key.size_bytes
        except ObjectMissingError:
            return False

    def _delete_one_in_time(self) -> bool:
        """Look for garbage once a minute: to find none takes a look at all objects."""
        if self._now() < self._garbage_due:
            return False
        found = self.delete_one()
        if not found:
            self._garbage_due = self._now() + _GARBAGE_SECONDS
        return found

    def _move_to_store(self) -> bool:
        with self._database.session() as session:
            key = stored_files.claim(session)
        if key is None:
            return False
        try:
            with closing(self._copy(key)) as file:
                self._store.write(key, file)
        except FileVanished:
            pass  # the object, if there is one, is deleted with the next garbage
        except ObjectStoreError:
            with self._database.session() as session:
                stored_files.release(session, key)
            raise
        with self._database.session() as session:
            if stored_files.settle(session, key):
                logger.info("file_moved", document_id=str(key.document_id), to="store")
        return True

    def _move_to_postgresql(self) -> bool:
        # In the order of the documents, so that one whose object is missing does not keep others waiting.
        with self._database.session() as session:
            key = stored_files.take_stored(session, after=self._fetched)
            self._fetched = key.document_id if key is not None else None
            if key is None:
                return False
            try:
                with closing(self._copy(key)) as file:
                    if stored_files.restore(session, key, file):
                        logger.info("file_moved", document_id=str(key.document_id), to="postgresql")
            except FileVanished:
                pass  # deleted meanwhile
            except FileStoreUnavailable as problem:
                if not isinstance(problem.__cause__, ObjectMissingError):
                    raise ObjectStoreError(str(problem.__cause__)) from problem
                logger.warning("file_missing", document_id=str(key.document_id), object=str(key))
        return True

    def _copy(self, key: ObjectKey) -> BinaryIO:
        return parts.copy(self._files.read(key.document_id, size_bytes=key.size_bytes, content_hash=key.content_hash))
