"""PgBouncer with TLS on both sides: to the services, and to a server whose certificate it checks.

The server is another PgBouncer, because the PostgreSQL of the stack takes no TLS.
"""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg2
import pytest
import trustme
from end_to_end.test_replicas import started
from pooler import Pooler
from replicas import Replica
from sqlalchemy import make_url
from stack_process import StackProcess

from stack.ports import HOST

Client = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an authority's certificate, beside the certificate and key of 127.0.0.1 that it signed."""
    folder, authority = tmp_path_factory.mktemp("tls"), trustme.CA()
    authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(folder / "pooler.pem")
    authority.cert_pem.write_to_path(folder / "authority.pem")
    trustme.CA().cert_pem.write_to_path(folder / "another.pem")
    return folder / "authority.pem"


@pytest.fixture(scope="module")
def server(stack: StackProcess, authority: Path) -> Iterator[Pooler]:
    with Pooler(stack.description, POOLER_CERTIFICATE=authority.with_name("pooler.pem")) as running:
        yield running


def pooler_in_front(stack: StackProcess, server: Pooler, authority: Path, *, believes: str) -> Pooler:
    """Return a pooler that believes a server whose certificate the named authority signed."""
    return Pooler(
        stack.description,
        server.port,
        POOLER_CERTIFICATE=authority.with_name("pooler.pem"),
        DB_SSLMODE="verify-full",
        DB_SSLROOTCERT=authority.with_name(believes),
    )


@pytest.fixture(scope="module")
def pooler(stack: StackProcess, server: Pooler, authority: Path) -> Iterator[Pooler]:
    with pooler_in_front(stack, server, authority, believes="authority.pem") as running:
        yield running


@pytest.fixture(scope="module")
def replica(stack: StackProcess, server: Pooler, pooler: Pooler, authority: Path) -> Iterator[Replica]:
    with Replica(
        "user",
        stack,
        gate=pooler,
        migrates=False,
        DB_SSLMODE="verify-full",
        DB_SSLROOTCERT=str(authority),
        DB_SESSION_HOST=HOST,
        DB_SESSION_PORT=str(server.port),
    ) as replica:
        asyncio.run(started(replica))
        yield replica


def asked(stack: StackProcess, pooler: Pooler, **options: str) -> None:
    """Ask something through a pooler, as the user service's role."""
    url = make_url(stack.description["databases"]["apidb"]["app_url"])
    url = url.set(drivername="postgresql", port=pooler.port, query=options)
    connection = psycopg2.connect(url.render_as_string(hide_password=False))
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    connection.close()


def test_a_service_that_checks_certificates_works_through_it(replica: Replica, user: str) -> None:
    answer = httpx.get(f"{replica.url}/profiles/me", headers={"Authorization": f"Bearer {user}"}, timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (404, "PROFILE_NOT_FOUND")


def test_a_client_without_tls_is_refused(stack: StackProcess, pooler: Pooler, authority: Path) -> None:
    asked(stack, pooler, sslmode="verify-full", sslrootcert=str(authority))
    with pytest.raises(psycopg2.OperationalError, match="SSL required"):
        asked(stack, pooler, sslmode="disable")


def test_a_server_with_the_certificate_of_another_authority_is_refused(
    stack: StackProcess, server: Pooler, authority: Path
) -> None:
    with pooler_in_front(stack, server, authority, believes="another.pem") as pooler:
        with pytest.raises(psycopg2.OperationalError):
            asked(stack, pooler, sslmode="require", connect_timeout="5")
        assert "certificate verify failed" in pooler.log.read_text()
