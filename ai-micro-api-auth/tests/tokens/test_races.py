"""1,000 races of clients that share a refresh token, on the database: no false alarm, and no reuse that is missed."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from app.accounts.models import User
from app.keys.ring import KeyRing
from app.limits.origin import Origin
from app.settings import Settings
from app.tokens.access import AccessTokenIssuer
from app.tokens.policy import SessionPolicy
from app.tokens.problems import InvalidRefreshToken
from app.tokens.service import TokenService
from app.tokens.sessions import SessionTokens
from service_kit.database.sessions import Database
from tests.people import Person

RACES = 250
"""In each of four tests."""
ORIGIN = Origin(None, None)


class Clients:
    """Several clients of one account at the service, without the way over HTTP."""

    def __init__(self, database: Database, sessions: SessionTokens, user_id: UUID, threads: ThreadPoolExecutor) -> None:
        self._database = database
        self._sessions = sessions
        self._service = TokenService(database, sessions)
        self._user_id = user_id
        self._threads = threads

    def sign_in(self) -> str:
        with self._database.session() as session:
            user = session.get_one(User, self._user_id, with_for_update=True)
            return self._sessions.start(session, user.id, user.roles, origin=ORIGIN).refresh_token

    def refresh(self, token: str) -> str | None:
        try:
            return self._service.refresh(token, origin=ORIGIN).refresh_token
        except InvalidRefreshToken:
            return None

    def race(self, *tokens: str) -> list[str | None]:
        return list(self._threads.map(self.refresh, tokens))


@pytest.fixture
def clients(settings: Settings, database: Database, key_ring: KeyRing, person: Person) -> Iterator[Clients]:
    issuer = AccessTokenIssuer(key_ring, issuer="i", audience="a", ttl_seconds=900)
    policy = replace(SessionPolicy.of(settings), max_per_account=RACES)
    with ThreadPoolExecutor(4) as threads:
        yield Clients(database, SessionTokens(issuer, policy), person.id, threads)


@contextmanager
def session_ends(database: Database, expected: int) -> Iterator[None]:
    """Expect that so many sessions more are withdrawn."""
    count = text("SELECT count(*) FROM withdrawals WHERE kind = 'session'")
    with database.reading() as connection:
        before = connection.scalar(count)
    yield
    with database.reading() as connection:
        assert connection.scalar(count) == before + expected


def tabs(clients: Clients, draw: random.Random, database: Database) -> None:
    """Tabs that refresh at once, some rounds long: none is signed out."""
    with session_ends(database, 0):
        token = clients.sign_in()
        for _ in range(draw.randint(1, 3)):
            (successor,) = {*clients.race(*[token] * draw.randint(2, 4))}
            assert successor is not None
            token = successor


def theft(clients: Clients, draw: random.Random, database: Database) -> None:
    """A used token comes back while its owner goes on: the session ends, in either order."""
    with session_ends(database, 1):
        tokens = [clients.sign_in()]
        for _ in range(draw.randint(2, 4)):
            successor = clients.refresh(tokens[-1])
            assert successor is not None
            tokens.append(successor)
        stolen, newest = draw.choice(tokens[:-2]), tokens[-1]
        racers = [stolen, *[newest] * draw.randint(0, 2)]
        draw.shuffle(racers)
        answers = dict(zip(racers, clients.race(*racers), strict=True))
        assert answers[stolen] is None
        assert clients.refresh(answers.get(newest) or newest) is None


@pytest.mark.parametrize("seed", range(4))
def test_no_race_raises_a_false_alarm_or_hides_a_reuse(clients: Clients, database: Database, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - the same races each time
    for _ in range(RACES):
        draw.choice([tabs, theft])(clients, draw, database)
