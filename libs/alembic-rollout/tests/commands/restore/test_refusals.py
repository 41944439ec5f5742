"""What speaks against a restore is said before anything is made."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from backup.shop_backups import environment_of
from databases import Server
from sample_project import Project
from sqlalchemy import make_url

from alembic_rollout.commands.restore import restore_command
from alembic_rollout.databases.programs import libpq_environment
from alembic_rollout.postgres.run_lock import lock_key
from alembic_rollout.postgres.version_table import VersionTable
from commands.restore.moved_shop import Shop, fake_pg_restore, real_program, server_major


def test_a_role_that_may_not_create_databases_is_told_which_one_could(shop: Shop) -> None:
    done = shop.restore("--yes", ROLLOUT_ADMIN_URL="")

    assert done.returncode == 1
    assert f"{shop.database.owner} may not create a database" in done.stderr
    assert "ROLLOUT_ADMIN_URL" in done.stderr
    shop.assert_untouched()


def test_an_administrator_with_a_wrong_password_is_one_line_without_it(shop: Shop) -> None:
    wrong = make_url(shop.database.superuser_url).set(password="not-the-password").render_as_string(hide_password=False)

    done = shop.restore("--yes", ROLLOUT_ADMIN_URL=wrong)

    assert done.returncode == 1
    assert "refuses the connection" in done.stderr
    assert "not-the-password" not in done.stderr + done.stdout
    shop.assert_untouched()


def test_a_session_that_only_a_superuser_may_end_is_named_before_anything_is_made(shop: Shop) -> None:
    with shop.database.connect(shop.database.superuser_url) as connection:
        connection.exec_driver_sql(f"ALTER ROLE {shop.database.owner} CREATEDB")
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()

        done = shop.restore("--yes", ROLLOUT_ADMIN_URL="")

    assert done.returncode == 1
    assert f"Only a superuser may end these sessions of {shop.database.name}: pid {pid}" in done.stderr
    shop.assert_untouched()


def test_a_backup_of_another_database_is_refused(shop: Shop, server: Server, tmp_path: Path) -> None:
    with server.database() as other:
        elsewhere = Project(tmp_path / "elsewhere", other)
        elsewhere.tables(1)
        elsewhere.upgrade()
        done = elsewhere.rollout("backup")
        file = done.stdout.partition(" (")[0]

        done = shop.restore("--yes", file=file)

    assert done.returncode == 2
    assert f"is a backup of the database {other.name}, not of {shop.database.name}" in done.stderr
    shop.assert_untouched()


def test_a_backup_of_a_newer_postgresql_is_refused(shop: Shop, fakes: Path) -> None:
    real = real_program(shop, "pg_restore")
    newer = f'{real} "$@" | sed "s/database version: .*/database version: 99.1/"; exit'
    fake_pg_restore(fakes, shop, when_listing=newer)

    done = shop.restore("--yes", ROLLOUT_PG_BIN=str(fakes))

    # The stand-in does not answer --version differently: it is as new as the server.
    assert done.returncode == 2
    assert "comes from PostgreSQL 99.1 and this server is" in done.stderr
    shop.assert_untouched()


def test_a_file_that_is_not_there_and_one_that_is_no_dump_are_told_apart(shop: Shop) -> None:
    (shop.file.parent / "note.txt").write_text("no dump")

    missing = shop.restore("--yes", file="yesterday.dump")
    wrong = shop.restore("--yes", file="note.txt")

    assert missing.returncode == 2
    assert f"no file yesterday.dump, neither here nor in {shop.file.parent}" in missing.stderr
    assert wrong.returncode == 1
    assert "note.txt cannot be read" in wrong.stderr
    shop.assert_untouched()


def test_a_dump_without_a_version_table_is_refused(shop: Shop) -> None:
    file = shop.file.parent / "partial.dump"
    subprocess.run(
        [real_program(shop, "pg_dump"), "--format=custom", "--table=orders", f"--file={file}"],
        env=os.environ | libpq_environment(make_url(shop.database.url)),
        check=True,
    )

    done = shop.restore("--yes", file=file)

    assert done.returncode == 2
    assert "has no version table alembic_version" in done.stderr
    shop.assert_untouched()


def test_a_process_that_migrates_is_not_cut_off(shop: Shop) -> None:
    key = lock_key(shop.database.name, VersionTable(None, "alembic_version"))
    with shop.database.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({key})")

        done = shop.restore("--yes", ROLLOUT_RUN_LOCK_WAIT="300ms")

        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    assert done.returncode == 5
    shop.assert_untouched()


@pytest.mark.parametrize("program", ["pg_restore", "vacuumdb"])
def test_a_program_that_is_missing_is_named_with_its_package(shop: Shop, tmp_path: Path, program: str) -> None:
    major = server_major(shop.database)
    if Path(f"/usr/lib/postgresql/{major}/bin/{program}").exists():
        pytest.skip("this machine has PostgreSQL's programs where Debian keeps them")
    for name in {"pg_restore", "vacuumdb"} - {program}:
        (tmp_path / name).symlink_to(real_program(shop, name))

    done = shop.restore("--yes", PATH=str(tmp_path))

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert f"needs {program} {major} or newer: " in line
    assert f"postgresql-client-{major}" in line
    shop.assert_untouched()


def test_a_machine_without_a_folder_for_temporary_files_restores(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_get_default_tempdir", none)
    monkeypatch.setenv("MIGRATION_DATABASE_URL", shop.database.url)
    monkeypatch.chdir(shop.project.folder)
    environment = environment_of(shop.project, admin_url=shop.database.superuser_url)

    restore_command(environment, str(shop.file), yes=True)

    assert "Restored: " in capsys.readouterr().out
    assert shop.note() == "backed up"


# The administrator's URL


def short(url: str, scheme: str) -> str:
    return url.replace("postgresql+psycopg2", scheme)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_short_forms_use_the_installed_driver_for_both_urls(shop: Shop, scheme: str) -> None:
    urls = {
        "MIGRATION_DATABASE_URL": short(shop.database.url, scheme),
        "ROLLOUT_ADMIN_URL": short(shop.database.superuser_url, scheme),
    }

    shop.project.sql("003", "CREATE TABLE more ()", "DROP TABLE more")
    restored = shop.restore("--yes", **urls)
    rehearsed = shop.project.rollout("rehearse", **urls)

    assert restored.returncode == 0, restored.stderr
    assert rehearsed.returncode == 0, rehearsed.stderr


@pytest.mark.parametrize("variable", ["ROLLOUT_ADMIN_URL", "MIGRATION_DATABASE_URL"])
@pytest.mark.parametrize("verb", ["restore", "rehearse"])
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql+asyncpg://me:s3cr3t@localhost/shop", "names the driver asyncpg"),
        ("postgresql://me:s3cr3t@localhost/shop?ssl=require", "write sslmode=require instead"),
        ("postgresql://me:s3cr3t@localhost:x/shop", "the port is not a number"),
        ("postgresql://me:s3@cr3t@localhost/shop", "write @ as %40"),
        ("localhost", "cannot be read as a URL"),
    ],
)
def test_a_url_that_cannot_be_used_is_one_line_for_every_verb(
    shop: Shop, variable: str, verb: str, url: str, words: str
) -> None:
    arguments = (verb, str(shop.file)) if verb == "restore" else (verb,)
    shop.project.sql("003", "CREATE TABLE more ()", "DROP TABLE more")

    done = shop.project.rollout(*arguments, **{"ROLLOUT_ADMIN_URL": shop.database.superuser_url, variable: url})

    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(variable)
    assert words in line
    assert "cr3t" not in line
