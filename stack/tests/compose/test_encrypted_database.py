"""Services, migrations and backups over TLS, to a server whose certificate they check (`DB_SSLMODE=verify-full`)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from compose.engine import SERVICES, Compose

DATA = "/var/lib/postgresql/data"
_SSL_OF_THE_APPLICATION = (
    "from app.settings import Settings;from sqlalchemy import create_engine, text;"
    "engine = create_engine(Settings().database_url.get_secret_value());"
    "print(engine.connect().scalar(text('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')))"
)


@pytest.fixture(scope="module")
def authority(compose: Compose, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The certificate that signed the server's, in a file; the server takes encrypted connections meanwhile."""
    folder = tmp_path_factory.mktemp("certificates")
    authority = trustme.CA()
    signed = authority.issue_cert("postgres")
    signed.private_key_pem.write_to_path(folder / "server.key")
    signed.cert_chain_pems[0].write_to_path(folder / "server.crt")
    authority.cert_pem.write_to_path(folder / "authority.pem")
    for name in ("server.key", "server.crt"):
        target = f"{DATA}/{name}"
        content = (folder / name).read_text()
        compose.exec("postgres", "sh", "-c", f"printf '%s' '{content}' > {target} && chmod 600 {target}")
        compose.exec("postgres", "chown", "postgres:postgres", target)
    (folder / "authority.pem").chmod(0o644)
    folder.chmod(0o755)
    _encrypt(compose, on=True)
    yield folder / "authority.pem"
    _encrypt(compose, on=False)


@pytest.fixture(scope="module")
def another_authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that signed nothing of the server."""
    path = tmp_path_factory.mktemp("another") / "authority.pem"
    trustme.CA().cert_pem.write_to_path(path)
    path.parent.chmod(0o755)
    return path


def _encrypt(compose: Compose, *, on: bool) -> None:
    for sql in (f"ALTER SYSTEM SET ssl = {'on' if on else 'off'}", "SELECT pg_reload_conf()"):
        compose.exec("postgres", "psql", "--username", "postgres", "--command", sql)


def run(compose: Compose, container: str, trusted: Path, *command: str) -> tuple[int, str]:
    """Run a command in a new container of a service that believes what a certificate signed; return what came of it."""
    settings = ["--env", "DB_SSLMODE=verify-full", "--env", "DB_SSLROOTCERT=/authority.pem"]
    mounted = ["--volume", f"{trusted}:/authority.pem:ro"]
    done = compose.attempt("run", "--rm", "--no-deps", *settings, *mounted, container, *command)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("container", SERVICES.values())
def test_a_service_and_its_migrations_believe_a_server_with_the_right_certificate(
    compose: Compose, authority: Path, container: str
) -> None:
    assert run(compose, container, authority, "alembic", "upgrade", "head")[0] == 0
    status, said = run(compose, container, authority, "python", "-c", _SSL_OF_THE_APPLICATION)
    assert (status, said.split()[-1]) == (0, "True")


@pytest.mark.parametrize("container", SERVICES.values())
def test_a_backup_is_taken_over_the_same_connection(compose: Compose, authority: Path, container: str) -> None:
    status, said = run(compose, container, authority, "alembic-rollout", "backup")
    assert status == 0, said


@pytest.mark.parametrize("container", SERVICES.values())
def test_a_server_with_another_certificate_is_refused_before_anything_is_sent(
    compose: Compose, authority: Path, another_authority: Path, container: str
) -> None:
    assert authority
    for command in (("alembic", "current"), ("python", "-c", _SSL_OF_THE_APPLICATION)):
        status, said = run(compose, container, another_authority, *command)
        assert status != 0
        assert "certificate verify failed" in said
