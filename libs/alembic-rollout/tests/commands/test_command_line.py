"""The documented commands as they are typed: numbers of revisions, which database is meant, waiting, several a time."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from databases import Database
from sample_project import Project
from sqlalchemy import make_url

NOWHERE = "postgresql+psycopg2://nobody:local@127.0.0.1:1/nowhere"
MODELS = """
from sqlalchemy import BigInteger, Column, MetaData, Table, Text

metadata = MetaData()
Table("t001", metadata, Column("id", BigInteger, primary_key=True), Column("colour", Text))
"""


def alembic(project: Project, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `alembic` where no variable names a database but those that are given."""
    inherited = {name: value for name, value in project.environment().items() if not name.endswith("DATABASE_URL")}
    return subprocess.run(
        [str(Path(sys.executable).parent / "alembic"), *arguments],
        cwd=project.folder,
        env=inherited | variables,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def ini_names(project: Project, url: str) -> None:
    project.ini.write_text(f"{project.ini.read_text()}sqlalchemy.url = {url.replace('%', '%%')}\n")


@pytest.fixture
def shop(project: Project) -> Project:
    """A project with two revisions."""
    project.tables(2)
    return project


def test_a_new_revision_takes_the_next_number_and_needs_no_database(shop: Project) -> None:
    done = alembic(shop, "revision", "-m", "add a colour")
    assert done.returncode == 0, done.stderr
    content = (shop.versions / "003_add_a_colour.py").read_text()
    assert "revision = '003'" in content
    assert "down_revision = '002'" in content


def test_the_first_revision_of_a_tree_is_001(project: Project) -> None:
    assert alembic(project, "revision", "-m", "begin").returncode == 0
    assert "down_revision = None" in (project.versions / "001_begin.py").read_text()


def test_the_number_follows_the_highest_in_use_and_not_the_number_of_files(shop: Project) -> None:
    shop.sql("041", "SELECT 1", after="002")
    assert alembic(shop, "revision", "-m", "next").returncode == 0
    assert (shop.versions / "042_next.py").exists()


def test_a_chosen_revision_id_wins_over_the_number(shop: Project) -> None:
    assert alembic(shop, "revision", "-m", "chosen", "--rev-id", "900").returncode == 0
    assert (shop.versions / "900_chosen.py").exists()


def test_without_the_setting_new_ids_are_alembics_own(shop: Project) -> None:
    (shop.folder / "pyproject.toml").write_text('[project]\nname = "shop"\n')
    assert alembic(shop, "revision", "-m", "its own").returncode == 0
    (made,) = shop.versions.glob("*_its_own.py")
    assert len(made.name.removesuffix("_its_own.py")) == 12


def test_a_merge_needs_no_database(shop: Project) -> None:
    shop.sql("003", "SELECT 1", after="001", slug="branch")
    done = alembic(shop, "merge", "heads", "-m", "join", "--rev-id", "004", MIGRATION_DATABASE_URL=NOWHERE)
    assert done.returncode == 0, done.stderr
    assert "down_revision = ('002', '003')" in (shop.versions / "004_join.py").read_text()


def test_autogenerate_writes_the_difference_and_leaves_the_history_table_alone(shop: Project) -> None:
    shop.upgrade()
    (shop.folder / "models.py").write_text(MODELS)
    done = alembic(shop, "revision", "--autogenerate", "-m", "models", MIGRATION_DATABASE_URL=shop.database.url)
    assert done.returncode == 0, done.stderr
    content = (shop.versions / "003_models.py").read_text()
    assert 'op.add_column("t001", sa.Column("colour"' in content
    assert 'op.drop_table("t002")' in (shop.versions / "004_models_contract.py").read_text()
    assert "alembic_rollout_history" not in content


def test_autogenerate_refuses_a_database_that_is_behind(shop: Project) -> None:
    shop.upgrade("001")
    done = alembic(shop, "revision", "--autogenerate", "-m", "models", MIGRATION_DATABASE_URL=shop.database.url)
    assert done.returncode != 0
    assert "not up to date" in done.stdout + done.stderr


@pytest.mark.parametrize("variable", ["MIGRATION_DATABASE_URL", "DATABASE_URL"])
def test_a_variable_wins_over_the_file_env_and_that_over_the_ini_file(shop: Project, variable: str) -> None:
    ini_names(shop, NOWHERE)
    (shop.folder / ".env").write_text(f"MIGRATION_DATABASE_URL={NOWHERE}\nDATABASE_URL={NOWHERE}\n")
    done = alembic(shop, "upgrade", "head", **{variable: shop.database.url})
    assert done.returncode == 0, done.stderr
    assert alembic(shop, "current", **{variable: shop.database.url}).stdout == "002 (head)\n"


def test_the_variable_for_migrations_wins_over_the_services(shop: Project) -> None:
    done = alembic(shop, "upgrade", "head", MIGRATION_DATABASE_URL=shop.database.url, DATABASE_URL=NOWHERE)
    assert done.returncode == 0, done.stderr


def test_the_file_env_is_read_where_no_variable_is_set(shop: Project) -> None:
    ini_names(shop, NOWHERE)
    (shop.folder / ".env").write_text(f"DATABASE_URL={NOWHERE}\nMIGRATION_DATABASE_URL={shop.database.url}\n")
    assert alembic(shop, "upgrade", "head").returncode == 0
    assert alembic(shop, "current").stdout == "002 (head)\n"


def test_the_ini_file_is_the_last_resort(shop: Project) -> None:
    ini_names(shop, shop.database.url)
    done = alembic(shop, "upgrade", "head")
    assert done.returncode == 0, done.stderr


def test_the_url_of_a_calling_program_wins_over_everything(shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.folder)
    monkeypatch.setenv("MIGRATION_DATABASE_URL", NOWHERE)
    config = Config(shop.ini)
    config.attributes["url"] = shop.database.url
    command.upgrade(config, "head")
    assert shop.database.scalar("SELECT version_num FROM alembic_version") == "002"


def test_without_any_url_the_error_names_what_to_set(shop: Project) -> None:
    done = alembic(shop, "upgrade", "head")
    assert done.returncode == 2
    assert done.stderr == "No database URL: set MIGRATION_DATABASE_URL, or sqlalchemy.url in alembic.ini.\n"


@pytest.mark.parametrize("arguments", [("upgrade", "head"), ("current",), ("check",)])
def test_a_database_that_does_not_answer_is_waited_for_then_given_up(shop: Project, arguments: tuple[str, ...]) -> None:
    done = alembic(shop, *arguments, MIGRATION_DATABASE_URL=NOWHERE, ROLLOUT_WAIT="1s")
    assert done.returncode == 1
    first, *_, last = done.stderr.splitlines()
    assert "Waiting for postgresql+psycopg2://nobody:***@127.0.0.1:1/nowhere" in first
    assert "did not answer within 1 s (ROLLOUT_WAIT)" in last
    assert "refused" in last
    assert "Traceback" not in done.stderr


def test_a_database_that_comes_up_while_it_is_waited_for_is_migrated(shop: Project) -> None:
    later = f"{shop.database.name}_later"
    url = make_url(shop.database.url).set(database=later).render_as_string(hide_password=False)
    waiting = shop.start("upgrade", "head", MIGRATION_DATABASE_URL=url)
    assert waiting.stderr is not None
    assert f'database "{later}" does not exist' in waiting.stderr.readline()
    superuser = Database(later, url=url, app_url=url, superuser_url=shop.database.superuser_url)
    with superuser.connect(superuser.superuser_url) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {later} OWNER {shop.database.owner}")
    _, said = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, said
    assert superuser.scalar("SELECT version_num FROM alembic_version") == "002"


def test_a_wrong_password_is_not_waited_for_and_not_shown(shop: Project) -> None:
    url = make_url(shop.database.url).set(password="wrong-password").render_as_string(hide_password=False)
    done = alembic(shop, "upgrade", "head", MIGRATION_DATABASE_URL=url, ROLLOUT_WAIT="5min")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "refuses the connection" in line
    assert "password authentication failed" in line
    assert "wrong-password" not in line


def test_four_starts_at_once_on_an_empty_database_all_succeed_and_each_revision_is_applied_once(shop: Project) -> None:
    ended = shop.at_once("upgrade", "head", count=4)
    assert [done.returncode for done in ended] == [0] * 4, [done.stderr for done in ended]
    applied = shop.database.rows("SELECT revision, outcome FROM alembic_rollout_history ORDER BY id")
    assert applied == [("001", "applied"), ("002", "applied")]


def test_a_failing_revision_leaves_nothing_half_done_and_is_applied_once_it_is_mended(shop: Project) -> None:
    shop.revision("003", 'op.execute("CREATE TABLE half_done (id int)")\nop.execute("SELECT 1 / 0")')
    done = shop.alembic("upgrade", "head")
    assert done.returncode == 1
    assert "003 failed: division by zero" in done.stderr.splitlines()[-1]
    assert shop.alembic("current").stdout.strip() == "002"
    assert shop.database.scalar("SELECT to_regclass('half_done')") is None
    shop.sql("003", "CREATE TABLE half_done (id int)", "DROP TABLE half_done")
    shop.upgrade()
    assert shop.database.scalar("SELECT to_regclass('half_done')::text") == "half_done"


def test_an_unknown_setting_is_refused_before_any_database_is_asked(shop: Project) -> None:
    done = alembic(shop, "upgrade", "head", MIGRATION_DATABASE_URL=NOWHERE, ROLLOUT_LOCK_TIMEOUTS="2s")
    assert done.returncode == 2
    assert done.stderr.startswith("ROLLOUT_LOCK_TIMEOUTS: there is no such setting.")


def test_commands_run_from_the_folder_of_the_ini_file_whatever_lies_around_it(shop: Project, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.alembic-rollout]\nnonsense = "x"\n')
    (tmp_path / ".env").write_text(f"MIGRATION_DATABASE_URL={NOWHERE}\n")
    ini_names(shop, shop.database.url)
    assert alembic(shop, "upgrade", "head").returncode == 0
