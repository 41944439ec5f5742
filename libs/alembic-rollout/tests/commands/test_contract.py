"""Expand and contract: what is held, for whom, when it is applied, and which image may start on which database."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from sample_project import Project
from sqlalchemy import create_engine, make_url, pool

CONTRACT = 'phase = "contract"'


@contextmanager
def release(project: Project, head: str, *, service: str = "shop", database: str | None = None) -> Iterator[None]:
    """A connection of a live release, as the application's role."""
    url = make_url(project.database.app_url)
    url = url.set(database=database) if database else url
    engine = create_engine(url, poolclass=pool.NullPool, connect_args={"application_name": f"{service}@{head}"})
    with engine.connect():
        yield


@pytest.fixture
def shop(project: Project) -> Project:
    """A project at 002, whose 003 takes away what release 002 uses."""
    project.tables(2)
    project.upgrade()
    project.sql(
        "003", "DROP TABLE t001", "CREATE TABLE t001 (id bigint PRIMARY KEY)", header=CONTRACT, slug="drop_t001"
    )
    return project


def at(project: Project) -> object:
    return project.database.scalar("SELECT version_num FROM alembic_version")


def test_a_contract_revision_is_held_while_an_older_release_is_connected_and_the_start_succeeds(shop: Project) -> None:
    with release(shop, "002"):
        done = shop.alembic("upgrade", "head", ROLLOUT_BACKUP="never")
    assert done.returncode == 0
    assert "Contract revision 003 is held while an older release is connected: shop@002 (pid " in done.stderr
    assert at(shop) == "002"
    assert shop.database.rows(
        "SELECT outcome, left(error, 9) = 'shop@002 ' FROM alembic_rollout_history WHERE revision = '003'"
    ) == [("held", True)]


def test_it_is_applied_by_the_next_start_without_one(shop: Project) -> None:
    with release(shop, "002"):
        shop.upgrade(ROLLOUT_BACKUP="never")
    shop.upgrade(ROLLOUT_BACKUP="never")
    assert at(shop) == "003"
    assert shop.database.rows("SELECT outcome FROM alembic_rollout_history WHERE revision = '003' ORDER BY id") == [
        ("held",),
        ("applied",),
    ]


def test_many_starts_that_find_it_held_leave_one_row(shop: Project) -> None:
    with release(shop, "002"):
        for _ in range(3):
            shop.upgrade(ROLLOUT_BACKUP="never")
    assert shop.database.scalar("SELECT count(*) FROM alembic_rollout_history WHERE revision = '003'") == 1


@pytest.mark.parametrize(
    ("head", "service"), [("003", "shop"), ("004_of_the_future", "shop"), ("002", "another"), ("002", "shop2")]
)
def test_who_survives_it_holds_nothing(shop: Project, head: str, service: str) -> None:
    with release(shop, head, service=service):
        shop.upgrade(ROLLOUT_BACKUP="never")
    assert at(shop) == "003"


def test_a_release_that_is_connected_to_the_presence_database_alone_is_seen_too(shop: Project) -> None:
    service = shop.database.name  # other tests' connections are in that database as well
    with release(shop, "002", service=service, database="postgres"):
        shop.upgrade(ROLLOUT_SERVICE=service, ROLLOUT_BACKUP="never")
    assert at(shop) == "002"


def test_revisions_that_the_same_connections_hold_are_named_together(shop: Project) -> None:
    shop.sql("004", "DROP TABLE t002", "CREATE TABLE t002 (id bigint PRIMARY KEY)", header=CONTRACT)
    with release(shop, "002"):
        done, status = shop.alembic("upgrade", "head", ROLLOUT_BACKUP="never"), shop.rollout("status")
    assert done.returncode == 0
    assert "Contract revisions 003, 004 are held while an older release is connected: shop@002 (pid " in done.stderr
    assert done.stderr.count("held while") == 1
    assert "003, 004 are held by shop@002 (pid " in status.stdout


def wait_until_it_sleeps(project: Project) -> None:
    deadline = time.monotonic() + 60
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(2)'"
    while project.database.scalar(query) == 0:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_release_that_connects_while_revisions_run_holds_what_is_left(shop: Project) -> None:
    shop.sql("003", "SELECT pg_sleep(2)", "SELECT 1", slug="drop_t001")
    shop.sql("004", "DROP TABLE t001", "CREATE TABLE t001 (id bigint PRIMARY KEY)", header=CONTRACT)
    process = shop.start("upgrade", "head", ROLLOUT_BACKUP="never", ROLLOUT_LINT="off")
    wait_until_it_sleeps(shop)
    with release(shop, "002"):
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Contract revision 004 is held while an older release is connected: shop@002 (pid " in said
    assert at(shop) == "003"
    assert shop.database.rows("SELECT revision, outcome FROM alembic_rollout_history WHERE id > 2 ORDER BY id") == [
        ("003", "applied"),
        ("004", "held"),
    ]


def test_a_release_that_connects_while_a_lock_is_waited_for_holds_the_revision(shop: Project) -> None:
    with shop.database.engine().begin() as other:
        other.exec_driver_sql("LOCK TABLE t001 IN ACCESS SHARE MODE")
        process = shop.start(
            "upgrade",
            "head",
            ROLLOUT_BACKUP="never",
            ROLLOUT_RESTORE_POINT="never",
            ROLLOUT_LOCK_TIMEOUT="100ms",
            ROLLOUT_LOCK_RETRY_PAUSE="1s",
        )
        assert process.stderr is not None
        assert "attempt 2 follows" in process.stderr.readline()
        with release(shop, "002"):
            process.communicate(timeout=60)
    assert process.returncode == 0
    assert at(shop) == "002"
    rows = shop.database.rows("SELECT outcome, error FROM alembic_rollout_history WHERE revision = '003' ORDER BY id")
    assert [outcome for outcome, _ in rows] == ["failed", "held"]
    assert str(rows[0][1]).startswith("given up, held: shop@002 (pid ")


def test_a_release_that_only_a_later_revision_has_to_wait_for_does_not_disturb_the_present_one(shop: Project) -> None:
    shop.sql("004", "DROP TABLE t002", "CREATE TABLE t002 (id bigint PRIMARY KEY)", header=CONTRACT)
    with shop.database.engine().connect() as other:
        other.exec_driver_sql("LOCK TABLE t001 IN ACCESS SHARE MODE")
        process = shop.start(
            "upgrade",
            "head",
            ROLLOUT_BACKUP="never",
            ROLLOUT_RESTORE_POINT="never",
            ROLLOUT_LOCK_TIMEOUT="100ms",
            ROLLOUT_LOCK_RETRY_PAUSE="1s",
        )
        assert process.stderr is not None
        assert "attempt 2 follows" in process.stderr.readline()
        with release(shop, "003"):
            assert "attempt 3 follows" in process.stderr.readline()
            other.rollback()
            process.communicate(timeout=60)
    assert process.returncode == 0
    rows = "SELECT revision, outcome FROM alembic_rollout_history WHERE revision > '002' ORDER BY id"
    assert shop.database.rows(rows) == [("003", "applied"), ("004", "held")]


def test_the_verb_fails_where_the_revision_is_held_again_after_its_look(shop: Project) -> None:
    shop.sql("003", "SELECT pg_sleep(2)", "SELECT 1", slug="drop_t001")
    shop.sql("004", "DROP TABLE t001", "CREATE TABLE t001 (id bigint PRIMARY KEY)", header=CONTRACT)
    process = shop.start(
        "contract", program="alembic-rollout", ROLLOUT_BACKUP="never", ROLLOUT_LINT="off", ROLLOUT_LOG_FORMAT="text"
    )
    wait_until_it_sleeps(shop)
    with release(shop, "002"):
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "004 stays held by shop@002 (pid " in said.splitlines()[-1]


def test_a_release_of_several_heads_is_told_too(shop: Project) -> None:
    shop.sql("100", "CREATE TABLE branch (id int)", "DROP TABLE branch", after="001")
    shop.upgrade("100")
    with release(shop, "002,100"):
        shop.upgrade("heads", ROLLOUT_BACKUP="never")
        assert shop.database.rows("SELECT version_num FROM alembic_version ORDER BY 1") == [("002",), ("100",)]
    with release(shop, "003,100"):
        shop.upgrade("heads", ROLLOUT_BACKUP="never")
    assert shop.database.rows("SELECT version_num FROM alembic_version ORDER BY 1") == [("003",), ("100",)]


def test_an_expand_revision_of_another_branch_does_not_wait(shop: Project) -> None:
    shop.sql("100", "CREATE TABLE branch (id int)", "DROP TABLE branch", after="001")
    with release(shop, "002"):
        shop.upgrade("heads", ROLLOUT_BACKUP="never")
    assert shop.database.rows("SELECT version_num FROM alembic_version ORDER BY 1") == [("002",), ("100",)]


def test_a_database_with_tables_and_no_version_is_in_use(project: Project) -> None:
    project.sql("001", "CREATE TABLE IF NOT EXISTS t001 (id int)", "DROP TABLE t001")
    project.sql("002", "DROP TABLE t001", "CREATE TABLE t001 (id int)", header=CONTRACT)
    project.database.execute("CREATE TABLE t001 (id int)")
    with release(project, "001"):
        project.upgrade()
    assert at(project) == "001"
    assert project.alembic("upgrade", "head").returncode == 0
    assert len(list((project.folder / "backups").glob("*-001-before-upgrade.dump"))) == 1


def test_what_comes_before_it_is_applied(shop: Project) -> None:
    (shop.versions / "003_drop_t001.py").unlink()
    shop.sql("003", "CREATE TABLE more (id int)", "DROP TABLE more")
    shop.sql("004", "DROP TABLE t001", "SELECT 1", header=CONTRACT)
    with release(shop, "002"):
        shop.upgrade(ROLLOUT_BACKUP="never", ROLLOUT_LINT="off")
    assert at(shop) == "003"


def test_an_expand_revision_behind_a_held_one_stops_the_start_before_anything_is_touched(shop: Project) -> None:
    shop.sql("004", "CREATE TABLE more (id int)", "DROP TABLE more")
    with release(shop, "002"):
        done = shop.alembic("upgrade", "head", ROLLOUT_BACKUP="never")
    assert done.returncode == 1
    line = done.stderr.strip().splitlines()[-1]
    assert line.startswith("004 is behind the contract revision 003")
    assert "shop@002 (pid " in line
    assert at(shop) == "002"


def test_contract_refuses_and_names_who_is_connected(shop: Project) -> None:
    with release(shop, "002"):
        done = shop.rollout("contract", ROLLOUT_BACKUP="never")
    assert done.returncode == 1
    assert "003 stays held by shop@002 (pid " in done.stderr
    assert at(shop) == "002"


def test_contract_waits_until_the_last_older_release_has_gone(shop: Project) -> None:
    with ExitStack() as stack:
        stack.enter_context(release(shop, "002"))
        waiting = shop.start("contract", "--wait", "1min", program="alembic-rollout", ROLLOUT_BACKUP="never")
        assert waiting.stderr is not None
        assert "003 is held by shop@002" in waiting.stderr.readline()
    _, said = waiting.communicate(timeout=30)
    assert waiting.returncode == 0, said
    assert at(shop) == "003"


def test_an_empty_database_gets_contract_revisions_at_once(shop: Project) -> None:
    assert shop.alembic("downgrade", "base").returncode == 0
    with release(shop, "002"):
        shop.upgrade()
    assert at(shop) == "003"


def older_image(shop: Project) -> None:
    """Take the newest file away: the database was migrated by a release that is unknown to this code."""
    max(shop.versions.glob("*.py")).unlink()


def test_an_older_image_starts_on_a_database_that_was_only_added_to(shop: Project) -> None:
    (shop.versions / "003_drop_t001.py").unlink()
    shop.sql("003", "CREATE TABLE more (id int)", "DROP TABLE more")
    shop.upgrade()
    older_image(shop)
    done = shop.alembic("upgrade", "head")
    assert done.returncode == 0
    assert "The database is at 003, an unknown revision to this code (at 002)" in done.stderr
    assert shop.rollout("wait", "--timeout", "1s").returncode == 0


def test_an_older_image_refuses_a_database_that_something_was_taken_from(shop: Project) -> None:
    shop.upgrade(ROLLOUT_BACKUP="never")
    older_image(shop)
    done = shop.alembic("upgrade", "head")
    assert done.returncode == 3
    assert "The contract revision 003 removed what this code uses" in done.stderr
    assert shop.rollout("wait", "--timeout", "1s").returncode == 3


def test_an_older_image_refuses_what_a_stamp_has_passed_over(shop: Project) -> None:
    shop.sql("004", "CREATE TABLE more (id int)", "DROP TABLE more")
    assert shop.alembic("stamp", "004").returncode == 0
    older_image(shop)
    older_image(shop)
    done = shop.alembic("upgrade", "head")
    assert done.returncode == 3
    assert "The contract revision 003 removed what this code uses" in done.stderr


def test_an_older_image_refuses_where_nobody_can_tell(shop: Project) -> None:
    shop.database.execute("UPDATE alembic_version SET version_num = 'made_elsewhere'")
    done = shop.alembic("upgrade", "head")
    assert done.returncode == 3
    assert "its history does not say that this code may run there" in done.stderr


def test_a_contract_revision_that_was_taken_back_hinders_no_older_image(shop: Project) -> None:
    shop.upgrade(ROLLOUT_BACKUP="never")
    assert shop.alembic("downgrade", "002").returncode == 0
    older_image(shop)
    assert shop.alembic("upgrade", "head").returncode == 0


def test_an_older_image_does_not_take_back_what_it_does_not_have(shop: Project) -> None:
    shop.upgrade(ROLLOUT_BACKUP="never")
    older_image(shop)
    done = shop.alembic("downgrade", "-1")
    assert done.returncode == 3
    assert "revert it with the release that made it" in done.stderr
