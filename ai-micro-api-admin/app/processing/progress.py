"""Says how far the work on a document is, where it takes long enough to be asked."""

import time

from app.contents.models import Step
from app.processing.leasing.lease import Lease
from app.processing.leasing.leases import Leases

_READ, _EMBEDDED = 20, 95
"""Percent of the whole at which a document is read, and at which all its vectors are made."""


class Progress:
    """The progress of one document. A document that takes less than a second costs no statement.

    Args:
        leases: gets it.
        lease: the document.
        seconds: how often at most.
    """

    def __init__(self, leases: Leases, lease: Lease, *, seconds: float = 1.0) -> None:
        self._leases = leases
        self._lease = lease
        self._seconds = seconds
        self._said = time.monotonic()

    def embedded(self, chunks: int, *, of: int) -> None:
        """So many chunks have their vectors."""
        now = time.monotonic()
        if now - self._said < self._seconds:
            return
        self._said = now
        step = Step.EMBEDDING if chunks < of else Step.STORING
        self._leases.report(self._lease, step, _READ + (_EMBEDDED - _READ) * chunks // of)
