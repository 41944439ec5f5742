"""Baseline: a database that was made by hand is adopted when, and only when, it is what a revision makes."""

import pytest
from alembic.config import Config
from sample_project import Project

from alembic_rollout.commands.baseline import UNCHECKED, baseline_command
from alembic_rollout.drift.catalogue_drift import catalogue_drift
from alembic_rollout.errors import FindingsError, RolloutError, UsageError
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.scratch.database import NoScratchDatabaseError

INIT_SQL = """
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
    CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch()
"""
MODELS = """
from sqlalchemy import Column, Integer, MetaData, Table, Text

metadata = MetaData()
Table("users", metadata, Column("id", Integer, primary_key=True), Column("email", Text, nullable=False))
"""


@pytest.fixture
def shop(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of three revisions, and a database that an init.sql has made: what the second leads to."""
    project.sql("001", INIT_SQL.replace(", email text NOT NULL", ""), "DROP TABLE users; DROP FUNCTION touch()")
    project.sql("002", "ALTER TABLE users ADD COLUMN email text NOT NULL", "ALTER TABLE users DROP COLUMN email")
    project.sql("003", "ALTER TABLE users ADD COLUMN name text", "ALTER TABLE users DROP COLUMN name")
    project.database.execute(INIT_SQL)
    project.database.execute("INSERT INTO users VALUES (1, 'a@example.org')")
    monkeypatch.setenv("MIGRATION_DATABASE_URL", project.database.url)
    monkeypatch.chdir(project.folder)
    return project


def baseline(project: Project, revision: str, *, unchecked: bool = False, **settings: object) -> None:
    config = Config(project.ini)
    config.attributes["rollout"] = {"admin_url": project.database.superuser_url, **settings}
    baseline_command(config, revision, unchecked=unchecked)


def recorded(project: Project) -> list[tuple[object, ...]]:
    if project.database.scalar("SELECT to_regclass('alembic_version')") is None:
        return []
    return project.database.rows("SELECT version_num FROM alembic_version")


def test_the_revision_that_the_schema_is_at_is_recorded(shop: Project, capsys: pytest.CaptureFixture[str]) -> None:
    baseline(shop, "002")

    assert recorded(shop) == [("002",)]
    assert capsys.readouterr().out == (
        "The schema is what the tree makes at 002: recorded as applied. 1 more to apply: alembic upgrade head.\n"
    )
    assert shop.database.rows("SELECT revision, direction, outcome FROM alembic_rollout_history ORDER BY 1") == [
        ("001", "stamp", "applied"),
        ("002", "stamp", "applied"),
    ]


def test_an_adopted_database_goes_on_with_an_upgrade(shop: Project) -> None:
    adopted = shop.rollout("baseline", "002", ROLLOUT_ADMIN_URL=shop.database.superuser_url)
    assert adopted.returncode == 0, adopted.stderr

    shop.upgrade(ROLLOUT_LINT="off")

    assert shop.database.rows("SELECT id, email, name FROM users") == [(1, "a@example.org", None)]


@pytest.mark.parametrize("revision", ["001", "003", "head"])
def test_another_revision_is_refused_with_every_difference(
    shop: Project, capsys: pytest.CaptureFixture[str], revision: str
) -> None:
    with pytest.raises(FindingsError, match=f"is not what the tree makes at {revision}; lines that differ: 1 "):
        baseline(shop, revision)

    assert (
        capsys.readouterr().out
        == {
            "001": "- column public.users.email: text NOT NULL\n",
            "003": "+ column public.users.name: text\n",
            "head": "+ column public.users.name: text\n",
        }[revision]
    )
    assert recorded(shop) == []


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ("DROP TRIGGER touch ON users", "+ trigger public.users.touch: CREATE TRIGGER touch BEFORE UPDATE"),
        ("CREATE INDEX by_hand ON users (email)", "- index public.by_hand: CREATE INDEX by_hand"),
        (
            "ALTER TABLE users ALTER email SET DEFAULT 'x'",
            "- column public.users.email: text NOT NULL DEFAULT 'x'::text\n+",
        ),
    ],
)
def test_what_models_would_not_tell_counts_too(
    shop: Project, capsys: pytest.CaptureFixture[str], change: str, difference: str
) -> None:
    shop.database.execute(change)

    with pytest.raises(FindingsError):
        baseline(shop, "002")

    assert capsys.readouterr().out.startswith(difference)


def test_privileges_do_not_count(shop: Project) -> None:
    shop.database.execute(f"GRANT ALL ON users TO {shop.database.name}_app WITH GRANT OPTION")

    baseline(shop, "002")

    assert recorded(shop) == [("002",)]


def test_a_database_with_a_revision_is_refused(shop: Project) -> None:
    baseline(shop, "002")

    with pytest.raises(UsageError, match="The database is at 002 already"):
        baseline(shop, "002")


@pytest.mark.parametrize("revision", ["009", "base"])
def test_a_revision_that_the_tree_does_not_have_is_a_matter_of_usage(shop: Project, revision: str) -> None:
    with pytest.raises(UsageError, match=revision):
        baseline(shop, revision)


def test_a_tree_that_does_not_build_is_told(shop: Project) -> None:
    shop.sql("002", "SELECT 1 / 0")

    with pytest.raises(RolloutError, match="cannot be built on an empty database: 002 fails: division by zero"):
        baseline(shop, "002")


@pytest.mark.parametrize("revision", ["002", "head"])
@pytest.mark.parametrize("made", ["all of it", "by create_all"])
def test_without_the_right_to_make_a_database_nothing_is_recorded(shop: Project, revision: str, made: str) -> None:
    (shop.folder / "models.py").write_text(MODELS)
    if made == "by create_all":
        shop.database.execute("DROP TRIGGER touch ON users; DROP FUNCTION touch()")

    done = shop.rollout("baseline", revision)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Nothing was recorded: the schema could not be compared. ")
    assert "Set ROLLOUT_ADMIN_URL to a role that may create databases" in done.stderr
    assert done.stderr.endswith("`baseline --unchecked` records it without a comparison.\n")
    assert recorded(shop) == []


def test_a_tree_that_changes_the_whole_server_is_not_recorded_unchecked(shop: Project) -> None:
    role = f"{shop.database.name}_made"
    first = next(shop.versions.glob("001*"))
    first.write_text(
        first.read_text().replace(
            "def upgrade() -> None:\n", f'def upgrade() -> None:\n    op.execute("CREATE ROLE {role}")\n'
        )
    )

    with pytest.raises(NoScratchDatabaseError, match=r"Nothing was recorded: .* 001 fails: .*--unchecked"):
        baseline(shop, "002")

    assert recorded(shop) == []
    assert shop.database.scalar(f"SELECT count(*) FROM pg_roles WHERE rolname = '{role}'") == 0  # noqa: S608


def test_recording_without_a_comparison_says_so_in_the_history(shop: Project) -> None:
    shop.database.execute("DROP TRIGGER touch ON users")

    done = shop.rollout("baseline", "002", "--unchecked")

    assert done.returncode == 0, done.stderr
    assert done.stdout == ("The schema was not compared: recorded as applied. 1 more to apply: alembic upgrade head.\n")
    assert recorded(shop) == [("002",)]
    assert shop.database.rows("SELECT revision, outcome, error FROM alembic_rollout_history ORDER BY 1") == [
        ("001", "applied", UNCHECKED),
        ("002", "applied", UNCHECKED),
    ]


def test_a_baseline_that_was_compared_says_nothing_of_the_kind(shop: Project) -> None:
    baseline(shop, "002")

    assert shop.database.rows("SELECT DISTINCT error FROM alembic_rollout_history") == [(None,)]


@pytest.mark.parametrize("unchecked", [False, True])
def test_a_baseline_stores_the_catalogue(shop: Project, unchecked: bool) -> None:
    baseline(shop, "002", unchecked=unchecked)
    shop.database.execute("DROP TRIGGER touch ON users")

    with shop.database.connect() as connection:
        compared = catalogue_drift(connection, VersionTable(None, "alembic_version"), "alembic_rollout_history")

    assert compared.revisions == ("002",)
    assert [finding.name for finding in compared.findings] == ["users.touch"]
