"""Restoring: the backup takes the place of the present database, which is kept, and nobody waits for long."""

import contextlib
import os
import re
import secrets
import subprocess
import threading
import time

import pytest
from databases import Database, Server
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from alembic_rollout.backup.archive import archived_revisions, read_archive
from alembic_rollout.databases.lifecycle import create_like, read_database
from alembic_rollout.databases.programs import find_program, libpq_environment
from alembic_rollout.postgres.identifiers import name_beside
from alembic_rollout.settings import Settings
from commands.restore.moved_shop import Shop, real_program, server_major

# What would be done


def test_without_yes_it_says_what_would_be_done_and_does_nothing(shop: Shop) -> None:
    with shop.database.connect(shop.database.app_url) as connection:
        connection.exec_driver_sql("SET application_name = 'shop@002'")

        done = shop.restore()

        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    assert done.returncode == 0, done.stderr
    for words in (
        str(shop.file),
        "Revision:  001",
        f"Replaces:  {shop.database.name} on 127.0.0.1",
        "now at revision 002",
        "Ends:      1 session",
        f"{shop.database.name}_app, shop@002",
        "Dry run. Pass --yes to restore.",
    ):
        assert words in done.stdout
    shop.assert_untouched()


def test_the_revision_is_read_from_the_content_whatever_the_file_is_called(shop: Shop) -> None:
    renamed = shop.file.rename(shop.file.parent / "monday.dump")

    done = shop.restore(file="monday.dump")

    assert done.returncode == 0, done.stderr
    assert str(renamed) in done.stdout
    assert "Revision:  001" in done.stdout


# What is done


@pytest.mark.parametrize("driver", ["postgresql+psycopg2", "postgresql+psycopg"])
def test_the_backup_takes_the_place_of_the_database_which_is_kept(shop: Shop, driver: str) -> None:
    urls = {
        "MIGRATION_DATABASE_URL": shop.database.url.replace("postgresql+psycopg2", driver),
        "ROLLOUT_ADMIN_URL": shop.database.superuser_url.replace("postgresql+psycopg2", driver),
    }

    done = shop.restore("--yes", **urls)

    assert done.returncode == 0, done.stderr
    assert shop.note() == "backed up"
    assert shop.revision() == "001"
    assert shop.database.scalar("SELECT to_regclass('carts')") is None
    former = shop.former()
    assert former.startswith(f"{shop.database.name}_before_")
    with shop.database.connect(str_url(shop.database, former)) as connection:
        assert connection.exec_driver_sql("SELECT note FROM orders").scalar() == "changed since"


def str_url(database: Database, name: str) -> str:
    return make_url(database.url).set(database=name).render_as_string(hide_password=False)


def test_the_statement_that_it_prints_drops_the_former_database(shop: Shop, server: Server) -> None:
    done = shop.restore("--yes")
    statement = re.search(r"DROP DATABASE .*;", done.stdout)
    assert statement is not None

    with server.connect() as connection:
        connection.exec_driver_sql(statement[0])

    assert shop.databases() == {shop.database.name}


def test_the_restored_database_can_be_migrated_again(shop: Shop) -> None:
    shop.restore("--yes")

    shop.project.upgrade(ROLLOUT_LINT="off")

    assert shop.revision() == "002"
    assert shop.note() == "backed up"
    applied = "SELECT count(*) FROM alembic_rollout_history WHERE revision = '002' AND outcome = 'applied'"
    assert shop.database.scalar(applied) == 1


def everything_but_rows(database: Database) -> tuple[str, list[tuple[object, ...]]]:
    """The schema as pg_dump sees it, and what a dump leaves out: what the server keeps of the database itself."""
    pg_dump = find_program(Settings(), "pg_dump", minimum_major=server_major(database))
    schema = subprocess.run(
        [pg_dump, "--schema-only"],
        env=os.environ | libpq_environment(make_url(database.superuser_url)),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    schema = re.sub(r"^\\(un)?restrict .*$", "", schema, flags=re.MULTILINE)  # a random word of each dump's own
    facts = database.rows(
        """
        SELECT d.datacl::text, pg_get_userbyid(d.datdba), d.encoding, d.datcollate, d.datctype, d.datconnlimit,
            shobj_description(d.oid, 'pg_database'),
            (SELECT array_agg(row(pg_get_userbyid(nullif(setrole, 0)), setconfig)::text ORDER BY 1)
                FROM pg_db_role_setting WHERE setdatabase = d.oid),
            (SELECT array_agg(row(extname, extnamespace::regnamespace, pg_get_userbyid(extowner))::text ORDER BY 1)
                FROM pg_extension)
        FROM pg_database d WHERE d.datname = current_database()
        """
    )
    return schema, facts


def decorate(database: Database) -> None:
    """Give a database whatever a restore may forget."""
    name, owner = database.name, database.owner
    with database.connect(database.superuser_url) as connection:
        for statement in (
            f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",
            f"GRANT CONNECT ON DATABASE {name} TO {name}_app WITH GRANT OPTION",
            f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO pg_monitor",
            f"ALTER DATABASE {name} CONNECTION LIMIT 40",
            f"ALTER DATABASE {name} SET work_mem = '8MB'",
            f"""ALTER DATABASE {name} SET search_path = "$user", public, "odd ""name" """,
            f"ALTER DATABASE {name} SET shop.motto = 'it''s 100%s \\ \"fresh\"'",
            f"ALTER ROLE {name}_app IN DATABASE {name} SET search_path = ''",
            f"ALTER ROLE {name}_app IN DATABASE {name} SET statement_timeout = '5s'",
            f"COMMENT ON DATABASE {name} IS 'what''s 100%s ours'",
            "CREATE FUNCTION answer() RETURNS int LANGUAGE sql AS 'SELECT 42'",
            "CREATE TABLE of_the_superuser (id int)",
            f"GRANT SELECT ON of_the_superuser TO {owner}",
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {name}_app GRANT SELECT ON TABLES TO {owner}",
            f"ALTER ROLE {owner} SUPERUSER",
            "DROP EXTENSION IF EXISTS vector",
            f"SET ROLE {owner}",
            "CREATE EXTENSION vector",
        ):
            connection.exec_driver_sql(statement.replace("%", "%%"), ())


def test_a_superuser_restores_everything_as_it_was(shop: Shop) -> None:
    decorate(shop.database)
    file = shop.back_up()
    before = everything_but_rows(shop.database)
    shop.database.execute("DROP TABLE orders")

    done = shop.restore("--yes", file=file)

    assert done.returncode == 0, done.stderr
    assert everything_but_rows(shop.database) == before


def test_an_extension_that_its_owner_may_no_longer_create_comes_back_all_the_same(shop: Shop) -> None:
    decorate(shop.database)
    file = shop.back_up()
    with shop.database.connect(shop.database.superuser_url) as connection:
        connection.exec_driver_sql(f"ALTER ROLE {shop.database.owner} NOSUPERUSER")

    done = shop.restore("--yes", file=file)

    assert done.returncode == 0, done.stderr
    assert shop.database.scalar("SELECT count(*) FROM pg_extension WHERE extname = 'vector'") == 1


def test_the_migrating_role_restores_alone_where_it_may_create_databases(shop: Shop) -> None:
    with shop.database.connect(shop.database.superuser_url) as connection:
        connection.exec_driver_sql(f"ALTER ROLE {shop.database.owner} CREATEDB")
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS vector")  # the role could not create it
    file = shop.back_up()

    done = shop.restore("--yes", file=file, ROLLOUT_ADMIN_URL="")

    assert done.returncode == 0, done.stderr
    assert shop.revision() == "002"
    assert shop.note() == "changed since"
    assert shop.former()
    with shop.database.connect(shop.database.app_url) as connection:
        assert connection.exec_driver_sql("UPDATE orders SET note = 'by the service'").rowcount == 1
    assert shop.database.rows("SELECT tableowner FROM pg_tables WHERE tablename = 'orders'") == [(shop.database.owner,)]
    assert shop.database.scalar("SELECT reltuples FROM pg_class WHERE relname = 'orders'") == 1  # has statistics


def test_a_service_that_reconnects_finds_the_restored_database(shop: Shop) -> None:
    seen: list[object] = []
    errors: list[str] = []
    longest_outage = 0.0
    over = threading.Event()

    def serve() -> None:
        nonlocal longest_outage
        answered = time.monotonic()
        while not over.is_set():
            with contextlib.ExitStack() as stack:
                try:
                    connection = stack.enter_context(shop.database.connect(shop.database.app_url))
                    while not over.is_set():
                        seen.append(connection.exec_driver_sql("SELECT note FROM orders").scalar())
                        longest_outage = max(longest_outage, time.monotonic() - answered)
                        answered = time.monotonic()
                except OperationalError as error:
                    errors.append(str(error))

    threads = [threading.Thread(target=serve) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        done = shop.restore("--yes")
        with shop.database.connect(shop.database.app_url) as connection:
            after = connection.exec_driver_sql("SELECT note FROM orders").scalar()
        threading.Event().wait(0.5)
    finally:
        over.set()
        for thread in threads:
            thread.join()

    assert done.returncode == 0, done.stderr
    assert errors  # they were ended
    assert after == seen[-1] == "backed up"
    assert set(seen) == {"changed since", "backed up"}
    assert longest_outage < 5


def test_a_session_that_idles_in_a_transaction_does_not_keep_the_database(shop: Shop) -> None:
    with contextlib.suppress(OperationalError), shop.database.engine(shop.database.app_url).connect() as idle:
        idle.exec_driver_sql("UPDATE orders SET note = 'never committed'")

        done = shop.restore("--yes")

        assert done.returncode == 0, done.stderr
        with pytest.raises(OperationalError):
            idle.exec_driver_sql("SELECT 1")
    assert shop.note() == "backed up"


def test_a_name_beside_a_long_one_keeps_its_end() -> None:
    assert name_beside("shop", "_before_1") == "shop_before_1"
    assert name_beside("s" * 63, "_before_1") == "s" * 54 + "_before_1"
    assert name_beside("店" * 21, "_before_1").encode() == ("店" * 18).encode() + b"_before_1"


def test_the_rows_of_a_version_table_are_read_from_its_own_schema(shop: Shop) -> None:
    shop.database.execute("CREATE SCHEMA tenant")
    shop.database.execute("CREATE TABLE tenant.alembic_version (version_num text)")
    shop.database.execute("INSERT INTO tenant.alembic_version VALUES ('b2'), ('a1')")
    pg_restore = real_program(shop, "pg_restore")

    archive = read_archive(pg_restore, shop.back_up())

    assert archive.database == shop.database.name
    assert archive.server_major == server_major(shop.database)
    assert set(archive.schemas_with_rows_of("alembic_version")) == {"public", "tenant"}
    assert archived_revisions(pg_restore, archive, "tenant", "alembic_version") == ("a1", "b2")
    assert archived_revisions(pg_restore, archive, "public", "alembic_version") == ("002",)


def test_a_locale_of_the_operating_system_stays_one_where_the_server_has_another_provider(server: Server) -> None:
    name = f"test_rollout_{secrets.token_hex(6)}"
    with server.connect() as admin:
        if "datlocprovider" not in admin.exec_driver_sql("SELECT to_jsonb(d) FROM pg_database d LIMIT 1").scalar_one():
            pytest.skip("PostgreSQL has one provider of locales before version 15")
        admin.exec_driver_sql(
            f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'"
        )
        try:
            present = read_database(admin, name)
            assert present is not None
            create_like(admin, present, f"{name}_new", template="template0")
            providers = admin.exec_driver_sql(
                "SELECT DISTINCT datlocprovider::text FROM pg_database WHERE datname LIKE %s", (f"{name}%",)
            )
            assert providers.scalars().all() == ["c"]
        finally:
            for made in (name, f"{name}_new"):
                admin.exec_driver_sql(f"DROP DATABASE IF EXISTS {made}")
