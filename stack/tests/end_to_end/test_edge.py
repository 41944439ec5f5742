"""The proxy with TLS of deploy/haproxy in front of a running stack."""

import os
import ssl
import subprocess
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import trustme
from proxy import PROGRAM, wait_until_it_listens

from stack.paths import ROOT
from stack.ports import HOST, free_port

Edge = Callable[..., httpx.Client]

FOLDER = ROOT / "deploy/haproxy"


@pytest.fixture(scope="module")
def edge(description: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """Return a client of the edge; its TLS can be narrowed."""
    if PROGRAM is None:
        pytest.skip("haproxy is not installed (Debian's package has that name)")
    folder, port = tmp_path_factory.mktemp("edge"), free_port()
    authority = trustme.CA()
    authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(folder / "edge.pem")
    authority.cert_pem.write_to_path(folder / "authority.pem")
    backends = folder / "backends.cfg"
    backends.write_text("".join(backend(name, description[name]) for name in ("auth", "user", "admin")))
    files = [FOLDER / "defaults.cfg", backends, FOLDER / "edge.cfg"]
    process = subprocess.Popen(
        [PROGRAM, "-db", *(part for file in files for part in ("-f", str(file)))],
        cwd=FOLDER,  # where paths.map is
        env=os.environ | {"EDGE_BIND": f"{HOST}:{port}", "EDGE_CERTIFICATE": str(folder / "edge.pem")},
        stdout=subprocess.DEVNULL,
    )
    wait_until_it_listens(process, (HOST, port))

    def client(most: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED) -> httpx.Client:
        context = ssl.create_default_context(cafile=folder / "authority.pem")
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # or OpenSSL would not even offer what is too old
        context.minimum_version, context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, most
        return httpx.Client(base_url=f"https://{HOST}:{port}", verify=context, timeout=30)

    yield client
    process.terminate()
    process.wait(30)


def backend(name: str, url: str) -> str:
    return f"backend {name} from replicas\n    server {name} {urlsplit(url).netloc}\n"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/.well-known/jwks.json", 200),
        ("/auth/me", 401),
        ("/profiles/me", 401),
        ("/api/knowledgebase", 401),
        ("/internal/erasures", 404),
        ("/metrics", 404),
        ("/readyz", 404),
        ("/docs", 404),
        ("/authority", 404),
        ("/", 404),
    ],
)
def test_what_clients_use_is_there_and_the_rest_is_not(edge: Edge, path: str, status: int) -> None:
    answer = edge().get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/")
    assert answer.headers.get("strict-transport-security", "absent") == (
        "max-age=31536000; includeSubDomains" if status != 404 else "absent"
    )


def test_a_client_signs_in_and_uses_every_service(edge: Edge, description: dict[str, Any]) -> None:
    with edge() as client:
        signed_in = client.post("/auth/login", json=description["administrator"]).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {signed_in['access_token']}"
        assert client.get("/auth/me").json()["email"] == description["administrator"]["email"]
        assert client.get("/profiles").status_code == 200
        assert client.get("/api/knowledgebase").status_code == 200


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1:DeprecationWarning")
def test_old_tls_is_refused(edge: Edge) -> None:
    assert edge(ssl.TLSVersion.TLSv1_2).get("/.well-known/jwks.json").status_code == 200
    with pytest.raises(httpx.ConnectError, match="alert protocol version"):
        edge(ssl.TLSVersion.TLSv1_1).get("/.well-known/jwks.json")
