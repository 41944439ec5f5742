"""Nothing that comes out of a backup gets more rights than the migrating role's, also when a superuser restores."""

from pathlib import Path

import pytest
from attacks import ATTACKS, Attack, assert_no_rights_gained, prepare
from databases import Server

from commands.restore.moved_shop import Shop


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_what_a_backup_calls_runs_as_the_migrating_role(shop: Shop, tmp_path: Path, attack: Attack) -> None:
    marker = tmp_path / "marker"
    prepare(shop.database, attack, marker)
    file = shop.back_up()
    shop.database.execute("DELETE FROM public.seen")

    done = shop.restore("--yes", file=file)

    assert done.returncode == 0, done.stderr
    assert_no_rights_gained(shop.database, marker)
    owner = shop.database.owner
    seen = set(shop.database.rows("SELECT logged_in, acting, is_superuser FROM public.seen"))
    assert seen <= {(owner, owner, False)}
    assert not attack.in_restore or seen


def test_statistics_are_collected_as_the_migrating_role_also_for_a_table_of_a_superuser(
    shop: Shop, tmp_path: Path
) -> None:
    attack = next(one for one in ATTACKS if one.name == "index")
    marker = tmp_path / "marker"
    prepare(shop.database, attack, marker)
    with shop.database.connect(shop.database.superuser_url) as superuser:
        # Autovacuum would evaluate the index's expression as the table's owner.
        superuser.exec_driver_sql(f"ALTER TABLE t OWNER TO postgres; GRANT SELECT ON t TO {shop.database.owner}")
    file = shop.back_up()

    done = shop.restore("--yes", file=file)

    assert done.returncode == 0, done.stderr
    assert f"Now owned by {shop.database.owner}: table public.t (of postgres)" in done.stdout
    assert 'ALTER TABLE public.t OWNER TO "postgres";' in done.stdout
    assert shop.database.scalar("SELECT tableowner FROM pg_tables WHERE tablename = 't'") == shop.database.owner
    assert_no_rights_gained(shop.database, marker)


def test_what_belongs_to_a_role_that_the_migrating_role_may_act_as_is_given_back(shop: Shop) -> None:
    with shop.database.connect(shop.database.superuser_url) as superuser:
        superuser.exec_driver_sql(
            f"GRANT CREATE ON SCHEMA public TO {shop.database.name}_app; CREATE TABLE theirs (id int);"
            f"ALTER TABLE theirs OWNER TO {shop.database.name}_app"
        )
    file = shop.back_up()

    done = shop.restore("--yes", file=file)

    assert done.returncode == 0, done.stderr
    assert "Now owned by" not in done.stdout
    owners = shop.database.rows("SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    assert ("theirs", f"{shop.database.name}_app") in owners
    assert ("orders", shop.database.owner) in owners


def test_rights_that_another_role_has_granted_come_back(shop: Shop) -> None:
    app = f"{shop.database.name}_app"
    shop.database.execute(f"GRANT SELECT ON orders TO {app} WITH GRANT OPTION")
    with shop.database.connect(shop.database.app_url) as connection:
        connection.exec_driver_sql("GRANT SELECT ON orders TO pg_monitor")
    file = shop.back_up()

    done = shop.restore("--yes", file=file)

    assert done.returncode == 0, done.stderr
    assert shop.database.scalar("SELECT has_table_privilege('pg_monitor', 'orders', 'SELECT')")


def test_what_only_a_superuser_can_restore_is_named_before_and_after(shop: Shop) -> None:
    with shop.database.connect(shop.database.superuser_url) as superuser:
        superuser.exec_driver_sql(
            "CREATE FUNCTION audit() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
            "CREATE EVENT TRIGGER audited ON ddl_command_end EXECUTE FUNCTION audit()"
        )
    file = shop.back_up()

    dry, done = shop.restore(file=file), shop.restore("--yes", file=file)

    assert done.returncode == 0, done.stderr
    assert "Left out:  EVENT TRIGGER - audited" in dry.stdout
    assert "Left out: EVENT TRIGGER - audited" in done.stdout
    assert shop.database.scalar("SELECT count(*) FROM pg_event_trigger") == 0


def test_an_extension_that_only_the_file_knows_is_not_created_with_more_rights(shop: Shop, server: Server) -> None:
    with server.connect(shop.database.name) as superuser:
        superuser.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS vector")
    file = shop.back_up()
    with server.connect(shop.database.name) as superuser:
        superuser.exec_driver_sql("DROP EXTENSION vector")

    refused = shop.restore("--yes", file=file)
    with server.connect(shop.database.name) as superuser:
        superuser.exec_driver_sql("CREATE EXTENSION vector")
    done = shop.restore("--yes", file=file)

    assert refused.returncode == 1
    assert f"has the extension vector, which {shop.database.name} does not have and" in refused.stderr
    assert "run CREATE EXTENSION in" in refused.stderr
    assert done.returncode == 0, done.stderr
    assert shop.database.scalar("SELECT count(*) FROM pg_extension WHERE extname = 'vector'") == 1


def test_an_extension_in_a_schema_of_its_own_is_created_before_what_uses_it(shop: Shop, server: Server) -> None:
    with server.connect(shop.database.name) as superuser:
        superuser.exec_driver_sql("DROP EXTENSION IF EXISTS vector")
    shop.database.execute('CREATE SCHEMA "Odd one"')
    with server.connect(shop.database.name) as superuser:
        superuser.exec_driver_sql('CREATE EXTENSION vector SCHEMA "Odd one"')
        superuser.exec_driver_sql("COMMENT ON EXTENSION vector IS 'ours'")
    shop.database.execute('CREATE TABLE embedded (a "Odd one".vector(2))')
    file = shop.back_up()

    done = shop.restore("--yes", file=file)

    assert done.returncode == 0, done.stderr
    assert shop.database.scalar(
        "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'vector'"
    ) == ('"Odd one"')
    assert shop.database.rows("SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'Odd one'") == [
        (shop.database.owner,)
    ]


def test_default_privileges_of_other_roles_come_back_from_the_present_database(shop: Shop) -> None:
    name, owner = shop.database.name, shop.database.owner
    with shop.database.connect(shop.database.superuser_url) as superuser:
        for statement in (
            f"ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT SELECT ON TABLES TO {owner}",
            f"ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT USAGE ON SEQUENCES TO {name}_app WITH GRANT OPTION",
            "ALTER DEFAULT PRIVILEGES FOR ROLE postgres REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
            'CREATE SCHEMA "Odd one"',
            f'ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA "Odd one" GRANT INSERT ON TABLES TO {name}_app',
        ):
            superuser.exec_driver_sql(statement)
    facts = (
        "SELECT pg_get_userbyid(defaclrole), defaclnamespace::regnamespace::text, defaclobjtype::text, defaclacl::text"
        " FROM pg_default_acl ORDER BY 1, 2, 3, 4"
    )
    before, file = shop.database.rows(facts), shop.back_up()

    done = shop.restore("--yes", file=file)

    assert done.returncode == 0, done.stderr
    assert shop.database.rows(facts) == before
    assert "Left out" not in done.stdout
