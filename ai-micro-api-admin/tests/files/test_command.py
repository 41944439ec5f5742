"""`python -m app.files`, as an operator types it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from app.settings import Settings
from tests.files.conftest import Bucket
from tests.types_of_fixtures import Headers, Json

FOLDER = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(settings: Settings, bucket: Bucket) -> Run:
    def command(verb: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": settings.database_url.get_secret_value(),
            "JWKS_URL": str(settings.jwks_url),
            "FILES_URL": f"s3://{bucket.name}/documents",
            "FILES_S3_ENDPOINT": bucket.server.url,
            "FILES_S3_ACCESS_KEY_ID": "key",
            "FILES_S3_SECRET_ACCESS_KEY": "secret",
            **variables,
        }
        return subprocess.run(
            [sys.executable, "-m", "app.files", verb],
            cwd=FOLDER,
            env={name: value for name, value in environment.items() if value},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return command


def test_it_moves_all_files_back_and_says_where_they_are(
    *, run: Run, client: TestClient, admin: Headers, document: Json, bucket: Bucket
) -> None:
    assert run("status").stdout == "In PostgreSQL 0, in the store 1, to delete 0.\n"
    moved = run("move", FILES_KEEP_IN="postgresql")
    assert (moved.returncode, moved.stdout) == (0, "1 moved.\nIn PostgreSQL 1, in the store 0, to delete 0.\n")
    assert bucket.names() == set()
    assert client.get(f"/api/documents/{document['id']}/content", headers=admin).status_code == 200
    assert run("move").stdout.startswith("1 moved.\n")


def test_a_file_that_is_missing_is_named_and_stops_no_other(*, run: Run, document: Json, bucket: Bucket) -> None:
    assert run("check").stdout == "1 of 1 files in the store are there.\n"
    (name,) = bucket.names()
    bucket.lose(name)
    checked = run("check")
    assert checked.returncode == 1
    assert checked.stdout.splitlines() == [
        f"{name.removeprefix('documents/')} is missing, or has another length.",
        "0 of 1 files in the store are there.",
    ]
    assert str(document["id"]) in name
    moved = run("move", FILES_KEEP_IN="postgresql")
    assert moved.returncode == 1
    assert "In PostgreSQL 0, in the store 1, to delete 0." in moved.stdout


@pytest.mark.parametrize(
    ("variables", "status", "said"),
    [
        ({"FILES_URL": ""}, 2, "FILES_URL is not set, so all files are in PostgreSQL."),
        ({"FILES_S3_ENDPOINT": "http://127.0.0.1:1"}, 1, "The object store failed: "),
        ({"FILES_URL": "s3://no-such-bucket"}, 1, "The object store failed: "),
        ({"DATABASE_URL": "postgresql+psycopg2://a:b@127.0.0.1:1/x"}, 1, "The database failed: "),
    ],
)
def test_what_is_wrong_is_one_line(
    *, run: Run, document: Json, variables: dict[str, str], status: int, said: str
) -> None:
    assert document["status"] == "ready"
    ended = run("move", **variables, FILES_KEEP_IN="postgresql")
    assert ended.returncode == status, ended
    if status == 1 and "no-such-bucket" in str(variables):
        assert "in the store 1" in ended.stdout
        return
    assert ended.stderr.startswith(said)
    assert ended.stderr.count("\n") == 1, ended.stderr


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"files_url": "https://bucket"}, "files_url"),
        ({"files_url": "s3://Bucket"}, "files_url"),
        ({"files_url": "s3://bucket", "files_s3_access_key_id": "key"}, "FILES_S3_SECRET_ACCESS_KEY"),
        ({"files_url": "s3://bucket", "files_s3_endpoint": "minio:9000"}, "files_s3_endpoint"),
    ],
)
def test_a_setting_that_cannot_work_ends_the_start(settings: Settings, changes: dict[str, object], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        Settings.model_validate({**settings.model_dump(), **changes})
