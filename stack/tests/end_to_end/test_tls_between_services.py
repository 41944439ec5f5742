"""A service that takes TLS itself, and others, and HAProxy, that call it and check its certificate."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
import trustme
from end_to_end.test_replicas import started
from proxy import Proxy
from replicas import Replica
from stack_process import StackProcess

from service_kit.testing.waiting import eventually
from stack.ports import HOST

Client = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an authority's certificate, beside the certificate, with its key, of two services that it signed."""
    folder, authority = tmp_path_factory.mktemp("tls"), trustme.CA()
    signed = authority.issue_cert(HOST, "ai-micro-api-auth", "ai-micro-api-user")
    signed.private_key_and_cert_chain_pem.write_to_path(folder / "services.pem")
    authority.cert_pem.write_to_path(folder / "authority.pem")
    return folder / "authority.pem"


@pytest.fixture(scope="module")
def auth(stack: StackProcess, authority: Path) -> Iterator[Replica]:
    """A replica of auth that takes TLS alone; with one variable, as the compose file has it."""
    with Replica("auth", stack, UVICORN_SSL_CERTFILE=str(authority.with_name("services.pem"))) as running:
        context = ssl.create_default_context(cafile=authority)
        eventually(lambda: _is_ready(_secure(running.url), context))
        yield running


@pytest.fixture(scope="module")
def callers(stack: StackProcess, auth: Replica, authority: Path) -> Iterator[tuple[Replica, Replica]]:
    """Two replicas of user that take the keys from auth over TLS: one trusts the authority, one does not."""
    with ExitStack() as running:
        keys = f"{_secure(auth.url)}/.well-known/jwks.json"
        trusting = running.enter_context(Replica("user", stack, JWKS_URL=keys, SERVICES_CA_FILE=str(authority)))
        strict = running.enter_context(Replica("user", stack, JWKS_URL=keys))
        for replica in (trusting, strict):
            asyncio.run(started(replica))
        yield trusting, strict


def _secure(address: str) -> str:
    return address.replace("http:", "https:")


def _is_ready(address: str, context: ssl.SSLContext) -> bool:
    try:
        return httpx.get(f"{address}/readyz", verify=context, timeout=10).status_code == 200
    except httpx.TransportError:
        return False


def test_a_certificate_of_a_trusted_authority_is_believed_and_another_is_not(
    callers: tuple[Replica, Replica], client: Client, user: str
) -> None:
    headers = {"Authorization": f"Bearer {user}"}
    trusting, strict = (httpx.get(f"{replica.url}/profiles/me", headers=headers, timeout=30) for replica in callers)
    assert (trusting.status_code, trusting.json()["code"]) == (404, "PROFILE_NOT_FOUND")
    assert (strict.status_code, strict.json()["code"]) == (503, "KEYS_UNAVAILABLE")


def behind_proxy(auth: Replica, authority: Path, folder: Path, service: str) -> Proxy:
    """Return HAProxy with TLS on both sides, for a replica that it takes for one of the named service."""
    bind = f"ssl crt {authority.with_name('services.pem')}"
    return Proxy(folder, {service: [auth.port]}, SERVICES_BIND=bind, SERVICES_CA_FILE=str(authority))


def test_haproxy_takes_tls_and_speaks_it_to_the_service_that_the_certificate_names(
    auth: Replica, authority: Path, tmp_path: Path
) -> None:
    with behind_proxy(auth, authority, tmp_path, "auth") as proxy:
        eventually(lambda: proxy.up("auth") == 1)
        context = ssl.create_default_context(cafile=authority)
        keys = httpx.get(f"{_secure(proxy.url('auth'))}/.well-known/jwks.json", verify=context, timeout=30)
        assert keys.json()["keys"]
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{proxy.url('auth')}/.well-known/jwks.json", timeout=30)


def test_haproxy_gives_nothing_to_a_service_that_the_certificate_does_not_name(
    auth: Replica, authority: Path, tmp_path: Path
) -> None:
    with behind_proxy(auth, authority, tmp_path, "admin") as proxy:
        context = ssl.create_default_context(cafile=authority)
        answer = httpx.get(f"{_secure(proxy.url('admin'))}/readyz", verify=context, timeout=30)
        assert (answer.status_code, answer.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
