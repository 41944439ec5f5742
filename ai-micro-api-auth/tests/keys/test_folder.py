"""The folder of signing keys: whole keys only, one first key, clear words when it cannot be used."""

import errno
import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.keys import folder as module
from app.keys.folder import KeyFolder, KeyFolderError
from app.keys.ring import PUBLISHED_SECONDS, KeyRing, thumbprint
from app.settings import Settings
from service_kit.tokens.keys import ALGORITHM


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, password: bytes | None = None) -> bytes:
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def test_the_first_start_makes_one_key_that_only_its_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "keys"
    KeyRing(KeyFolder(path))
    assert [file.name for file in path.iterdir()] == ["0001.pem"]
    assert stat.S_IMODE((path / "0001.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_a_later_start_uses_the_same_key(keys_dir: Path) -> None:
    assert KeyRing(KeyFolder(keys_dir)).signing_key().kid == KeyRing(KeyFolder(keys_dir)).signing_key().kid


def test_replicas_that_start_together_end_with_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        rings = list(threads.map(lambda _: KeyRing(KeyFolder(tmp_path)), range(4)))
    assert len({ring.signing_key().kid for ring in rings}) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["0001.pem"]


def test_a_kill_before_the_key_is_in_place_leaves_nothing_that_counts(tmp_path: Path, alembic_ini: Path) -> None:
    program = (
        "import os, pathlib, signal, sys\n"
        "os.link = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from app.keys.folder import KeyFolder\n"
        "KeyFolder(pathlib.Path(sys.argv[1])).add_first()\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, tmp_path], cwd=alembic_ini.parent, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert KeyFolder(tmp_path).files() == []
    assert len(KeyRing(KeyFolder(tmp_path)).jwks()["keys"]) == 1


def test_two_rotations_at_once_add_two_keys(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path)
    folder.add_first()
    with ThreadPoolExecutor(2) as threads:
        added = {future.result().name for future in [threads.submit(folder.add) for _ in range(2)]}
    assert added == {"0002.pem", "0003.pem"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)),  # noqa: S505 - refused for that
        pem(ec.generate_private_key(ec.SECP256R1())),
        pem(ec.generate_private_key(ec.SECP256R1()), b"secret"),
    ],
    ids=["empty", "garbage", "broken", "too short", "another kind", "encrypted"],
)
def test_an_unusable_file_is_named_with_a_remedy_on_one_line(keys_dir: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "0001.pem").write_bytes((keys_dir / "0001.pem").read_bytes())
    (tmp_path / "0002.pem").write_bytes(content)
    with pytest.raises(KeyFolderError, match=r"0002\.pem: .*; .*move it out of") as error:
        KeyRing(KeyFolder(tmp_path))
    assert "\n" not in str(error.value)


def test_a_folder_that_cannot_be_written_is_named_with_a_remedy(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(KeyFolderError, match=r"JWT_KEYS_DIR: .* cannot be written \(.*\); let it be a folder"):
        KeyRing(KeyFolder(blocked / "keys"))


@pytest.fixture
def read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a Secret of Kubernetes is mounted. Mode bits would not do: root writes all the same."""
    opened = os.open

    def refusing(path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_CREAT and path.parent == tmp_path:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", refusing)
    return tmp_path


def test_a_secret_without_a_key_is_said_to_hold_none(read_only: Path) -> None:
    with pytest.raises(
        KeyFolderError, match=r"^JWT_KEYS_DIR: \S+ holds no \*\.pem file; add one where its files come from"
    ):
        KeyRing(KeyFolder(read_only))


def test_a_secret_with_a_key_gets_no_further_one_from_the_service(read_only: Path, keys_dir: Path) -> None:
    (read_only / "0001.pem").write_bytes((keys_dir / "0001.pem").read_bytes())
    with pytest.raises(KeyFolderError, match=r"gets no new key here; .* cannot write it \(Read-only file system\)\.$"):
        KeyFolder(read_only).add()
    assert [file.name for file in read_only.iterdir()] == ["0001.pem"]


@pytest.mark.parametrize("command", [["-m", "uvicorn", "app.main:app", "--port", "0"], ["-m", "app.keys", "rotate"]])
def test_a_process_that_cannot_use_its_keys_ends_with_one_line(
    settings: Settings, tmp_path: Path, alembic_ini: Path, command: list[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "JWT_KEYS_DIR": str(blocked / "keys"),
    }
    ended = subprocess.run(
        [sys.executable, *command], cwd=alembic_ini.parent, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("JWT_KEYS_DIR: ")


def test_a_new_key_is_published_at_once_and_signs_when_all_can_know_it(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path)
    folder.add_first()
    os.utime(tmp_path / "0001.pem", (1000, 1000))
    folder.add()
    os.utime(tmp_path / "0002.pem", (5000, 5000))
    now = 5000.0
    ring = KeyRing(folder, clock=lambda: now)
    first, second = [key["kid"] for key in ring.jwks()["keys"]]
    assert ring.signing_key().kid == first
    now += PUBLISHED_SECONDS
    assert ring.signing_key().kid == second


def test_the_only_key_signs_at_once(tmp_path: Path) -> None:
    ring = KeyRing(KeyFolder(tmp_path))
    assert [ring.signing_key().kid] == [key["kid"] for key in ring.jwks()["keys"]]


@pytest.fixture
def looking_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.keys.ring._LOOK_AGAIN_SECONDS", 0.0)


def test_a_running_service_sees_a_key_come_and_go(tmp_path: Path, looking_always: None) -> None:
    folder = KeyFolder(tmp_path)
    ring = KeyRing(folder)
    new = folder.add()
    assert len(ring.jwks()["keys"]) == 2
    new.unlink()
    assert len(ring.jwks()["keys"]) == 1


def test_a_running_service_keeps_its_keys_when_the_folder_breaks(tmp_path: Path, looking_always: None) -> None:
    ring = KeyRing(KeyFolder(tmp_path))
    before = ring.jwks()
    (tmp_path / "0002.pem").write_bytes(b"garbage")
    assert ring.jwks() == before
    for file in tmp_path.iterdir():
        file.unlink()
    assert ring.jwks() == before


def test_the_key_id_is_the_thumbprint_of_rfc_7638() -> None:
    # The example of RFC 7638 section 3.1.
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj"
        "hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQ"
        "vRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzK"
        "nqDKgw"
    )
    assert thumbprint({"e": "AQAB", "kty": "RSA", "n": modulus}) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_keys_are_strong_enough(keys_dir: Path) -> None:
    key = KeyRing(KeyFolder(keys_dir)).signing_key()
    assert key.private.key_size == module.NEW_KEY_BITS == 3072
    assert key.public_jwk["alg"] == ALGORITHM
