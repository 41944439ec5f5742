"""Tokens that end while pages are open: renewed once, whatever asks at the same time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from app.apis.problems import ServiceUnavailableError, SignedOutError
from app.apis.signed_in import Apis, sign_out
from app.apis.transport import Transport
from app.sessions.sessions import Session, Tokens
from tests.fake_services import Answer, FakeServices


def asking(services: FakeServices, work: Callable[[Apis], Awaitable[Any]], *, seconds_left: float = 900) -> Any:  # noqa: ANN401 - what the work returns
    """Do something with the APIs of a session whose access token is good for so long."""

    async def run() -> Any:  # noqa: ANN401 - as above
        tokens = Tokens("access-0", "refresh-0", time.monotonic() + seconds_left)
        session = Session("id", tokens, "hanako@example.com", ("user",))
        async with httpx.AsyncClient() as client:
            return await work(Apis(Transport(client, {"auth": services.address}), session))

    return asyncio.run(run())


async def one_tab(apis: Apis) -> object:
    account: object = await apis.get("auth", "/auth/me")
    return account


async def two_tabs(apis: Apis) -> tuple[Any, Any]:
    return await asyncio.gather(apis.get("auth", "/auth/me"), apis.get("auth", "/auth/me"))


def test_two_tabs_renew_a_token_that_is_due_once(services: FakeServices) -> None:
    found = asking(services, two_tabs, seconds_left=10)
    assert [account["email"] for account in found] == ["hanako@example.com"] * 2
    assert services.count("POST /auth/refresh") == 1


def test_two_tabs_whose_token_was_withdrawn_renew_it_once(services: FakeServices) -> None:
    async def both(apis: Apis) -> tuple[Any, Any]:
        apis.session.tokens.access = "access-of-before"
        return await two_tabs(apis)

    assert len(asking(services, both)) == 2
    assert services.count("POST /auth/refresh") == 1


def test_a_token_that_is_good_is_not_renewed(services: FakeServices) -> None:
    asking(services, two_tabs)
    assert services.count("POST /auth/refresh") == 0


def test_a_closed_account_is_signed_out(services: FakeServices) -> None:
    services.is_closed = True
    with pytest.raises(SignedOutError):
        asking(services, one_tab)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_auth_service_in_trouble_signs_no_one_out(services: FakeServices, status: int) -> None:
    services.rules["POST /auth/refresh"] = lambda _: Answer(status, {"detail": "later"})
    with pytest.raises(ServiceUnavailableError):
        asking(services, one_tab, seconds_left=10)


def test_a_refresh_token_that_is_refused_signs_out(services: FakeServices) -> None:
    services.rules["POST /auth/refresh"] = lambda _: Answer(422, {"detail": "too long"})
    with pytest.raises(SignedOutError):
        asking(services, one_tab, seconds_left=10)


def test_signing_out_ends_the_tokens_that_a_renewal_brings_meanwhile(services: FakeServices) -> None:
    async def race(apis: Apis) -> None:
        asked = asyncio.create_task(apis.get("auth", "/auth/me"))
        await asyncio.sleep(0)  # the task runs until it waits for the answer of the auth service
        assert apis.session.renewing.locked()
        await sign_out(apis._transport, apis.session)
        await asked

    asking(services, race, seconds_left=10)
    assert services.last("POST /auth/logout").body == {"refresh_token": "refresh-1"}
