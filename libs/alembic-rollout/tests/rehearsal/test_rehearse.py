"""Rehearse: every pending revision really runs, down and up again, and the live database never notices."""

import re

import pytest
from sample_project import Project
from sqlalchemy import Engine

from alembic_rollout.commands import rehearse as command
from alembic_rollout.errors import DatabaseAheadError, FindingsError, RolloutError, UsageError
from alembic_rollout.project.catalogue import catalogue
from alembic_rollout.rehearsal import round_trip
from rehearsal.rehearsed import MakeEnvironment, Rehearse, rehearsal_databases

ADD_BIO = ("ALTER TABLE profiles ADD COLUMN bio text", "ALTER TABLE profiles DROP COLUMN bio")


def schema(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return catalogue(connection)


def test_pending_revisions_go_up_and_down_and_up(shop: Project, rehearse: Rehearse) -> None:
    shop.sql("002", *ADD_BIO, slug="add_bio", header='phase = "contract"')
    shop.sql("003", "CREATE INDEX ix ON profiles (bio)", "DROP INDEX ix")

    rehearsed = rehearse()

    assert rehearsed.error is None
    document = rehearsed.document
    assert document["start"] == ["001"]
    assert [(one["revision"], one["description"], one["phase"]) for one in document["revisions"]] == [
        ("002", "Add bio", "contract"),
        ("003", "Step", "expand"),
    ]
    ways = [one[way]["duration_ms"] for one in document["revisions"] for way in ("up", "down", "again")]
    assert all(duration >= 0 for duration in ways)
    assert document["failure"] is None
    assert document["after_down"] == document["after_second_up"] == []


def test_the_live_database_stays_as_it_is_and_nothing_is_left_behind(shop: Project, rehearse: Rehearse) -> None:
    shop.sql("002", *ADD_BIO)
    before = schema(shop.database.engine())

    rehearse()

    assert schema(shop.database.engine()) == before
    assert shop.database.rows("SELECT version_num FROM alembic_version") == [("001",)]
    assert rehearsal_databases(shop.database) == set()


def test_from_an_empty_database_the_whole_tree_is_rehearsed(project: Project, rehearse: Rehearse) -> None:
    project.tables(3)

    rehearsed = rehearse()

    assert rehearsed.error is None
    assert rehearsed.document["start"] == []
    assert [one["revision"] for one in rehearsed.document["revisions"]] == ["001", "002", "003"]


def test_only_what_leads_to_the_named_revision_is_rehearsed(shop: Project, rehearse: Rehearse) -> None:
    shop.sql("002", *ADD_BIO)
    shop.sql("003", "SELECT 1 / 0")

    rehearsed = rehearse("002")

    assert rehearsed.error is None
    assert [one["revision"] for one in rehearsed.document["revisions"]] == ["002"]


def test_branches_and_their_merge_are_rehearsed(project: Project, rehearse: Rehearse) -> None:
    project.sql("001", "CREATE TABLE a (id int)", "DROP TABLE a")
    project.sql("002", "ALTER TABLE a ADD COLUMN b int", "ALTER TABLE a DROP COLUMN b")
    project.sql("003", "ALTER TABLE a ADD COLUMN c int", "ALTER TABLE a DROP COLUMN c", after="001")
    merge = project.revision("004")
    merge.write_text(merge.read_text().replace("down_revision = '003'", "down_revision = ('002', '003')"))

    rehearsed = rehearse()

    assert rehearsed.error is None
    assert sorted(one["revision"] for one in rehearsed.document["revisions"]) == ["001", "002", "003", "004"]


def test_a_downgrade_that_leaves_something_behind_is_found_and_named(shop: Project, rehearse: Rehearse) -> None:
    shop.sql("002", *ADD_BIO)
    shop.sql("003", "CREATE INDEX ix ON pets (name); COMMENT ON TABLE pets IS 'cats'", "COMMENT ON TABLE pets IS NULL")
    shop.sql("004", "ALTER TABLE pets ALTER name SET NOT NULL", "ALTER TABLE pets ALTER name DROP NOT NULL")

    shop.sql("005", "DROP INDEX IF EXISTS ix", "CREATE INDEX ix ON pets (name)")
    rehearsed = rehearse()

    assert isinstance(rehearsed.error, FindingsError)
    assert "The downgrade of 003 does not undo what the upgrade did" in str(rehearsed.error)
    left = ["+ index public.ix: CREATE INDEX ix ON public.pets USING btree (name)"]
    assert rehearsed.document["after_down"] == left
    assert [one["not_undone"] for one in rehearsed.document["revisions"]] == [[], left, [], []]


def test_whole_runs_are_compared_where_there_are_too_many_revisions_to_compare_each(
    shop: Project, rehearse: Rehearse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(round_trip, "MOST_COMPARED_ONE_BY_ONE", 1)
    shop.sql("002", *ADD_BIO)
    shop.sql("003", "ALTER TABLE pets ADD COLUMN born date")

    rehearsed = rehearse()

    assert isinstance(rehearsed.error, FindingsError)
    assert rehearsed.document["after_down"] == ["+ column public.pets.born: date"]


def test_a_second_upgrade_that_leads_elsewhere_is_found(shop: Project, rehearse: Rehearse) -> None:
    shop.revision(
        "002",
        'runs.append(1)\nop.execute(f"CREATE TABLE t{len(runs)} ()")',
        'op.execute(f"DROP TABLE t{len(runs)}")',
        header="runs = []",
    )

    rehearsed = rehearse()

    assert isinstance(rehearsed.error, FindingsError)
    assert "The second upgrade leads to another schema" in str(rehearsed.error)
    assert rehearsed.document["after_down"] == []
    changed = [line for line in rehearsed.document["after_second_up"] if " table public.t" in line and ":" not in line]
    assert changed == ["- table public.t1", "+ table public.t2"]


def test_a_revision_that_fails_is_told_with_its_statement(shop: Project, rehearse: Rehearse) -> None:
    shop.sql("002", *ADD_BIO)
    shop.sql("003", "ALTER TABLE profiles DROP COLUMN missing")

    rehearsed = rehearse()

    assert type(rehearsed.error) is RolloutError
    assert str(rehearsed.error).startswith('Upgrading to 003 fails in the rehearsal: column "missing" of relation')
    failure = rehearsed.document["failure"]
    assert (failure["revision"], failure["direction"]) == ("003", "upgrade")
    assert failure["statement"] == "ALTER TABLE profiles DROP COLUMN missing"
    assert rehearsed.revision("002")["up"] is not None
    assert rehearsed.revision("003")["up"] is None
    assert rehearsal_databases(shop.database) == set()


def test_a_statement_that_fails_outside_a_transaction_is_told_too(shop: Project, rehearse: Rehearse) -> None:
    shop.revision(
        "002",
        'with op.get_context().autocommit_block():\n    op.execute("CREATE INDEX CONCURRENTLY ix ON pets (missing)")',
    )

    failure = rehearse().document["failure"]

    assert failure["statement"] == "CREATE INDEX CONCURRENTLY ix ON pets (missing)"


def test_a_downgrade_that_does_not_work_is_told(shop: Project, rehearse: Rehearse) -> None:
    shop.revision("002", 'op.execute("CREATE TABLE t ()")', 'raise NotImplementedError("no way back")')

    rehearsed = rehearse()

    assert str(rehearsed.error) == "Reverting 002 fails in the rehearsal: NotImplementedError: no way back"
    assert rehearsed.document["failure"]["statement"] is None


def test_a_row_that_is_missing_only_in_the_copy_is_said_to_be(shop: Project, rehearse: Rehearse) -> None:
    shop.database.execute("ALTER TABLE pets ADD FOREIGN KEY (profile_id) REFERENCES profiles")
    shop.sql("002", "INSERT INTO pets VALUES (1, 1, 'Tom')", "DELETE FROM pets WHERE id = 1")

    assert "(the copy has no rows" in str(rehearse().error)


def test_a_revision_fails_here_where_the_migrating_role_has_no_right_there(shop: Project, rehearse: Rehearse) -> None:
    with shop.database.connect(shop.database.superuser_url) as superuser:
        superuser.exec_driver_sql("CREATE TABLE theirs (id int)")
    shop.sql("002", "ALTER TABLE theirs ADD COLUMN x int")

    assert "must be owner of table theirs" in str(rehearse().error)


def test_a_materialized_view_can_be_read_and_refreshed(shop: Project, rehearse: Rehearse) -> None:
    shop.database.execute(
        "CREATE MATERIALIZED VIEW ages AS SELECT age, count(*) FROM profiles GROUP BY age;"
        "CREATE UNIQUE INDEX ix_ages ON ages (age)"
    )
    shop.sql("002", "REFRESH MATERIALIZED VIEW CONCURRENTLY ages", "SELECT * FROM ages")

    rehearsed = rehearse()

    assert rehearsed.error is None
    assert rehearsed.locks("002")["ages"][0] == "EXCLUSIVE"


def test_what_the_project_gives_to_configure_counts(
    shop: Project, environment: MakeEnvironment, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.sql("002", *ADD_BIO)
    shop.database.execute("CREATE SCHEMA meta; ALTER TABLE alembic_version SET SCHEMA meta")
    applied: list[str] = []
    made = environment()
    made.options = {
        "version_table_schema": "meta",
        "on_version_apply": lambda step, **_: applied.append(step.up_revision_id),
    }

    command.rehearse_command(made, to="head", as_json=False)

    assert applied == ["002", "002", "002"]


def test_nothing_pending_takes_no_database(shop: Project, rehearse: Rehearse) -> None:
    rehearsed = rehearse(admin_url="")

    assert rehearsed.error is None
    assert rehearsed.document["revisions"] == []


def test_a_database_that_is_ahead_is_not_rehearsed(shop: Project, environment: MakeEnvironment) -> None:
    shop.database.execute("UPDATE alembic_version SET version_num = '009'")

    with pytest.raises(DatabaseAheadError, match=r"at 009, an unknown revision for this code \(at 001\)"):
        command.rehearse_command(environment(), to="head", as_json=True)


def test_several_heads_are_named(shop: Project, environment: MakeEnvironment) -> None:
    shop.sql("002", *ADD_BIO)
    shop.sql("003", "SELECT 1", after="001")

    with pytest.raises(UsageError, match="has 2 heads"):
        command.rehearse_command(environment(), to="head", as_json=True)


def test_psycopg_3_rehearses_as_well(shop: Project, rehearse: Rehearse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATION_DATABASE_URL", shop.database.url.replace("+psycopg2", "+psycopg"))
    shop.sql(
        "002", "ALTER TABLE profiles ADD COLUMN share text DEFAULT '5 %'", "ALTER TABLE profiles DROP COLUMN share"
    )
    shop.revision(
        "003",
        """
        with op.get_context().autocommit_block():
            op.create_index("ix", "pets", ["name"], postgresql_concurrently=True)
        """,
        'op.drop_index("ix")',
    )

    rehearsed = rehearse()

    assert rehearsed.error is None
    assert rehearsed.locks("003") == {"pets": ["SHARE UPDATE EXCLUSIVE"]}


def test_the_report_reads_as_sentences_and_the_exit_status_tells_of_differences(shop: Project) -> None:
    shop.sql(
        "002", "ALTER TABLE profiles ALTER age TYPE bigint", "ALTER TABLE profiles ALTER age TYPE int", slug="widen"
    )
    shop.revision("003", 'print("half way")\nop.execute("CREATE TABLE t ()")', "pass")

    done = shop.rollout("rehearse", ROLLOUT_ADMIN_URL=shop.database.superuser_url)

    assert done.returncode == 4, done.stderr
    assert re.search(r"002 Widen +up +\d+ ms +profiles: ACCESS EXCLUSIVE +profiles *\n", done.stdout)
    assert "The copy had no rows: locks and rewrites are those of the real database" in done.stdout
    assert "After the downgrade: the schema is not what it was before:\n" in done.stdout
    assert "  + table public.t\n" in done.stdout
    assert "half way" not in done.stdout
    assert done.stderr.splitlines()[-1].startswith("The downgrade of 003 does not undo what the upgrade did")
    password = str(shop.database.engine().url.password)
    assert password not in done.stdout + done.stderr


def test_a_failure_ends_with_status_1_and_one_line(shop: Project) -> None:
    shop.sql("002", "SELECT 1 / 0")

    done = shop.rollout("rehearse", ROLLOUT_ADMIN_URL=shop.database.superuser_url)

    assert done.returncode == 1
    assert "The statement that failed: SELECT 1 / 0" in done.stdout
    assert done.stderr.splitlines()[-1] == "Upgrading to 002 fails in the rehearsal: division by zero"


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER DATABASE {database} SET timezone TO 'Asia/Tokyo'",
        "CREATE ROLE {database}_made",
        "DO $$ BEGIN EXECUTE 'CREATE ROLE {database}_made'; END $$",
        "GRANT pg_monitor TO {database}_made",
    ],
)
def test_what_changes_the_whole_server_is_not_tried_out(shop: Project, rehearse: Rehearse, statement: str) -> None:
    statement = statement.format(database=shop.database.name)
    shop.sql("002", statement)

    rehearsed = rehearse()

    assert isinstance(rehearsed.error, RolloutError)
    assert rehearsed.document["failure"]["error"].startswith("this changes the whole server, so it is not rehearsed:")
    roles = f"SELECT count(*) FROM pg_roles WHERE rolname = '{shop.database.name}_made'"  # noqa: S608 - a test's name
    assert shop.database.scalar(roles) == 0
    assert shop.database.scalar("SELECT current_setting('timezone') <> 'Asia/Tokyo'")
