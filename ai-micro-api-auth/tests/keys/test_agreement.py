"""Replicas on one database have the same keys, or the later one is not ready."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import make_url, text

from app.keys.agreement import KeyAgreement
from app.keys.folder import KeyFolder
from app.keys.ring import PUBLISHED_SECONDS, KeyRing
from app.main import create_app
from app.settings import Settings
from service_kit.database.sessions import Database

Replica = Callable[[Path], KeyAgreement]


@pytest.fixture
def other_keys(tmp_path: Path) -> Path:
    KeyFolder(tmp_path / "others").add_first()
    return tmp_path / "others"


@pytest.fixture
def replica(database: Database) -> Replica:
    return lambda folder: KeyAgreement(KeyRing(KeyFolder(folder)), folder, database)


def make_older(database: Database, *, seen: str = "0", published: str = "0") -> None:
    with database.session() as session:
        session.execute(
            text(
                "UPDATE published_keys SET seen_at = now() - :seen * interval '1 s',"
                " published_at = now() - :published * interval '1 s'"
            ),
            {"seen": float(seen), "published": float(published)},
        )


def differs(agreement: KeyAgreement) -> str | None:
    agreement.compare()
    return agreement.difference()


def test_a_replica_with_other_keys_than_its_peers_is_not_ready(
    replica: Replica, keys_dir: Path, other_keys: Path, settings: Settings
) -> None:
    first = replica(keys_dir)
    assert differs(first) is None
    with TestClient(create_app(settings.model_copy(update={"jwt_keys_dir": other_keys}))) as client:
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["detail"].startswith(
        f"JWT_KEYS_DIR: {other_keys} has none of the keys of the other replicas ("
    )
    assert differs(first) is None


def test_a_replica_with_the_same_keys_is_ready(client: TestClient, replica: Replica, keys_dir: Path) -> None:
    assert client.get("/readyz").status_code == 200
    assert differs(replica(keys_dir)) is None


def test_it_becomes_ready_when_the_others_are_gone(
    replica: Replica, keys_dir: Path, other_keys: Path, database: Database
) -> None:
    replica(keys_dir).compare()
    late = replica(other_keys)
    assert differs(late) is not None
    make_older(database, seen="31")
    assert differs(late) is None


def test_a_rotation_divides_no_replicas(replica: Replica, keys_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "0001.pem").write_bytes((keys_dir / "0001.pem").read_bytes())
    replica(keys_dir).compare()
    rotated = KeyFolder(tmp_path)
    rotated.add()
    assert differs(replica(tmp_path)) is None
    (tmp_path / "0001.pem").unlink()
    assert differs(replica(tmp_path)) is None


def test_a_replica_whose_only_key_leaked_goes_on_with_the_new_one(
    replica: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.keys.ring._LOOK_AGAIN_SECONDS", 0.0)
    folder = KeyFolder(tmp_path)
    running = replica(tmp_path)
    assert differs(running) is None
    folder.add()
    (tmp_path / "0001.pem").unlink()
    assert differs(running) is None


def test_the_record_says_since_when_a_key_is_published_and_not_the_time_of_a_file(
    database: Database, tmp_path: Path
) -> None:
    folder = KeyFolder(tmp_path)
    folder.add_first()
    folder.add()
    ring = KeyRing(folder)  # its files are new, as in a container that a secret was just mounted into
    first, second = [key["kid"] for key in ring.jwks()["keys"]]
    assert ring.signing_key().kid == first
    agreement = KeyAgreement(ring, tmp_path, database)
    agreement.compare()
    make_older(database, published=str(PUBLISHED_SECONDS + 1))
    agreement.compare()
    assert ring.signing_key().kid == second


def test_the_files_may_be_links_into_a_mounted_secret(replica: Replica, keys_dir: Path, tmp_path: Path) -> None:
    # As Kubernetes mounts a secret: links into a folder that is exchanged as a whole.
    data = tmp_path / "..2026"
    data.mkdir()
    (data / "0001.pem").write_bytes((keys_dir / "0001.pem").read_bytes())
    (tmp_path / "..data").symlink_to(data)
    (tmp_path / "0001.pem").symlink_to(Path("..data/0001.pem"))
    assert differs(replica(tmp_path)) is None


def test_a_database_that_is_away_changes_nothing(keys_dir: Path, settings: Settings) -> None:
    url = make_url(settings.database_url.get_secret_value()).set(port=1)  # where nothing listens
    away = settings.model_copy(update={"database_url": SecretStr(url.render_as_string(hide_password=False))})
    database = Database(away, application_name="tests")
    agreement = KeyAgreement(KeyRing(KeyFolder(keys_dir)), keys_dir, database)
    assert differs(agreement) is None
