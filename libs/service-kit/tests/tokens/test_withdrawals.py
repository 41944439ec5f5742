"""Access tokens that are refused although they have not expired."""

import re
import time
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sample.application import create_app

from service_kit.settings.service_settings import TokenCheckingSettings
from service_kit.testing.tokens import JwksServer, TokenIssuer
from service_kit.tokens.withdrawals import Withdrawals, WithdrawalsUnavailableError, digest

SECONDS = 20.0


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def whoami(client: TestClient, token: str) -> Response:
    return client.get("/notes/whoami/now", headers={"Authorization": f"Bearer {token}"})


def age(client: TestClient) -> float:
    match = re.search(r"^withdrawals_age_seconds (\S+)$", client.get("/metrics").text, re.MULTILINE)
    assert match is not None
    return float(match[1])


def ended(*sessions: UUID) -> Withdrawals:
    return Withdrawals(frozenset(digest(session) for session in sessions))


def test_a_token_of_an_ended_session_is_refused(
    client: TestClient, tokens: TokenIssuer, jwks_server: JwksServer
) -> None:
    session, other = uuid4(), uuid4()
    token = tokens.token(sid=str(session))
    assert whoami(client, token).status_code == 200
    jwks_server.withdrawals = ended(session)
    eventually(lambda: whoami(client, token).status_code == 401)
    refused = whoami(client, token)
    assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert whoami(client, tokens.token(sid=str(session))).status_code == 401
    assert whoami(client, tokens.token(sid=str(other))).status_code == 200
    assert whoami(client, tokens.token()).status_code == 200


def test_a_token_that_was_withdrawn_before_the_start_is_never_accepted(
    settings: TokenCheckingSettings, tokens: TokenIssuer, jwks_server: JwksServer
) -> None:
    session = uuid4()
    jwks_server.withdrawals = ended(session)
    with TestClient(create_app(settings)) as client:
        assert whoami(client, tokens.token(sid=str(session))).status_code == 401


def test_tokens_of_an_account_issued_before_a_moment_are_refused(
    settings: TokenCheckingSettings, tokens: TokenIssuer, jwks_server: JwksServer
) -> None:
    account, now = uuid4(), int(time.time())
    jwks_server.withdrawals = Withdrawals(accounts={digest(account): now})
    with TestClient(create_app(settings)) as client:
        assert whoami(client, tokens.token(account, iat=now - 60)).status_code == 401
        assert whoami(client, tokens.token(account, iat=now)).status_code == 200
        assert whoami(client, tokens.token(iat=now - 60)).status_code == 200


def test_a_fresh_token_from_a_clock_10_seconds_behind_is_not_taken_for_an_old_one() -> None:
    account = digest(uuid4())
    withdrawals = Withdrawals(accounts={account: 1000})
    assert not withdrawals.include(session=None, account=account, issued_at=990)
    assert withdrawals.include(session=None, account=account, issued_at=980)


def test_the_last_answer_counts_while_the_auth_service_is_away(
    settings: TokenCheckingSettings, tokens: TokenIssuer, jwks_server: JwksServer
) -> None:
    gone, here = uuid4(), uuid4()
    jwks_server.withdrawals = ended(gone)
    with TestClient(create_app(settings)) as client:
        assert whoami(client, tokens.token(sid=str(here))).status_code == 200
        jwks_server.close()
        eventually(lambda: age(client) > 3)
        assert whoami(client, tokens.token(sid=str(gone))).status_code == 401
        assert whoami(client, tokens.token(sid=str(here))).status_code == 200


def test_what_has_not_changed_is_not_sent_again(client: TestClient, jwks_server: JwksServer) -> None:
    jwks_server.withdrawals = ended(uuid4())
    eventually(lambda: jwks_server.polls[-2:] == [200, 304])
    jwks_server.withdrawals = ended(uuid4())
    eventually(lambda: jwks_server.polls[-2:] == [200, 304])
    assert age(client) < SECONDS


def test_an_older_auth_service_without_withdrawals_withdraws_nothing(
    client: TestClient, tokens: TokenIssuer, jwks_server: JwksServer
) -> None:
    assert jwks_server.polls == [404]
    assert whoami(client, tokens.token(sid=str(uuid4()))).status_code == 200


def test_polls_leave_the_keys_alone(client: TestClient, tokens: TokenIssuer, jwks_server: JwksServer) -> None:
    jwks_server.withdrawals = Withdrawals()
    eventually(lambda: 304 in jwks_server.polls)
    whoami(client, tokens.token())
    assert jwks_server.fetches == 1


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"sessions": []},
        {"accounts": {}},
        {"sessions": {}, "accounts": {}},
        {"sessions": [7], "accounts": {}},
        {"sessions": [], "accounts": {"x": "1"}},
        {"sessions": [], "accounts": {"x": True}},
        {"sessions": [], "accounts": []},
    ],
    ids=str,
)
def test_what_is_no_document_of_withdrawals_is_refused(document: object) -> None:
    with pytest.raises(WithdrawalsUnavailableError):
        Withdrawals.parse(document)


def test_a_document_names_no_account_and_is_equal_for_equal_withdrawals() -> None:
    one, two = uuid4(), uuid4()
    first = Withdrawals(frozenset({digest(one), digest(two)}), {digest(one): 1, digest(two): 2})
    second = Withdrawals(frozenset({digest(two), digest(one)}), {digest(two): 2, digest(one): 1})
    assert (first.body, first.etag) == (second.body, second.etag)
    assert str(one).encode() not in first.body
    assert first.etag != Withdrawals(first.sessions).etag


@pytest.mark.parametrize(
    ("jwks_url", "withdrawals_url", "address"),
    [
        ("http://auth:8000/.well-known/jwks.json", None, "http://auth:8000/auth/withdrawals"),
        ("https://keys.example.com/jwks", None, "https://keys.example.com/auth/withdrawals"),
        ("http://auth:8000/jwks", "http://other:1/elsewhere", "http://other:1/elsewhere"),
    ],
)
def test_withdrawals_are_where_the_keys_are_unless_said_otherwise(
    settings: TokenCheckingSettings, jwks_url: str, withdrawals_url: str | None, address: str
) -> None:
    chosen = TokenCheckingSettings(
        _env_file=None,
        database_url=settings.database_url,
        jwks_url=jwks_url,
        withdrawals_url=withdrawals_url,
    )
    assert chosen.withdrawals_address == address
