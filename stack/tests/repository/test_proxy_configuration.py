"""HAProxy takes the configurations of deploy/haproxy."""

import shutil
import subprocess
from pathlib import Path

import pytest
import trustme

from stack.paths import ROOT

_PROGRAM = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
FOLDER = ROOT / "deploy/haproxy"


def check(*files: Path) -> None:
    """Fail with what HAProxy says of these files, warnings included."""
    if _PROGRAM is None:
        pytest.skip("haproxy is not installed (Debian's package has that name)")
    options = [part for file in files for part in ("-f", str(file))]
    done = subprocess.run(
        [_PROGRAM, "-c", "-dW", *options], check=False, cwd=FOLDER, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0, done.stderr


def test_replicas_in_containers() -> None:
    check(*(FOLDER / name for name in ("defaults.cfg", "proxy.cfg", "backends.cfg", "scale.cfg")))


def test_replicas_in_containers_that_take_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, certificate = tmp_path / "authority.pem", tmp_path / "services.pem"
    ca = trustme.CA()
    ca.cert_pem.write_to_path(authority)
    ca.issue_cert("proxy").private_key_and_cert_chain_pem.write_to_path(certificate)
    monkeypatch.setenv("SERVICES_CA_FILE", str(authority))
    monkeypatch.setenv("SERVICES_BIND", f"ssl crt {certificate}")
    check(*(FOLDER / name for name in ("defaults.cfg", "proxy.cfg", "backends.cfg", "scale.cfg")))


def test_tls_in_front_of_containers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = tmp_path / "edge.pem"
    trustme.CA().issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(certificate)
    monkeypatch.setenv("EDGE_CERTIFICATE", str(certificate))
    monkeypatch.setenv("EDGE_BIND", ":8443")
    check(*(FOLDER / name for name in ("defaults.cfg", "proxy.cfg", "backends.cfg", "edge.cfg", "user.cfg")))
