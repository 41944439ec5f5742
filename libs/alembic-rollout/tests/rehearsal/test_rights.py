"""A rehearsal runs the live schema's functions and the revisions with the migrating role's rights, or with fewer."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from attacks import ATTACKS, Attack, assert_no_rights_gained, maintenance_url, prepare
from sample_project import Project
from sqlalchemy import URL, Connection, make_url

from alembic_rollout.databases.programs import Ended
from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.connection import execute
from alembic_rollout.rehearsal import clone, rehearsing
from alembic_rollout.scratch import database as scratch_database
from alembic_rollout.scratch.database import NoScratchDatabaseError, Scratch
from alembic_rollout.scratch.live_description import LiveDatabase, read_live
from alembic_rollout.settings import Settings
from rehearsal.rehearsed import MakeEnvironment, Rehearse, rehearsal_databases

CALLED = "SELECT logged_in::text, acting::text, is_superuser FROM public.seen"
SESSIONS = (
    "SELECT DISTINCT usename::text FROM pg_catalog.pg_stat_activity"
    " WHERE datname OPERATOR(pg_catalog.=) pg_catalog.current_database() AND backend_type LIKE 'client%%'"
)
POWER = "SELECT public.power()"
OF_POWER = (
    "SELECT rolsuper OR rolcreaterole OR rolcanlogin FROM pg_catalog.pg_roles WHERE rolname::text = public.power()"
)
SERVERS = "SELECT srvname::text FROM pg_catalog.pg_foreign_server"
MAPPINGS = "SELECT umoptions FROM pg_catalog.pg_user_mappings"
LOGGED_IN = (
    "SELECT session_user::text, current_user::text, rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls"
    " FROM pg_roles WHERE rolname = session_user"
)


def written_down(file: Path, queries: dict[str, str]) -> str:
    """A statement of a revision that writes the rows of queries into a file."""
    return (
        f"import json, pathlib; pathlib.Path({str(file)!r}).write_text(json.dumps({{name: [list(row) for row in"
        f" op.get_bind().exec_driver_sql(query)] for name, query in {queries!r}.items()}}))"
    )


def revision_that_uses(attack: Attack, seen: Path) -> str:
    """The body of an upgrade that has the function called, and writes down who was logged in then and who is now."""
    return f"""
    bind = op.get_bind()
    for statement in {["RESET SESSION AUTHORIZATION", "RESET ROLE", *attack.use.split(";")]!r}:
        bind.exec_driver_sql(statement)
    {written_down(seen, {"called": CALLED, "sessions": SESSIONS})}
    """


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_whatever_a_revision_calls_runs_as_the_migrating_role(
    shop: Project, rehearse: Rehearse, tmp_path: Path, attack: Attack
) -> None:
    marker, seen = tmp_path / "marker", tmp_path / "seen.json"
    prepare(shop.database, attack, marker)
    shop.revision("002", revision_that_uses(attack, seen))

    rehearse()

    assert_no_rights_gained(shop.database, marker)
    found = json.loads(seen.read_text())
    owner = shop.database.owner
    assert [owner, owner, False] in found["called"]
    assert {tuple(row) for row in found["called"]} == {(owner, owner, False)}
    assert found["sessions"] == [[owner]], "the administrator has no session beside a running revision"


def test_a_revision_that_opens_a_connection_of_its_own_is_logged_in_as_the_migrating_role(
    shop: Project, rehearse: Rehearse, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    shop.revision(
        "002",
        f"""
        import pathlib
        with sa.create_engine(op.get_bind().engine.url).connect() as own:
            own.exec_driver_sql("RESET SESSION AUTHORIZATION")
            pathlib.Path({str(seen)!r}).write_text(own.exec_driver_sql("SELECT session_user").scalar())
        """,
    )

    assert rehearse().error is None
    assert seen.read_text() == shop.database.owner


def test_a_function_of_a_superuser_in_the_live_database_has_no_rights_in_the_copy(
    shop: Project, rehearse: Rehearse, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    with shop.database.connect(shop.database.superuser_url) as superuser:
        superuser.exec_driver_sql(
            "CREATE FUNCTION public.power() RETURNS text SECURITY DEFINER LANGUAGE sql AS 'SELECT current_user::text'"
        )
    shop.revision("002", written_down(seen, {"role": POWER, "has_rights": OF_POWER}))

    assert rehearse().error is None
    found = json.loads(seen.read_text())
    assert found["role"][0][0].startswith("rehearsal_")
    assert found["has_rights"] == [[False]]
    assert shop.database.scalar("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'rehearsal%%'") == 0


def let_the_administrator_read(shop: Project, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Make a table that the migrating role may not read; return who runs pg_dump from now on."""
    with shop.database.connect(shop.database.superuser_url) as superuser:
        superuser.exec_driver_sql("SET search_path = pg_catalog; CREATE TABLE public.theirs (id int)")
    readers: list[str | None] = []

    def noted(command: Sequence[str], url: URL) -> Ended:
        readers.append(url.username)
        return run_program(command, url)

    run_program = clone._run_program
    monkeypatch.setattr(clone, "_run_program", noted)
    return readers


def test_the_administrator_who_reads_the_schema_calls_nothing_of_it(
    shop: Project, rehearse: Rehearse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker, (first, *others) = tmp_path / "marker", ATTACKS
    prepare(shop.database, first, marker)
    for attack in others:
        # Each beside the others, in a schema of its own; what it makes in `public` says so.
        setup = attack.setup.replace("%", "%%")
        shop.database.execute(f"CREATE SCHEMA a_{attack}; SET search_path = a_{attack}, public; {setup}")
    readers = let_the_administrator_read(shop, monkeypatch)
    superuser = make_url(shop.database.superuser_url).username
    with shop.database.connect(maintenance_url(shop.database)) as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {shop.database.name} SET search_path = public, pg_catalog")
    shop.database.execute("DELETE FROM public.seen")
    shop.sql("002", "SELECT 1")

    assert rehearse().error is None

    assert readers == [shop.database.owner, superuser], "the second one read what the first one might not"
    assert_no_rights_gained(shop.database, marker)
    assert shop.database.scalar(f"SELECT count(*) FROM public.seen WHERE logged_in = '{superuser}'") == 0  # noqa: S608


def test_passwords_that_the_administrator_may_see_are_not_in_the_copy(
    shop: Project, rehearse: Rehearse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, owner = tmp_path / "seen", shop.database.owner
    wrapper = f"CREATE FOREIGN DATA WRAPPER far; GRANT USAGE ON FOREIGN DATA WRAPPER far TO {owner}"
    readers = let_the_administrator_read(shop, monkeypatch)
    with shop.database.connect(shop.database.superuser_url) as superuser:
        superuser.exec_driver_sql(
            f"""
            {wrapper}; CREATE SERVER away FOREIGN DATA WRAPPER far; ALTER SERVER away OWNER TO {owner};
            CREATE USER MAPPING FOR CURRENT_USER SERVER away OPTIONS (password 'hunter2');
            CREATE USER MAPPING FOR PUBLIC SERVER away OPTIONS (password 'hunter3')
            """
        )
    dump = clone._dump

    def with_wrapper(migration_url: str, settings: Settings, scratch: Scratch) -> str:
        with scratch.admin.connect() as admin:  # as an extension brings one along
            execute(admin, wrapper)
        return dump(migration_url, settings, scratch)

    monkeypatch.setattr(clone, "_dump", with_wrapper)
    shop.revision("002", written_down(seen, {"servers": SERVERS, "mappings": MAPPINGS}))

    assert rehearse().error is None

    assert len(readers) == 2
    assert json.loads(seen.read_text()) == {"servers": [["away"]], "mappings": []}


# On another server


@pytest.fixture
def elsewhere(shop: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The same server, taken for another one: the migrating role's login is not used there."""

    def on_another_server(connection: Connection) -> LiveDatabase:
        live = read_live(connection)
        return replace(live, server_started=live.server_started - timedelta(days=1))

    monkeypatch.setattr(scratch_database, "read_live", on_another_server)
    return shop


def test_on_another_server_a_throwaway_role_without_rights_runs_the_revisions(
    elsewhere: Project, rehearse: Rehearse, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    elsewhere.revision(
        "002",
        f"""
        op.execute("RESET SESSION AUTHORIZATION")
        op.execute("ALTER TABLE profiles ADD COLUMN bio text")
        {written_down(seen, {"roles": LOGGED_IN})}
        """,
        'op.drop_column("profiles", "bio")',
    )

    rehearsed = rehearse()

    assert rehearsed.error is None
    ((role, logged_in, has_rights),) = json.loads(seen.read_text())["roles"]
    assert role == logged_in
    assert role.startswith("rehearsal_")
    assert not has_rights
    assert rehearsal_databases(elsewhere.database) == set()
    assert elsewhere.database.scalar(f"SELECT count(*) FROM pg_roles WHERE rolname = '{role}'") == 0  # noqa: S608


def test_on_another_server_an_administrator_who_may_not_create_roles_does_not_lend_its_own_rights(
    elsewhere: Project, environment: MakeEnvironment
) -> None:
    elsewhere.sql("002", "SELECT 1")
    admin = f"{elsewhere.database.name}_app"
    with elsewhere.database.connect(elsewhere.database.superuser_url) as superuser:
        superuser.exec_driver_sql(f"ALTER ROLE {admin} CREATEDB")
    url = make_url(elsewhere.database.app_url).set(database="postgres").render_as_string(hide_password=False)

    with pytest.raises(RolloutError, match=f"{admin} may not create roles.* Set ROLLOUT_ADMIN_URL to a superuser or"):
        rehearsing.rehearse(environment(admin_url=url), "head")


def test_a_migrating_role_that_may_not_connect_is_named_with_the_remedy(
    shop: Project, environment: MakeEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def and_revoke(connection: Connection, statement: str) -> None:
        execute(connection, statement)
        if statement.startswith("CREATE DATABASE"):
            name = statement.split()[2]
            execute(connection, f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC, {shop.database.owner}")

    monkeypatch.setattr(scratch_database, "execute", and_revoke)
    shop.sql("002", "SELECT 1")

    with pytest.raises(NoScratchDatabaseError, match=r"refuses the connection: .*permission denied") as raised:
        rehearsing.rehearse(environment(), "head")
    assert f"Let {shop.database.owner} connect to databases named rehearsal_* (pg_hba.conf)" in str(raised.value)
    assert rehearsal_databases(shop.database) == set()
