"""A service that takes TLS itself, and others that call it and check its certificate."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
import trustme
from end_to_end.test_replicas import started
from replicas import Replica
from stack_process import StackProcess

from service_kit.testing.waiting import eventually

Client = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an authority's certificate, beside the certificate and key of 127.0.0.1 that it signed."""
    folder, authority = tmp_path_factory.mktemp("tls"), trustme.CA()
    signed = authority.issue_cert("127.0.0.1")
    signed.private_key_pem.write_to_path(folder / "service.key")
    signed.cert_chain_pems[0].write_to_path(folder / "service.pem")
    authority.cert_pem.write_to_path(folder / "authority.pem")
    return folder / "authority.pem"


@pytest.fixture(scope="module")
def callers(stack: StackProcess, authority: Path) -> Iterator[tuple[Replica, Replica]]:
    """Two replicas of user that take the keys from auth over TLS: one trusts the authority, one does not."""
    certificate, key = (str(authority.with_name(name)) for name in ("service.pem", "service.key"))
    with ExitStack() as running:
        auth = running.enter_context(Replica("auth", stack, UVICORN_SSL_CERTFILE=certificate, UVICORN_SSL_KEYFILE=key))
        address = auth.url.replace("http:", "https:")
        keys = f"{address}/.well-known/jwks.json"
        trusting = running.enter_context(Replica("user", stack, JWKS_URL=keys, SERVICES_CA_FILE=str(authority)))
        strict = running.enter_context(Replica("user", stack, JWKS_URL=keys))
        context = ssl.create_default_context(cafile=authority)
        eventually(lambda: _is_ready(address, context))
        for replica in (trusting, strict):
            asyncio.run(started(replica))
        yield trusting, strict


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
