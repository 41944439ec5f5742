"""A restore point before contract revisions: set where it can be, said where it cannot, required where one wants it."""

from datetime import UTC, datetime

import pytest
from sample_project import Project

from alembic_rollout.backup.restore_point import restore_point_name
from backup.shop_backups import make_destructive

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
GRANT = "GRANT EXECUTE ON FUNCTION pg_create_restore_point(text) TO {role}"


def upgrade(shop: Project, **variables: str) -> tuple[int, str]:
    make_destructive(shop)
    done = shop.alembic("upgrade", "head", ROLLOUT_LINT="off", ROLLOUT_BACKUP="never", **variables)
    return done.returncode, done.stderr


def allow(shop: Project) -> None:
    with shop.database.connect(shop.database.superuser_url) as connection:
        connection.exec_driver_sql(GRANT.format(role=f"{shop.database.name}_owner"))


def test_a_role_that_may_not_goes_on_and_says_what_would_let_it(shop: Project) -> None:
    status, said = upgrade(shop)
    assert status == 0
    assert f"No restore point before 002: {shop.database.name}_owner may not call pg_create_restore_point" in said
    assert GRANT.format(role=f'"{shop.database.name}_owner"') in said
    assert "Applied 002" in said


def test_where_one_is_required_nothing_is_done_without_it_and_the_history_says_so(shop: Project) -> None:
    status, said = upgrade(shop, ROLLOUT_RESTORE_POINT="require")
    assert status == 1
    assert "There is no restore point before 002, so nothing was done" in said
    assert shop.database.scalar("SELECT version_num FROM alembic_version") == "001"
    assert "no restore point" in str(shop.database.scalar("SELECT error FROM alembic_rollout_history ORDER BY id DESC"))


def test_a_server_that_cannot_have_one_is_quoted(shop: Project) -> None:
    if shop.database.scalar("SHOW wal_level") != "minimal":
        pytest.skip("this server can have restore points")
    allow(shop)
    status, said = upgrade(shop)
    assert status == 0
    assert "No restore point before 002: " in said
    assert "WAL level" in said


def test_an_expand_revision_and_the_policy_never_need_none(shop: Project) -> None:
    shop.sql("002", "CREATE TABLE carts (id int PRIMARY KEY)", "DROP TABLE carts", slug="add_carts")
    assert "restore point" not in shop.alembic("upgrade", "head", ROLLOUT_LINT="off").stderr.lower()
    shop.sql("003", "DROP TABLE carts", "SELECT 1", slug="drop_carts", header='phase = "contract"')
    variables = {"ROLLOUT_LINT": "off", "ROLLOUT_RESTORE_POINT": "never"}
    assert "restore point" not in shop.alembic("upgrade", "head", **variables).stderr.lower()


def test_a_backup_of_a_database_whose_role_may_is_restored_as_any_other(shop: Project) -> None:
    allow(shop)
    assert shop.rollout("backup").returncode == 0
    done = shop.rollout("drill", ROLLOUT_ADMIN_URL=shop.database.superuser_url)
    assert done.returncode == 0, done.stdout + done.stderr
    make_destructive(shop)
    done = shop.rollout("rehearse", ROLLOUT_ADMIN_URL=shop.database.superuser_url, ROLLOUT_LINT="off")
    assert "without the privileges on function pg_catalog.pg_create_restore_point(text)" in done.stdout
    assert done.returncode == 4, "the downgrade does not bring the table back"


def test_its_name_fits_and_names_the_revision_and_the_moment() -> None:
    assert restore_point_name("authdb", "005", NOW) == "authdb-before-005-20261128T030000Z"
    longest = restore_point_name("é" * 60, "a" * 32, NOW)
    assert len(longest.encode()) <= 63
    assert longest.endswith(f"-before-{'a' * 32}-20261128T030000Z")
