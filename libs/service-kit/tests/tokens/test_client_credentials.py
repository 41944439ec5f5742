"""A service's own tokens: got once, kept until shortly before they expire."""

import asyncio
import base64
import json
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from service_kit.testing.receiving import ReceivingServer
from service_kit.tokens.client_credentials import ClientCredentials, NoServiceTokenError


@pytest.fixture
def auth_service() -> Iterator[ReceivingServer]:
    server = ReceivingServer("/auth/token")
    yield server
    server.close()


def credentials(auth_service: ReceivingServer, expires_in: float = 300) -> ClientCredentials:
    auth_service.answer = json.dumps({"access_token": "a-token", "expires_in": expires_in}).encode()
    return ClientCredentials(auth_service.url, "a service", SecretStr("100% secret"), scope="audit:write")


def tokens(source: ClientCredentials, count: int) -> list[str]:
    async def ask() -> list[str]:
        return [await source.token() for _ in range(count)]

    return asyncio.run(ask())


def test_a_token_is_kept_while_it_is_good(auth_service: ReceivingServer) -> None:
    assert tokens(credentials(auth_service), 3) == ["a-token"] * 3
    assert auth_service.received == [{"grant_type": "client_credentials", "scope": "audit:write"}]


def test_id_and_secret_go_encoded_in_the_header(auth_service: ReceivingServer) -> None:
    tokens(credentials(auth_service), 1)
    encoded = auth_service.authorizations[0].removeprefix("Basic ")
    assert base64.b64decode(encoded) == b"a+service:100%25+secret"


def test_a_token_that_has_expired_or_was_refused_is_replaced(auth_service: ReceivingServer) -> None:
    tokens(credentials(auth_service, expires_in=0), 2)
    assert len(auth_service.received) == 2
    source = credentials(auth_service)
    tokens(source, 1)
    source.forget()
    tokens(source, 1)
    assert len(auth_service.received) == 4


@pytest.mark.parametrize(("status", "answer"), [(401, b"{}"), (503, b""), (200, b"[]"), (200, b"<html>")])
def test_an_answer_without_a_token_says_why(auth_service: ReceivingServer, status: int, answer: bytes) -> None:
    source = credentials(auth_service)
    auth_service.statuses, auth_service.answer = [status], answer
    with pytest.raises(NoServiceTokenError, match="no token from http") as raised:
        tokens(source, 1)
    assert "secret" not in str(raised.value)
