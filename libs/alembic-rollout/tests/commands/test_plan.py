"""`alembic-rollout plan`: what an upgrade would do to the database as it is now."""

import json
from typing import Any

from sample_project import Project

ADD = ("ALTER TABLE t001 ADD COLUMN note text", "ALTER TABLE t001 DROP COLUMN note")
DROP = ("ALTER TABLE t001 DROP COLUMN id", "ALTER TABLE t001 ADD COLUMN id bigint")
CONTRACT = 'phase = "contract"'


def document(project: Project, *arguments: str, status: int = 0, **variables: str) -> dict[str, Any]:
    done = project.rollout("plan", "--json", *arguments, **variables)
    assert done.returncode == status, done.stderr
    plan: dict[str, Any] = json.loads(done.stdout)
    return plan


def test_pending_revisions_are_shown_in_order_with_phase_file_and_sql(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    project.sql("002", *ADD, slug="add_note")
    project.revision(
        "003",
        'operations.create_index_concurrently("ix", "t001", ["note"])',
        'operations.drop_index_concurrently("ix")',
        slug="index_notes",
    )

    done = project.rollout("plan")

    assert done.returncode == 0, done.stderr
    shown = done.stdout.splitlines()
    assert shown[0].endswith("is at 001; 2 revisions to head:")
    assert shown[1:] == [
        "",
        "002  expand  migrations/versions/002_add_note.py  Add note.",
        "    BEGIN;",
        "    ALTER TABLE t001 ADD COLUMN note text;",
        "    COMMIT;",
        "",
        "003  expand  migrations/versions/003_index_notes.py  Index notes.",
        "    -- alembic-rollout: create_index_concurrently",
        "    CREATE INDEX CONCURRENTLY ix ON t001 (note);",
        "",
        "No backup would be taken.",
    ]


def test_nothing_pending_says_so(project: Project) -> None:
    project.tables(1)
    project.upgrade()

    done = project.rollout("plan")

    assert done.returncode == 0
    assert done.stdout.startswith("Nothing is pending: postgresql+psycopg2://")
    assert done.stdout.endswith(" is at 001.\n")
    assert document(project)["revisions"] == []


def test_the_database_is_left_as_it_was_and_its_password_unsaid(project: Project) -> None:
    project.tables(1)

    done = project.rollout("plan")

    assert done.returncode == 0
    assert ":***@" in done.stdout
    assert project.database.rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace") == []


def test_a_goal_before_the_head_ends_the_plan_there(project: Project) -> None:
    project.tables(4)
    project.upgrade("001")

    assert [revision["revision"] for revision in document(project, "--to", "003")["revisions"]] == ["002", "003"]
    assert [revision["revision"] for revision in document(project, "--to", "+1")["revisions"]] == ["002"]
    behind = project.rollout("plan", "--to", "999")
    assert behind.returncode == 2
    assert len(behind.stderr.strip().splitlines()) == 1


def test_findings_and_the_refusal_that_follows_are_shown_and_the_status_is_that_of_the_refusal(
    project: Project,
) -> None:
    project.tables(1)
    project.upgrade()
    project.sql("002", *DROP)

    done = project.rollout("plan")

    refusal = "Pending revisions are not safe: 002_step.py:7 contract-in-expand: Drops column id of t001: the previous"
    assert done.returncode == 4 == project.alembic("upgrade", "head").returncode
    assert "  migrations/versions/002_step.py:7  contract-in-expand\n    Drops column id of t001:" in done.stdout
    assert done.stderr.splitlines()[-1].startswith(refusal)
    assert "The upgrade would be refused, and nothing would be changed." in done.stdout
    plan = document(project, status=4)
    assert plan["refusal"].startswith(refusal)
    assert plan["revisions"][0]["findings"][0]["rule"] == "contract-in-expand"
    assert document(project, ROLLOUT_LINT="warn")["refusal"] is None


def test_a_backup_is_announced_where_data_may_be_lost_and_the_policy_wants_one(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    project.sql("002", *ADD)
    project.sql("003", *DROP, header=CONTRACT)

    plan = document(project)
    assert plan["backup"] == "003 may destroy data"
    assert [revision["destructive"] for revision in plan["revisions"]] == [False, True]
    assert document(project, ROLLOUT_BACKUP="never")["backup"] is None
    assert document(project, "--to", "002")["backup"] is None
    assert document(project, "--to", "002", ROLLOUT_BACKUP="always")["backup"] == "the policy is to take one always"


def test_what_cannot_be_shown_says_why_and_counts_as_destructive(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    project.revision("002", 'op.execute("SELECT 1")\nop.get_bind().execute(sa.text("SELECT 2")).all()')

    done = project.rollout("plan")

    assert "    SELECT 1;" in done.stdout
    assert "A real run may do more or something else: the result of a query" in done.stdout
    assert document(project, status=4)["backup"] == "002 may destroy data"


def test_an_empty_database_has_nobody_to_hurt(project: Project) -> None:
    project.tables(1)
    project.sql("002", *DROP, header=CONTRACT)

    plan = document(project)

    assert plan["current"] == []
    assert (plan["backup"], plan["refusal"]) == (None, None)
    assert [revision["findings"] for revision in plan["revisions"]] == [[], []]
    assert "The database is empty:" in project.rollout("plan").stdout


def test_a_contract_revision_that_an_older_release_holds_says_by_whom(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    project.sql("002", *ADD)
    project.sql("003", *DROP, header=CONTRACT)
    engine = project.database.engine(f"{project.database.app_url}?application_name=shop@001")

    with engine.connect():
        plan = document(project)
        shown = project.rollout("plan").stdout
        project.sql("004", "CREATE TABLE later (id int)", "DROP TABLE later")
        stranded = document(project, status=1)
        assert project.alembic("upgrade", "head").returncode == 1

    assert [bool(revision["held_by"]) for revision in plan["revisions"]] == [False, True]
    assert "shop@001" in plan["revisions"][1]["held_by"][0]
    assert "Held now, while an older release is connected: shop@001" in shown
    assert plan["backup"] is None, "what is held destroys nothing now"
    assert plan["refusal"] is None
    assert stranded["refusal"].startswith(
        "004 is behind the contract revision 003, which is held, and cannot be skipped to"
    )


def test_a_database_ahead_of_the_code_by_expand_revisions_has_nothing_pending(project: Project) -> None:
    project.tables(2)
    project.upgrade()
    (project.versions / "002_create_t002.py").unlink()

    done = project.rollout("plan")

    assert done.returncode == 0, done.stderr
    assert " is at 002." in done.stdout


def test_several_heads_are_a_mistake_of_usage(project: Project) -> None:
    project.tables(1)
    project.revision("002", after=None)

    assert project.rollout("plan").returncode == 2
