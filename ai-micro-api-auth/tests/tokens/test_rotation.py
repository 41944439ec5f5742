"""What the use of a refresh token means: 1,000 generated histories against the rule in one sentence."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.tokens.refresh_token import RefreshToken, new_nonce
from app.tokens.rotation import Line, Use, judge

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
GRACE = timedelta(seconds=10)


@dataclass
class History:
    """A family in memory, and what an observer who saw every use knows about its tokens."""

    line: Line
    tokens: list[RefreshToken]
    used_at: dict[RefreshToken, datetime] = field(default_factory=dict)
    ended: bool = False

    @classmethod
    def begin(cls) -> "History":
        token = RefreshToken.new()
        return cls(Line(token.hash(), None, None, START + timedelta(days=30)), [token])

    def expected(self, token: RefreshToken, now: datetime) -> Use:
        """The rule: good once; within the grace again, as long as no successor was used."""
        if token not in self.used_at:
            return Use.FIRST
        successor = self.tokens[self.tokens.index(token) + 1]
        in_time = now - self.used_at[token] <= GRACE
        return Use.AGAIN_IN_TIME if in_time and successor not in self.used_at else Use.REUSE

    def use(self, token: RefreshToken, now: datetime) -> Use:
        use = judge(token, self.line, now=now, grace=GRACE)
        if use is Use.FIRST:
            nonce = new_nonce()
            successor = token.successor(nonce)
            self.line = Line(successor.hash(), nonce, now, self.line.expires_at)
            self.tokens.append(successor)
            self.used_at[token] = now
        elif use is not Use.AGAIN_IN_TIME:
            self.ended = True
        return use


def run(seed: int) -> Iterator[tuple[Use, Use]]:
    """Go through one history; yield what each use was judged to be, and what it was."""
    draw = random.Random(seed)  # noqa: S311 - the same histories each time
    history, now = History.begin(), START
    for _ in range(12):
        # Mostly within the grace, sometimes long after it: two clients, a thief, an answer that was lost.
        now += timedelta(seconds=draw.choice([0, 0.01, 1, 4, 9.99, 10, 10.01, 60, 900]))
        token = draw.choice(history.tokens[-3:])
        expected = history.expected(token, now)
        yield history.use(token, now), expected
        if history.ended:
            return


def test_no_history_raises_a_false_alarm_or_hides_a_reuse() -> None:
    seen = set()
    for seed in range(1000):
        for judged, expected in run(seed):
            assert judged is expected, seed
            seen.add(judged)
    assert seen == {Use.FIRST, Use.AGAIN_IN_TIME, Use.REUSE}


def test_a_token_that_was_never_given_out_ends_the_family() -> None:
    history = History.begin()
    forged = RefreshToken(history.tokens[0].selector, bytes(32))
    assert history.use(forged, START) is Use.REUSE
    history = History.begin()
    history.use(history.tokens[0], START)
    assert history.use(RefreshToken(history.tokens[0].selector, bytes(32)), START) is Use.REUSE


def test_a_rotation_of_an_older_release_gives_no_second_successor() -> None:
    history = History.begin()
    first, now = history.tokens[0], START
    history.use(first, now)
    # It replaces the hash and knows nothing of the nonce.
    history.line = Line(RefreshToken.new().hash(), history.line.successor_nonce, now, history.line.expires_at)
    assert judge(first, history.line, now=now, grace=GRACE) is Use.REUSE
    assert judge(history.tokens[1], history.line, now=now, grace=GRACE) is Use.REUSE


def test_an_expired_token_is_too_late_and_no_reuse() -> None:
    history = History.begin()
    assert history.use(history.tokens[0], START + timedelta(days=30)) is Use.TOO_LATE


def test_neither_a_token_nor_a_nonce_alone_makes_a_successor() -> None:
    token, nonce = RefreshToken.new(), new_nonce()
    assert token.successor(nonce) == token.successor(nonce)
    assert token.successor(nonce) != token.successor(new_nonce())
    assert token.successor(nonce) != RefreshToken(token.selector, bytes(32)).successor(nonce)
