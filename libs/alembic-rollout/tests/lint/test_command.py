"""`alembic-rollout lint` as people and pipelines run it."""

import json

from sample_project import Project

DROP = {"upgrade": "ALTER TABLE t001 DROP COLUMN note", "downgrade": "ALTER TABLE t001 ADD COLUMN note text"}


def test_only_what_the_database_has_not_applied_is_judged_and_a_finding_ends_with_status_4(project: Project) -> None:
    project.tables(1)
    project.sql("002", "ALTER TABLE t001 ADD COLUMN note text", "ALTER TABLE t001 DROP COLUMN note")
    project.sql("003", **DROP, slug="drop_note")
    project.upgrade("002")

    done = project.rollout("lint")

    assert done.returncode == 4
    assert "migrations/versions/003_drop_note.py:7  contract-in-expand" in done.stdout
    assert done.stdout.endswith("1 revision: 1 finding.\n")
    assert len(done.stderr.strip().splitlines()) == 1
    assert 'accepted = {"contract-in-expand": "why it is safe here"}' in done.stderr


def test_an_accepted_finding_is_listed_with_its_reason_and_the_command_succeeds(project: Project) -> None:
    project.tables(1)
    project.sql("002", **DROP, header='accepted = {"contract-in-expand": "no release reads it"}')

    done = project.rollout("lint")

    assert done.returncode == 0, done.stderr
    assert "002_step.py:8  contract-in-expand  accepted: no release reads it" in done.stdout
    assert "2 revisions: no findings, 1 accepted." in done.stdout


def test_nothing_pending_is_nothing_to_judge(project: Project) -> None:
    project.tables(1)
    project.upgrade()

    done = project.rollout("lint")

    assert (done.returncode, done.stdout) == (0, "0 revisions: no findings.\n")


def test_all_and_since_need_no_database(project: Project) -> None:
    project.tables(1)
    project.sql("002", **DROP)
    nowhere = {"MIGRATION_DATABASE_URL": "postgresql+psycopg2://nobody@127.0.0.1:1/none", "ROLLOUT_WAIT": "100ms"}

    assert project.rollout("lint", "--all", **nowhere).returncode == 4
    assert project.rollout("lint", "--since", "002", **nowhere).returncode == 0
    unreachable = project.rollout("lint", **nowhere)
    assert unreachable.returncode == 1
    assert "did not answer" in unreachable.stderr


def test_a_database_ahead_of_the_code_ends_with_status_3(project: Project) -> None:
    project.tables(2)
    project.upgrade()
    (project.versions / "002_create_t002.py").unlink()

    done = project.rollout("lint")

    assert done.returncode == 3
    assert "The database is at 002, which this code does not have." in done.stderr


def test_unknown_choices_end_with_status_2(project: Project) -> None:
    project.tables(1)

    assert project.rollout("lint", "--since", "999").returncode == 2
    assert project.rollout("lint", "--base", "main").returncode == 2
    assert project.rollout("lint", "--all", "--since", "001").returncode == 2
    assert project.rollout("lint", "--format", "xml").returncode == 2


def test_what_a_revision_prints_does_not_spoil_the_document(project: Project) -> None:
    project.tables(1)
    project.revision("002", 'print("hello")\nop.execute("SELECT 1")')

    done = project.rollout("lint", "--all", "--format", "json")

    assert json.loads(done.stdout)["findings"] == []
    assert "hello" not in done.stdout


def test_an_alembic_ini_that_logs_everything_does_not_spoil_it_either(project: Project) -> None:
    project.tables(3)
    env = project.folder / "migrations/env.py"
    env.write_text(
        "import logging, sys\nlogging.basicConfig(level=logging.INFO, stream=sys.stdout)\n" + env.read_text()
    )

    done = project.rollout("lint", "--all", "--format", "json")

    assert json.loads(done.stdout)["revisions"] == 3


def test_a_rule_that_the_settings_ignore_is_not_applied(project: Project) -> None:
    project.tables(1)
    project.sql("002", **DROP)

    assert project.rollout("lint", "--all", ROLLOUT_LINT_IGNORE="contract-in-expand").returncode == 0
    assert project.rollout("lint", "--all", ROLLOUT_LINT_IGNORE="contract").returncode == 2


def test_an_upgrade_refuses_what_the_linter_finds_before_anything_runs(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    project.sql("002", "CREATE TABLE fine (id int)", "DROP TABLE fine")
    project.sql("003", **DROP)

    done = project.alembic("upgrade", "head")

    assert done.returncode == 4
    assert "003_step.py:7 contract-in-expand" in done.stderr
    assert project.database.scalar("SELECT to_regclass('fine') IS NULL")


def test_rendering_inside_of_a_migration_leaves_its_environment_as_it_was(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    project.revision(
        "002",
        """
        from alembic import context
        assert not context.is_offline_mode()
        op.create_table("a", sa.Column("id", sa.Integer()))
        """,
        'op.drop_table("a")',
        header='accepted = {"cannot-render": "asserts where it runs"}',
    )

    done = project.alembic("upgrade", "head")

    assert done.returncode == 0, done.stderr
    assert project.database.scalar("SELECT to_regclass('a') IS NOT NULL")
