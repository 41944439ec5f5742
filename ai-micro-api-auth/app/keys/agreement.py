"""All replicas sign with the same keys, or the ones that came with others are not ready.

Each replica records the ids of its keys in the database again and again. One that starts with none of those that its
peers have recorded lately would sign tokens that the other services refuse half of the time: it says so, and `/readyz`
answers 503, until it has their keys or they are gone. During a rotation the sets overlap.

The record also says since when a key is published, the same for all: the time of a file is another one in each
container that a secret is mounted into.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.keys.repository import PublishedKeyRepository
from app.keys.ring import KeyRing
from service_kit.background import finish_in_thread, in_background
from service_kit.database.sessions import Database

LIVING_SECONDS = 30.0
"""A replica that recorded its keys so lately counts as there."""
_RECORD_SECONDS = 10.0
_RETRY_SECONDS = 2.0
_FORGET_SECONDS = 30 * 86_400

logger = structlog.get_logger(__name__)


class KeyAgreement:
    """Records which keys this replica has, and compares them with those of its peers.

    Args:
        ring: the keys.
        folder: where they come from, for messages.
        database: where the ids are recorded.
    """

    def __init__(self, ring: KeyRing, folder: Path, database: Database) -> None:
        self._ring = ring
        self._folder = folder
        self._database = database
        # What this replica had before too: a key that leaked may be deleted at once.
        self._had: set[str] = set()
        self._difference: str | None = None

    def difference(self) -> str | None:
        """Return why this replica must not answer, or None."""
        return self._difference

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Compare once before anything is answered, and go on while inside."""
        await finish_in_thread(self.compare)
        async with in_background(self._keep()):
            yield

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(_RECORD_SECONDS if self._difference is None else _RETRY_SECONDS)
            await finish_in_thread(self.compare)

    def compare(self) -> None:
        """Record the keys, unless living peers have others; a database that is away changes nothing."""
        kids = {str(key["kid"]) for key in self._ring.jwks()["keys"]}
        try:
            with self._database.session() as session:
                keys = PublishedKeyRepository(session)
                keys.lock()
                peers = keys.seen_within(LIVING_SECONDS)
                agrees = not peers or not peers.isdisjoint(kids | self._had)
                ages = keys.record(kids) if agrees else {}
                keys.forget_unseen_for(_FORGET_SECONDS)
        except SQLAlchemyError as error:
            logger.warning("signing_keys_not_compared", error=str(error).splitlines()[0])
            return
        if agrees:
            self._had |= kids
            self._ring.note_published(ages)
        self._say(None if agrees else self._what_differs(peers))

    def _what_differs(self, peers: set[str]) -> str:
        return (
            f"JWT_KEYS_DIR: {self._folder} has none of the keys of the other replicas ({', '.join(sorted(peers))});"
            " give every replica the same keys, or end those that have others."
        )

    def _say(self, difference: str | None) -> None:
        if difference is not None and self._difference is None:
            logger.error("signing_keys_differ", reason=difference)
        if difference is None and self._difference is not None:
            logger.info("signing_keys_agree")
        self._difference = difference
