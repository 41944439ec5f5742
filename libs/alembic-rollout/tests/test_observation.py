"""What a service shows of its migrations, read as the application's role."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sample_project import Project
from sqlalchemy import create_engine, make_url, pool

from alembic_rollout.observation import DRIFT_SECONDS, Migrations, MigrationStatus
from alembic_rollout.postgres.run_lock import run_lock
from alembic_rollout.releases.schema import Schema

See = Callable[[], MigrationStatus]


class Clock:
    now = 0.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def migrations(project: Project, clock: Clock) -> Migrations:
    project.tables(2)
    project.upgrade()
    return Migrations(Schema(project.ini), now=lambda: clock.now)


@pytest.fixture
def see(project: Project, migrations: Migrations) -> See:
    """Read the status as the application's role."""

    def read() -> MigrationStatus:
        with project.database.connect(project.database.app_url) as connection:
            return migrations.status(connection)

    return read


@pytest.fixture
def old_release(project: Project) -> Iterator[None]:
    url = make_url(project.database.app_url)
    engine = create_engine(url, poolclass=pool.NullPool, connect_args={"application_name": "shop@002"})
    with engine.connect():
        yield


def test_at_the_head_nothing_is_pending_and_the_last_attempt_is_named(see: See) -> None:
    seen = see()
    assert (seen.service, seen.current, seen.head, seen.required, seen.ready) == ("shop", "002", "002", "002", True)
    assert (seen.pending, seen.migrating, seen.changed_files) == ((), None, ())
    assert seen.last_attempt is not None
    assert (seen.last_attempt.revision, seen.last_attempt.outcome) == ("002", "applied")
    assert seen.drift is not None
    assert (seen.drift.compared, seen.drift.changes) == (True, ())


def test_a_held_revision_is_shown_with_who_holds_it_and_since_when(project: Project, old_release: None) -> None:
    assert old_release is None
    project.tables(2)
    project.upgrade()
    project.sql(
        "003",
        "DROP TABLE t001",
        "CREATE TABLE t001 (id bigint PRIMARY KEY)",
        header='phase = "contract"',
        slug="drop_t001",
    )
    project.upgrade(ROLLOUT_BACKUP="never")
    with project.database.connect(project.database.app_url) as connection:
        seen = Migrations(Schema(project.ini)).status(connection)
    (pending,) = seen.pending
    assert (pending.revision, pending.phase) == ("003", "contract")
    assert pending.title
    assert pending.held_by[0].startswith("shop@002 (pid ")
    assert pending.held_since is not None
    assert datetime.now(UTC) - pending.held_since < timedelta(minutes=5)
    assert [release.name for release in seen.releases] == ["shop@002"]
    assert seen.ready


def test_a_revision_is_not_held_before_an_upgrade_came_to_it(project: Project, migrations: Migrations) -> None:
    assert migrations is not None
    project.sql("003", "ALTER TABLE t001 ADD COLUMN note text", "ALTER TABLE t001 DROP COLUMN note")
    with project.database.connect(project.database.app_url) as connection:
        seen = Migrations(Schema(project.ini)).status(connection)
    (pending,) = seen.pending
    assert (pending.revision, pending.held_by, pending.held_since) == ("003", (), None)
    assert not seen.ready


def test_while_a_process_migrates_its_attempt_is_running_and_nothing_waits_for_its_locks(
    project: Project, see: See
) -> None:
    environment = Schema(project.ini).environment
    with (
        project.database.engine().connect() as blocker,
        run_lock(project.database.engine(), environment.version_table, seconds=5),
    ):
        blocker.exec_driver_sql("LOCK TABLE t001 IN ACCESS EXCLUSIVE MODE")
        project.database.execute(
            "INSERT INTO alembic_rollout_history (revision, direction, phase, outcome, error, lock_wait_ms, attempts,"
            " host, os_user) VALUES ('003', 'upgrade', 'expand', 'failed',"
            " 'interrupted: the process ended before it could say why', 0, 1, 'here', 'me')"
        )
        answered: list[MigrationStatus] = []
        reader = threading.Thread(target=lambda: answered.append(see()))
        reader.start()
        reader.join(timeout=30)
        (seen,) = answered
    assert seen.migrating is not None
    assert seen.last_attempt is not None
    assert (seen.last_attempt.outcome, seen.last_attempt.error) == ("running", None)
    assert seen.drift is not None
    assert (seen.drift.compared, seen.drift.reason) == (False, "a migration is under way")
    assert see().last_attempt.outcome == "failed"  # type: ignore[union-attr]  # there is one


def test_what_blocks_a_migration_is_named_to_a_role_that_may_not_read_its_query(project: Project, see: See) -> None:
    project.sql("003", "ALTER TABLE t001 ADD COLUMN note text", "ALTER TABLE t001 DROP COLUMN note")
    with project.database.engine().connect() as blocker:
        blocker.exec_driver_sql("SELECT FROM t001")
        pid = blocker.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        process = project.start("upgrade", "head", ROLLOUT_LOCK_TIMEOUT="10s")
        while not (seen := see()).blocked_by:
            assert process.poll() is None, process.communicate()
        status = project.rollout("status").stdout
    process.communicate()
    assert process.returncode == 0
    assert seen.migrating is not None
    assert [session.split(",")[0] for session in seen.blocked_by] == [f"pid {pid}"]
    assert f"blocked by     pid {pid}, " in status
    assert see().blocked_by == ()


def test_drift_is_seen_half_a_minute_later(project: Project, see: See, clock: Clock) -> None:
    see()
    project.database.execute("ALTER TABLE t001 ADD COLUMN sneaked_in text")
    assert changes(see()) == []
    clock.now = DRIFT_SECONDS + 1
    assert changes(see()) == ["t001.sneaked_in"]


def changes(seen: MigrationStatus) -> list[str]:
    assert seen.drift is not None
    return [change.name for change in seen.drift.changes]


def test_the_history_is_read_page_by_page_and_counted(project: Project, migrations: Migrations) -> None:
    project.alembic("downgrade", "base")
    with project.database.connect(project.database.app_url) as connection:
        assert migrations.count(connection) == 4
        first = migrations.history(connection, limit=3)
        rest = migrations.history(connection, before=first[-1].id, limit=3)
    assert [(row.revision, row.direction) for row in (*first, *rest)] == [
        ("001", "downgrade"),
        ("002", "downgrade"),
        ("002", "upgrade"),
        ("001", "upgrade"),
    ]


def test_an_empty_database_has_no_history_and_all_is_pending(project: Project) -> None:
    project.tables(2)
    migrations = Migrations(Schema(project.ini))
    with project.database.connect(project.database.app_url) as connection:
        seen = migrations.status(connection)
        assert migrations.history(connection) == []
        assert migrations.count(connection) == 0
    assert (seen.current, [pending.revision for pending in seen.pending], seen.ready) == (None, ["001", "002"], False)
    assert seen.last_attempt is None


@pytest.fixture
def of_release(project: Project, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Migrations]:
    """Return what a service of the release in the project's folder reads: started there, with its environment."""
    monkeypatch.chdir(project.folder)
    for name, value in project.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MIGRATION_DATABASE_URL", project.database.app_url)
    return lambda: Migrations(Schema(project.ini))


def test_a_revision_is_shown_with_its_sql_its_locks_and_what_the_linter_finds(
    project: Project, migrations: Migrations, of_release: Callable[[], Migrations]
) -> None:
    project.revision(
        "003",
        'op.add_column("t001", sa.Column("note", sa.Text()))\nop.create_index("t001_note", "t001", ["note"])',
        'op.drop_index("t001_note")\nop.drop_column("t001", "note")',
        slug="add_note",
    )
    facts = of_release().revision("003")
    assert (facts.down_revision, facts.phase, facts.file) == ("002", "expand", "003_add_note.py")
    assert [statement.sql for statement in facts.upgrade.statements] == [
        "ALTER TABLE t001 ADD COLUMN note TEXT",
        "CREATE INDEX t001_note ON t001 (note)",
    ]
    modes = [[(lock.table, lock.mode) for lock in statement.locks] for statement in facts.upgrade.statements]
    assert modes == [[("t001", "ACCESS EXCLUSIVE")], [("t001", "SHARE")]]
    assert [finding.rule for finding in facts.findings] == ["require-concurrent-index-creation"]


def test_a_revision_that_cannot_be_read_whole_says_so(
    project: Project, migrations: Migrations, of_release: Callable[[], Migrations]
) -> None:
    project.revision("003", 'print(op.get_bind().execute(sa.text("SELECT 1")).scalar_one())', slug="ask")
    facts = of_release().revision("003")
    assert facts.upgrade.note


def test_a_table_that_a_revision_makes_itself_is_not_shown_as_locked(
    migrations: Migrations, of_release: Callable[[], Migrations]
) -> None:
    (statement,) = of_release().revision("001").upgrade.statements
    assert statement.locks == ()


def test_a_revision_that_is_not_there_is_a_key_error(migrations: Migrations) -> None:
    with pytest.raises(KeyError):
        migrations.revision("999")


def test_the_history_of_one_revision_leaves_out_the_others(project: Project, migrations: Migrations) -> None:
    with project.database.connect(project.database.app_url) as connection:
        assert [row.revision for row in migrations.history(connection, revision="001")] == ["001"]
        assert migrations.count(connection, revision="001") == 1
        assert migrations.count(connection) == 2


@pytest.mark.usefixtures("old_release")
def test_the_plan_says_what_an_upgrade_would_run_and_what_it_would_hold(
    project: Project, migrations: Migrations, of_release: Callable[[], Migrations]
) -> None:
    project.revision("003", 'op.add_column("t002", sa.Column("note", sa.Text()))', 'op.drop_column("t002", "note")')
    project.revision("004", 'op.drop_table("t001")', header='phase = "contract"')
    with project.database.connect(project.database.app_url) as connection:
        plan = of_release().plan(connection)
    assert (plan.current, plan.runs, plan.held) == ("002", ("003",), ("004",))
    assert plan.refusal is None


def test_the_plan_says_why_an_upgrade_would_be_refused(
    project: Project, migrations: Migrations, of_release: Callable[[], Migrations]
) -> None:
    project.revision("003", 'op.create_index("t001_id", "t001", ["id"])', 'op.drop_index("t001_id")')
    project.database.execute("INSERT INTO t001 SELECT generate_series(1, 20000)")
    project.database.execute("ANALYZE t001")
    with project.database.connect(project.database.app_url) as connection:
        plan = of_release().plan(connection)
    assert plan.runs == ()
    assert plan.refusal is not None
    assert "require-concurrent-index-creation" in plan.refusal
