""" "Applied" is a fact: it is said after the version table and the history were read back."""

import pytest
from alembic import command
from alembic.config import Config
from sample_project import Project

from alembic_rollout.history.attempt import Attempt
from alembic_rollout.upgrade.attempt_record import AttemptRecord

ENDINGS = {
    "Connection.commit": "op.get_bind().commit()",
    "Connection.rollback": "op.get_bind().rollback()",
    "the driver's commit": "op.get_bind().connection.commit()",
    "the driver's rollback": "op.get_bind().connection.rollback()",
    "COMMIT": 'op.execute("COMMIT")',
    "COMMIT, and a new transaction": 'op.execute("COMMIT")\nop.execute("BEGIN")',
    "several statements in one text": 'op.execute("SELECT 1; COMMIT; SELECT 2")',
    "ROLLBACK": 'op.execute("ROLLBACK")',
    "END": 'op.execute("END")',
    "COMMIT AND CHAIN": 'op.execute("COMMIT AND CHAIN")',
}
HONEST = {
    "an autocommit block": "with op.get_context().autocommit_block():\n    op.execute('SELECT 1')",
    "a savepoint of SQLAlchemy's": "with op.get_bind().begin_nested():\n    op.execute('SELECT 1')",
    "a savepoint in SQL": "op.execute('SAVEPOINT s')\nop.execute('RELEASE SAVEPOINT s')",
    "a savepoint that is rolled back": "op.execute('SAVEPOINT s')\nop.execute('ROLLBACK TO SAVEPOINT s')",
    "a setting of the transaction": "op.execute(\"SET LOCAL work_mem = '8MB'\")",
}
COLUMN = 'op.add_column("t001", sa.Column("{0}", sa.Integer()))'
OFF = {"ROLLOUT_LINT": "off", "ROLLOUT_BACKUP": "never"}


def test_a_revision_that_ends_its_own_transaction_fails_with_what_it_left(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    for ending, code in ENDINGS.items():
        database_before = project.database.rows("SELECT attname FROM pg_attribute WHERE attrelid = 't001'::regclass")
        project.revision("002", f"{COLUMN.format('b')}\n{code}\n{COLUMN.format('c')}")
        done = project.alembic("upgrade", "head", **OFF)
        line = done.stderr.strip().splitlines()[-1]
        at = project.database.scalar("SELECT version_num FROM alembic_version")
        assert done.returncode == 1, ending
        assert "Applied 002" not in done.stderr, ending
        assert line.startswith("Upgrading to 002 failed: it ended its own transaction"), (ending, line)
        assert f"the version table says {at}" in line, (ending, line)
        assert project.alembic("upgrade", "head", **OFF).returncode != 0, ending
        project.database.execute("ALTER TABLE t001 DROP COLUMN IF EXISTS b, DROP COLUMN IF EXISTS c")
        project.database.execute("UPDATE alembic_version SET version_num = '001'")
        assert len(database_before) > 0


@pytest.mark.parametrize("place", ["001", "002", "003"])
def test_it_fails_wherever_it_stands(project: Project, place: str) -> None:
    project.tables(3)
    project.sql(place, "CREATE TABLE half (id int); COMMIT", slug=f"create_t{place}")
    done = project.alembic("upgrade", "head", **OFF)
    assert done.returncode == 1
    assert f"Upgrading to {place} failed: it ended its own transaction" in done.stderr


def test_what_only_looks_like_an_end_is_applied(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    for number, (name, code) in enumerate(HONEST.items(), start=2):
        project.revision(f"{number:03d}", code)
        done = project.alembic("upgrade", "head", **OFF)
        assert done.returncode == 0, (name, done.stderr)
        assert f"Applied {number:03d}" in done.stderr


def test_a_version_table_that_says_something_else_after_the_commit_is_no_success(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    project.sql(
        "002",
        """
        CREATE FUNCTION elsewhere() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN UPDATE alembic_version SET version_num = 'elsewhere'; RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER moves AFTER UPDATE ON alembic_version DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.version_num = '002') EXECUTE FUNCTION elsewhere()
        """,
    )
    project.sql("003", "CREATE TABLE later (id int)")
    done = project.alembic("upgrade", "head", **OFF)
    assert done.returncode == 1
    assert "Applied 002" not in done.stderr
    assert "the database is at elsewhere, not at 002 (history: applied)" in done.stderr
    begun = project.database.rows("SELECT revision FROM alembic_rollout_history ORDER BY id")
    assert begun == [("001",), ("002",)]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("import sys\nsys.exit(0)", 1, "the revision called sys.exit(0)"),
        ("import sys\nsys.exit(3)", 1, "the revision called sys.exit(3)"),
        ("raise SystemExit", 1, "the revision called sys.exit()"),
        ("yield", 2, "is a coroutine or a generator, so nothing of it has run"),
    ],
)
def test_a_revision_that_does_not_run_to_its_end_is_not_applied(
    project: Project, body: str, status: int, said: str
) -> None:
    project.revision("001", f'op.execute("CREATE TABLE half (id int)")\n{body}')
    done = project.alembic("upgrade", "head")
    assert done.returncode == status
    assert said in done.stderr.splitlines()[-1]
    assert project.database.scalar("SELECT to_regclass('half') IS NULL")
    assert project.database.rows("SELECT outcome FROM alembic_rollout_history") == [("failed",)]


def test_an_async_revision_is_not_applied(project: Project) -> None:
    path = project.revision("001", 'op.execute("CREATE TABLE half (id int)")')
    path.write_text(path.read_text().replace("def upgrade", "async def upgrade"))
    done = project.alembic("upgrade", "head")
    assert done.returncode == 2
    assert "upgrade() is a coroutine or a generator" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("revision", "said"),
    [("001", "002 was interrupted and is undone."), ("002", "Interrupted after the last revision: all are applied.")],
)
def test_a_signal_just_after_a_revision_was_confirmed_does_not_make_it_undone(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    revision: str,
    said: str,
) -> None:
    confirm = AttemptRecord.confirm

    def confirm_and_be_interrupted(
        record: AttemptRecord, expected: tuple[str, ...], *, following: Attempt | None
    ) -> None:
        now = record.revision
        confirm(record, expected, following=following)
        if now == revision:
            raise KeyboardInterrupt

    monkeypatch.setattr(AttemptRecord, "confirm", confirm_and_be_interrupted)
    monkeypatch.chdir(project.folder)
    monkeypatch.setenv("MIGRATION_DATABASE_URL", project.database.url)
    project.tables(2)
    with caplog.at_level("INFO"), pytest.raises(KeyboardInterrupt):
        command.upgrade(Config("alembic.ini"), "head")
    assert caplog.messages[-1] == said
    rows = project.database.rows("SELECT revision FROM alembic_rollout_history WHERE outcome = 'applied' ORDER BY id")
    assert rows == [("001",), ("002",)][: int(revision)]
