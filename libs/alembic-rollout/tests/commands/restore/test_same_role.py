"""On a server that lets a role only into the database of its own name (`samerole` in pg_hba.conf), both verbs work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from proofs.own_server import OwnServer, own_server
from sample_project import Project

from commands.restore.moved_shop import Shop

RULES = ("host all postgres all scram-sha-256", "host samerole all all scram-sha-256")
ROLES = "SELECT rolname FROM pg_roles WHERE rolname ~ '_restored_|^rehearsal_'"


@pytest.fixture
def strict_shop(tmp_path: Path) -> Iterator[tuple[OwnServer, Shop]]:
    """A shop on a server of its own that has such a line, with the group role that the shop's database needs."""
    with own_server() as (process, server):
        with server.database() as database:
            shop = Shop(Project(tmp_path / "shop", database))
            with server.connect() as admin:
                admin.exec_driver_sql(f"CREATE ROLE {database.name}; GRANT {database.name} TO {database.owner}")
                process.admit(*RULES)
                admin.exec_driver_sql("SELECT pg_reload_conf()")
            yield process, shop
            with server.connect() as admin:
                admin.exec_driver_sql(f"DROP ROLE {database.name}")
        server.close()


def test_restore_and_rehearse_let_the_migrating_role_in_and_leave_no_role_behind(
    strict_shop: tuple[OwnServer, Shop],
) -> None:
    _, shop = strict_shop
    restored = shop.restore("--yes")
    shop.project.sql("003", "CREATE TABLE more ()", "DROP TABLE more")
    rehearsed = shop.project.rollout("rehearse", ROLLOUT_ADMIN_URL=shop.database.superuser_url)

    assert restored.returncode == 0, restored.stderr
    assert shop.note() == "backed up"
    assert rehearsed.returncode == 0, rehearsed.stderr
    assert shop.database.rows(ROLES) == []


def test_where_that_does_not_help_the_line_names_the_remedy_and_nothing_is_left(
    strict_shop: tuple[OwnServer, Shop],
) -> None:
    process, shop = strict_shop
    process.admit("host all postgres all scram-sha-256", f"host {shop.database.name} all all scram-sha-256")
    with shop.database.connect(shop.database.superuser_url) as admin:
        admin.exec_driver_sql("SELECT pg_reload_conf()")
    shop.project.sql("003", "CREATE TABLE more ()", "DROP TABLE more")

    restored = shop.restore("--yes")
    rehearsed = shop.project.rollout("rehearse", ROLLOUT_ADMIN_URL=shop.database.superuser_url)

    assert restored.returncode == rehearsed.returncode == 1
    remedy = f"Let {shop.database.owner} connect to databases named"
    assert f"{remedy} {shop.database.name}_restored_* (pg_hba.conf)" in restored.stderr
    assert f"{remedy} rehearsal_* (pg_hba.conf)" in rehearsed.stderr
    assert shop.database.rows(ROLES) == []
    shop.assert_untouched()
