"""What the use of a refresh token means.

A token is good once, and a second use ends its family: a thief has it, or the client never got the answer to its first
try, and which is unknown (RFC 9700 section 4.14.2). Two tabs that share a token and refresh at once differ from
that by time and order: for a few seconds the token that was just used gives its successor again, the same one, as long
as that was not used. So there is one line of tokens at any time, and a thief who takes part in it is found out when
the thief or the owner refreshes as the second one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from app.tokens.refresh_token import RefreshToken


class Use(Enum):
    """What the use of a token is."""

    FIRST = auto()
    AGAIN_IN_TIME = auto()
    REUSE = auto()
    TOO_LATE = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """Where a family's line of tokens stands.

    Attributes:
        newest_hash: of the token that is good.
        successor_nonce: what that was made with out of the token before; None for the first one.
        rotated_at: when that was.
        expires_at: when the newest token stops being good.
    """

    newest_hash: bytes
    successor_nonce: bytes | None
    rotated_at: datetime | None
    expires_at: datetime


def judge(token: RefreshToken, line: Line, *, now: datetime, grace: timedelta) -> Use:
    """Return what the use of a token is.

    Args:
        token: of the family.
        line: where the family stands.
        now: by the database's clock, as every time in `line`.
        grace: how long a used token gives its successor again.
    """
    if line.expires_at <= now:
        return Use.TOO_LATE
    if token.hash() == line.newest_hash:
        return Use.FIRST
    if line.successor_nonce is None or line.rotated_at is None:
        return Use.REUSE
    # If its successor had been used, the newest token would be another one.
    is_predecessor = token.successor(line.successor_nonce).hash() == line.newest_hash
    return Use.AGAIN_IN_TIME if is_predecessor and now - line.rotated_at <= grace else Use.REUSE
