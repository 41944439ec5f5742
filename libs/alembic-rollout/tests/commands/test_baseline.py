"""Baseline: a database that was made by hand is adopted when, and only when, it is what a revision makes."""

import pytest
from alembic.config import Config
from sample_project import Project

from alembic_rollout.commands.baseline import baseline_command
from alembic_rollout.errors import FindingsError, RolloutError, UsageError
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


def baseline(project: Project, revision: str, **settings: object) -> None:
    config = Config(project.ini)
    config.attributes["rollout"] = {"admin_url": project.database.superuser_url, **settings}
    baseline_command(config, revision)


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


def test_without_a_scratch_database_an_older_revision_cannot_be_checked(shop: Project) -> None:
    with pytest.raises(NoScratchDatabaseError, match="ROLLOUT_ADMIN_URL"):
        baseline(shop, "002", admin_url="")
    assert recorded(shop) == []


def test_without_a_scratch_database_the_head_is_compared_with_the_models(shop: Project) -> None:
    (shop.versions / "003_step.py").unlink()
    (shop.folder / "models.py").write_text(MODELS)
    options = {"ROLLOUT_DRIFT_IGNORE": "extension *"}

    done = shop.rollout("baseline", "head", **options)

    assert done.returncode == 0, done.stderr
    assert done.stdout == "The schema is what the models say: recorded as applied.\n"
    assert recorded(shop) == [("002",)]


def test_without_a_scratch_database_drift_from_the_models_is_refused(shop: Project) -> None:
    (shop.versions / "003_step.py").unlink()
    (shop.folder / "models.py").write_text(MODELS)
    shop.database.execute("ALTER TABLE users ADD COLUMN age int")

    done = shop.rollout("baseline", "head", ROLLOUT_DRIFT_IGNORE="extension *")

    assert done.returncode == 4
    assert done.stdout == "table users: column age is in the database and not in the models\n"
    assert "Nothing was recorded" in done.stderr
    assert recorded(shop) == []


def test_a_tree_that_changes_the_whole_server_is_compared_by_its_models(shop: Project) -> None:
    (shop.versions / "003_step.py").unlink()
    (shop.folder / "models.py").write_text(MODELS)
    first = next(shop.versions.glob("001*"))
    role = f"{shop.database.name}_made"
    first.write_text(
        first.read_text().replace(
            "def upgrade() -> None:\n", f'def upgrade() -> None:\n    op.execute("CREATE ROLE {role}")\n'
        )
    )

    done = shop.rollout(
        "baseline", "head", ROLLOUT_DRIFT_IGNORE="extension *", ROLLOUT_ADMIN_URL=shop.database.superuser_url
    )

    assert done.returncode == 0, done.stderr
    assert "Comparing with the models instead." in done.stderr
    assert done.stdout == "The schema is what the models say: recorded as applied.\n"
    assert shop.database.scalar(f"SELECT count(*) FROM pg_roles WHERE rolname = '{role}'") == 0  # noqa: S608
