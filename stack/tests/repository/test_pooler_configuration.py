"""PgBouncer's start script: who may connect through it, to which server, and with TLS or without."""

import os
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from stack.paths import ROOT

START = ROOT / "deploy/pgbouncer/start"


def start(folder: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the script, with a program that does nothing in the place of PgBouncer."""
    given = {"PGBOUNCER": "true", "POOLER_FOLDER": str(folder), "PATH": os.environ["PATH"], **variables}
    return subprocess.run(["sh", START], env=given, check=False, capture_output=True, text=True)


def written(folder: Path, **variables: str) -> ConfigParser:
    """Run the script and return what it wrote for PgBouncer."""
    done = start(folder, **variables)
    assert done.returncode == 0, done.stderr
    configuration = ConfigParser(interpolation=None, delimiters=("=",))
    configuration.read_string("[pgbouncer]\n" + (folder / "server.ini").read_text())  # included in that section
    return configuration


def test_each_application_role_has_its_password_and_no_other_role_one(tmp_path: Path) -> None:
    passwords = {"SHOPDB_APP_PASSWORD": 'a "quoted" $1 \\n', "AUTHDB_OWNER_PASSWORD": "owner", "POSTGRES_PASSWORD": "p"}
    assert start(tmp_path, **passwords).returncode == 0
    users = tmp_path / "users.txt"
    assert users.read_text() == '"shopdb_app" "a ""quoted"" $1 \\n"\n'
    assert users.stat().st_mode & 0o077 == 0


def test_without_settings_it_goes_to_the_server_of_the_compose_file_without_tls(tmp_path: Path) -> None:
    configuration = written(tmp_path)
    assert configuration["databases"]["*"].startswith("host=postgres port=5432 ")
    assert dict(configuration["pgbouncer"]) == {}


def test_it_goes_to_the_server_that_is_named_and_checks_its_certificate(tmp_path: Path) -> None:
    authority, certificate = tmp_path / "ca.pem", tmp_path / "pooler.pem"
    for file in (authority, certificate):
        file.touch()
    configuration = written(
        tmp_path, POOLER_TARGET_HOST="db.example", POOLER_TARGET_PORT="5433", DB_SSLMODE="verify-full",
        DB_SSLROOTCERT=str(authority), POOLER_CERTIFICATE=str(certificate),
    )  # fmt: skip
    assert configuration["databases"]["*"].startswith("host=db.example port=5433 ")
    assert dict(configuration["pgbouncer"]) == {
        "server_tls_sslmode": "verify-full",
        "server_tls_ca_file": str(authority),
        "client_tls_sslmode": "require",
        "client_tls_cert_file": str(certificate),
        "client_tls_key_file": str(certificate),
    }


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        ({"DB_SSLMODE": "require"}, "POOLER_CERTIFICATE names its certificate and key"),
        ({"DB_SSLROOTCERT": "/nowhere/ca.pem"}, "/nowhere/ca.pem cannot be read by the user "),
        ({"POOLER_CERTIFICATE": "/nowhere/pooler.pem"}, "/nowhere/pooler.pem cannot be read by the user "),
    ],
)
def test_settings_that_could_not_work_end_it_with_one_line(
    tmp_path: Path, variables: dict[str, str], line: str
) -> None:
    done = start(tmp_path, **variables)
    assert done.returncode == 2
    assert line in done.stderr
    assert done.stderr.count("\n") == 1
