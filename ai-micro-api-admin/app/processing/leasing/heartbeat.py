"""Keeps a lease while its document is being processed."""

import threading
import time
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.processing.leasing.lease import Lease
from app.processing.leasing.leases import Leases

_RENEWALS_A_LEASE = 3

logger = structlog.get_logger(__name__)


class Heartbeat:
    """Renews a lease three times in its span, on a thread of its own, while inside the context.

    Args:
        leases: renews.
        lease: the lease.
        abandon: set when the lease is lost, so that the work on the document stops.
    """

    def __init__(self, leases: Leases, lease: Lease, *, abandon: threading.Event) -> None:
        self._leases = leases
        self._lease = lease
        self._abandon = abandon
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="processing-heartbeat", daemon=True)

    def __enter__(self) -> Self:
        """Begin to renew."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Renew no more."""
        self.stop()

    def stop(self) -> None:
        """Renew no more; may be called before the context ends."""
        self._done.set()
        self._thread.join()

    def _beat(self) -> None:
        renewed_at = time.monotonic()
        while not self._done.wait(self._leases.seconds / _RENEWALS_A_LEASE):
            try:
                held = self._leases.renew(self._lease)
            except (DBAPIError, PoolTimeoutError) as error:
                logger.warning("lease_not_renewed", document_id=str(self._lease.document_id), error=str(error))
                held = time.monotonic() - renewed_at < self._leases.seconds
            else:
                renewed_at = time.monotonic()
            if not held:
                self._abandon.set()
                return
