"""What is withdrawn, read from the database for this replica's own checks and for those who poll it.

Every replica looks for itself, each second: another one may have ended a session. Requests are answered from memory,
so that no flood of them becomes one of queries.
"""

import asyncio

from sqlalchemy.exc import SQLAlchemyError

from app.withdrawals.repository import read_withdrawals
from service_kit.database.sessions import Database
from service_kit.tokens.withdrawals import CLOCK_LEEWAY_SECONDS, Withdrawals, WithdrawalsUnavailableError

POLL_SECONDS = 1.0
# Between a commit and the signature of a token that it allowed, on a machine that is very busy.
_SIGNED_LATE_SECONDS = 60


class StoredWithdrawals:
    """The withdrawals of the database; a `service_kit.tokens.withdrawals.WithdrawalSource`.

    Args:
        database: where they are.
        access_ttl_seconds: how long a token lives.
    """

    def __init__(self, database: Database, *, access_ttl_seconds: int) -> None:
        self._database = database
        self._seconds = access_ttl_seconds + CLOCK_LEEWAY_SECONDS + _SIGNED_LATE_SECONDS
        self._known: Withdrawals | None = None

    async def read(self) -> Withdrawals | None:
        """Return what is withdrawn; see `WithdrawalSource.read`."""
        try:
            found = await asyncio.to_thread(self._read)
        except SQLAlchemyError as error:
            raise WithdrawalsUnavailableError(str(error).splitlines()[0]) from error
        if found == self._known:
            return None
        self._known = found
        return found

    async def close(self) -> None:
        """Nothing stays open."""

    def _read(self) -> Withdrawals:
        with self._database.looking() as connection:
            return read_withdrawals(connection, seconds=self._seconds)
