"""Upgrades, downgrades and stamps: what they leave in the database and in its history."""

import re

import pytest
from sample_project import Project

HISTORY = "SELECT revision, direction, outcome, attempts, error FROM alembic_rollout_history ORDER BY id"


def test_every_revision_gets_a_row_with_what_an_operator_asks_for(project: Project) -> None:
    project.tables(2)
    project.upgrade()
    rows = project.database.rows(
        "SELECT revision, direction, phase, outcome, duration_ms >= 0, lock_wait_ms >= 0, attempts, error, statement,"
        " length(checksum), app_version, host <> '', os_user <> '', db_user = current_user, backup,"
        " started_at > now() - interval '1 minute' FROM alembic_rollout_history ORDER BY id"
    )
    same = ("upgrade", "expand", "applied", True, True, 1, None, None, 64, "1.2.3", True, True, True, None, True)
    assert rows == [("001", *same), ("002", *same)]


def test_a_failing_revision_is_undone_the_one_before_it_stays_and_the_history_says_why(project: Project) -> None:
    project.tables(1)
    project.revision("002", 'op.execute("CREATE TABLE half (id int)")\nop.execute("SELECT 1 / 0")')
    done = project.alembic("upgrade", "head")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1] == "Upgrading to 002 failed: division by zero"
    assert "Traceback" not in done.stderr
    assert project.database.scalar("SELECT to_regclass('half') IS NULL")
    assert project.database.scalar("SELECT version_num FROM alembic_version") == "001"
    assert project.database.rows(f"{HISTORY} OFFSET 1") == [("002", "upgrade", "failed", 1, "division by zero")]
    assert (
        project.database.scalar("SELECT statement FROM alembic_rollout_history WHERE outcome = 'failed'")
        == "SELECT 1 / 0"
    )


def test_an_error_of_python_names_the_line_of_the_revision(project: Project) -> None:
    project.revision("001", "nothing_of_that_name()")
    done = project.alembic("upgrade", "head")
    assert done.returncode == 1
    line = done.stderr.strip().splitlines()[-1]
    assert re.search(r"001_step\.py:\d+: NameError: name 'nothing_of_that_name' is not defined", line)


def test_raiseerr_shows_the_traceback_that_a_developer_wants(project: Project) -> None:
    project.revision("001", "nothing_of_that_name()")
    assert "Traceback" in project.alembic("--raiseerr", "upgrade", "head").stderr


def test_a_downgrade_is_recorded_and_takes_back_one_revision(project: Project) -> None:
    project.tables(2)
    project.upgrade()
    assert project.alembic("downgrade", "-1").returncode == 0
    assert project.database.scalar("SELECT version_num FROM alembic_version") == "001"
    assert project.database.rows(f"{HISTORY} OFFSET 2") == [("002", "downgrade", "applied", 1, None)]


def test_downgrade_to_base_and_up_again_leaves_the_tables_and_all_the_history(project: Project) -> None:
    project.tables(2)
    project.upgrade()
    assert project.alembic("downgrade", "base").returncode == 0
    project.upgrade()
    up, down = [("001", "upgrade"), ("002", "upgrade")], [("002", "downgrade"), ("001", "downgrade")]
    assert [row[:2] for row in project.database.rows(HISTORY)] == [*up, *down, *up]


def test_a_stamp_is_recorded_and_runs_nothing(project: Project) -> None:
    project.tables(2)
    assert project.alembic("stamp", "002").returncode == 0
    assert sorted(map(tuple, project.database.rows(HISTORY))) == [
        ("001", "stamp", "applied", 1, None),
        ("002", "stamp", "applied", 1, None),
    ]
    assert project.database.scalar("SELECT to_regclass('t001') IS NULL")
    assert "At 002 already" in project.alembic("upgrade", "head").stderr


def test_purging_the_version_table_leaves_the_stamped_revision_alone(project: Project) -> None:
    project.tables(2)
    project.upgrade()
    project.database.execute("UPDATE alembic_version SET version_num = 'gone'")
    assert project.alembic("stamp", "--purge", "001").returncode == 0
    assert project.database.rows("SELECT version_num FROM alembic_version") == [("001",)]
    assert project.alembic("stamp", "--purge", "base").returncode == 0
    assert project.database.rows("SELECT version_num FROM alembic_version") == []


@pytest.mark.parametrize("target", ["+1", "001", "002", "heads"])
def test_alembics_ways_to_name_a_revision_work(project: Project, target: str) -> None:
    project.tables(2)
    project.upgrade(target)
    expected = "001" if target in ("+1", "001") else "002"
    assert project.database.scalar("SELECT version_num FROM alembic_version") == expected


def test_current_check_and_offline_sql_work_and_write_no_history(project: Project) -> None:
    project.tables(1)
    sql = project.alembic("upgrade", "head", "--sql")
    assert "CREATE TABLE t001" in sql.stdout
    assert "alembic_rollout_history" not in sql.stdout
    assert project.database.scalar("SELECT to_regclass('alembic_version') IS NULL")
    project.upgrade()
    assert project.alembic("current").stdout.strip() == "001 (head)"
    (project.folder / "models.py").write_text(
        "import sqlalchemy as sa\nmetadata = sa.MetaData()\n"
        "sa.Table('t001', metadata, sa.Column('id', sa.BigInteger, primary_key=True))\n"
    )
    assert project.alembic("check").returncode == 0, "the history table is no drift"


def test_a_list_of_the_revisions_needs_no_database(project: Project) -> None:
    project.tables(2)
    nowhere = {"MIGRATION_DATABASE_URL": "postgresql+psycopg2://nobody@127.0.0.1:1/nowhere", "ROLLOUT_WAIT": "100ms"}
    done = project.alembic("history", **nowhere)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "001 -> 002 (head), Create t002.")
    assert project.alembic("history", "--indicate-current", **nowhere).returncode == 1
    project.upgrade()
    assert "(current)" in project.alembic("history", "-i").stdout


def test_an_autocommit_block_really_runs_outside_of_a_transaction(project: Project) -> None:
    project.tables(1)
    project.revision(
        "002",
        """
        with op.get_context().autocommit_block():
            op.create_index("ix_t001", "t001", ["id"], postgresql_concurrently=True)
        op.execute("CREATE TABLE after_it (id int)")
        """,
    )
    project.upgrade()
    assert project.database.scalar("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_t001'::regclass")
    assert project.database.scalar("SELECT to_regclass('after_it') IS NOT NULL")


@pytest.mark.parametrize("block", [False, True])
def test_both_timeouts_are_in_force_inside_and_outside_of_transactions(project: Project, block: bool) -> None:
    settings = "current_setting('lock_timeout') l, current_setting('statement_timeout') s"
    body = f'op.execute("CREATE TABLE seen AS SELECT {settings}")'
    if block:
        body = f"with op.get_context().autocommit_block():\n    {body}"
    project.revision("001", body)
    project.upgrade(ROLLOUT_LOCK_TIMEOUT="1500ms", ROLLOUT_STATEMENT_TIMEOUT="45s")
    assert project.database.rows("SELECT l, s FROM seen") == [("1500ms", "45s")]


def test_neither_timeout_cuts_what_may_take_long_and_blocks_nobody(project: Project) -> None:
    # VALIDATE runs the condition for every row: 200 times 10 ms, against a limit of half a second.
    project.revision(
        "001",
        """
        op.execute(
            "CREATE FUNCTION slow(int) RETURNS bool LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(.01); RETURN true; END'"
        )
        op.execute("CREATE TABLE t AS SELECT generate_series(1, 200) AS n")
        op.execute("ALTER TABLE t ADD CONSTRAINT c CHECK (slow(n)) NOT VALID")
        op.execute("ALTER TABLE t VALIDATE CONSTRAINT c")
        op.execute("CREATE TABLE seen AS SELECT current_setting('statement_timeout') s")
        """,
    )
    project.upgrade(ROLLOUT_STATEMENT_TIMEOUT="500ms")
    assert project.database.scalar("SELECT s FROM seen") == "500ms", "and it is put back afterwards"


def test_a_statement_that_takes_too_long_is_undone_with_the_remedy(project: Project) -> None:
    project.sql("001", "SELECT pg_sleep(30)")
    done = project.alembic("upgrade", "head", ROLLOUT_STATEMENT_TIMEOUT="200ms")
    assert done.returncode == 1
    assert "canceling statement due to statement timeout (limit 200 ms)" in done.stderr
    assert "operations.backfill" in done.stderr


def test_a_revision_may_set_a_limit_of_its_own(project: Project) -> None:
    project.sql("001", "SELECT pg_sleep(0.5)", header='statement_timeout = "10s"')
    project.upgrade(ROLLOUT_STATEMENT_TIMEOUT="200ms")


def test_a_program_that_calls_alembics_commands_gets_an_exception_and_not_the_end_of_its_process(
    project: Project,
) -> None:
    project.sql("001", "SELECT 1 / 0")
    script = (
        "from alembic import command\nfrom alembic.config import Config\nfrom alembic_rollout import RolloutError\n"
        "try:\n    command.upgrade(Config('alembic.ini'), 'head')\n"
        "except RolloutError as error:\n    print('caught', error)\n"
    )
    done = project.run("-c", script, program="python")
    assert done.stdout.strip() == "caught Upgrading to 001 failed: division by zero"


def test_env_py_that_names_models_which_are_not_there_says_so(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    (project.folder / "migrations/env.py").write_text("from alembic_rollout import run\nrun('models:nothing')\n")
    done = project.alembic("check")
    assert done.returncode == 2
    assert "env.py names 'models:nothing'" in done.stderr


def test_a_url_for_another_database_system_is_refused(project: Project) -> None:
    project.tables(1)
    done = project.alembic("upgrade", "head", MIGRATION_DATABASE_URL="mysql://root@localhost/x")
    assert done.returncode == 2
    assert "alembic-rollout migrates PostgreSQL; MIGRATION_DATABASE_URL is a URL for mysql." in done.stderr


def test_who_may_write_rows_by_default_may_only_read_the_history(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    with project.database.connect(project.database.app_url) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM alembic_rollout_history").scalar() == 1
        rights = "SELECT has_table_privilege('alembic_rollout_history', 'INSERT, UPDATE, DELETE, TRUNCATE')"
        assert connection.exec_driver_sql(rights).scalar() is False


def test_a_tree_with_a_dependency_has_nothing_to_do_once_it_is_applied(project: Project) -> None:
    project.sql("001", "CREATE TABLE a (id int)", "DROP TABLE a", header='branch_labels = ("a",)')
    project.revision("100", 'op.execute("CREATE TABLE b (id int)")', after=None)
    project.revision("101", 'op.execute("ALTER TABLE b ADD c int")', after="100", header='depends_on = "001"')
    project.upgrade("heads")
    assert project.database.rows("SELECT version_num FROM alembic_version") == [("101",)], "as Alembic keeps it"
    assert "At 101 already: nothing to do." in project.alembic("upgrade", "heads").stderr
    assert project.rollout("wait", "--timeout", "0s").returncode == 0


def test_one_transaction_for_all_revisions_is_refused(project: Project) -> None:
    project.tables(1)
    env_py = project.folder / "migrations/env.py"
    env_py.write_text(
        env_py.read_text().replace("run(target_metadata)", "run(target_metadata, transaction_per_migration=False)")
    )
    done = project.alembic("upgrade", "head")
    assert done.returncode == 2
    assert "transaction_per_migration=False to run(): every revision has its own transaction here" in done.stderr


def test_a_validation_gives_way_while_its_transaction_holds_other_locks(project: Project) -> None:
    project.tables(2)
    project.upgrade()
    project.database.execute("ALTER TABLE t002 ADD CONSTRAINT ck CHECK (id > 0) NOT VALID")
    project.revision(
        "003",
        'op.add_column("t001", sa.Column("note", sa.Text()))\nop.execute("ALTER TABLE t002 VALIDATE CONSTRAINT ck")',
    )
    with project.database.engine().begin() as other:
        other.exec_driver_sql("LOCK TABLE t002 IN SHARE UPDATE EXCLUSIVE MODE")
        done = project.alembic(
            "upgrade", "head", ROLLOUT_LINT="off", ROLLOUT_LOCK_TIMEOUT="100ms", ROLLOUT_LOCK_RETRY_FOR="200ms"
        )
    assert done.returncode == 1
    assert "no lock after" in done.stderr.splitlines()[-1]
