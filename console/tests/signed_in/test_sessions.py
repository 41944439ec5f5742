"""Who is signed in: for how long, and how many."""

import pytest

from app.sessions import sessions as module
from app.sessions.sessions import Session, Sessions, Tokens


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "time", made)
    return made


def begin(sessions: Sessions, clock: Clock, email: str = "a@example.com") -> Session:
    session = sessions.begin(Tokens("a", "r", 0), email=email, roles=("user",))
    session.last_used = clock.now
    return session


def test_a_session_is_found_by_its_id_alone(clock: Clock) -> None:
    sessions = Sessions(idle_seconds=60, limit=10)
    session = begin(sessions, clock)
    assert sessions.find(session.id) is session
    for other in ("", session.id[:-1], session.id + "x"):
        assert sessions.find(other) is None


def test_ids_are_long_and_never_the_same(clock: Clock) -> None:
    sessions = Sessions(idle_seconds=60, limit=1000)
    ids = {begin(sessions, clock).id for _ in range(1000)}
    assert len(ids) == 1000
    assert min(map(len, ids)) >= 43  # 256 bits in base64


def test_a_session_that_was_idle_for_too_long_is_gone(clock: Clock) -> None:
    sessions = Sessions(idle_seconds=60, limit=10)
    session = begin(sessions, clock)
    clock.now += 61
    assert sessions.find(session.id) is None
    assert len(sessions) == 0


def test_a_session_that_is_used_stays(clock: Clock) -> None:
    sessions = Sessions(idle_seconds=60, limit=10)
    session = begin(sessions, clock)
    for _ in range(5):
        clock.now += 50
        assert sessions.find(session.id) is session


def test_past_the_limit_the_longest_idle_one_ends(clock: Clock) -> None:
    sessions = Sessions(idle_seconds=60, limit=2)
    first, second = begin(sessions, clock), begin(sessions, clock)
    sessions.find(first.id)
    third = begin(sessions, clock)
    assert sessions.find(second.id) is None
    assert sessions.find(first.id) is first
    assert sessions.find(third.id) is third


def test_a_message_is_taken_once(clock: Clock) -> None:
    session = begin(Sessions(idle_seconds=60, limit=1), clock)
    session.message = ("done", "Saved.")
    assert session.take_message() == ("done", "Saved.")
    assert session.take_message() is None
