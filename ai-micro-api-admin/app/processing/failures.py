"""Why a document gives no chunks."""

from typing import Self

from app.ingestion.reasons import Reason


class LeaseLost(Exception):  # noqa: N818 - named for what happened
    """The document was deleted, or another worker has taken it over."""


class Unprocessable(Exception):  # noqa: N818 - named for what happened
    """A document gives no chunks.

    Args:
        code: stable code of the reason.
        reason: for the person who uploaded it.
        detail: for the log only.
    """

    def __init__(self, code: str, reason: str, *, detail: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.detail = detail

    @classmethod
    def because(cls, reason: Reason, **values: str | int) -> Self:
        """Return it for a reason with its values."""
        return cls(reason.code, reason.filled(**values))
