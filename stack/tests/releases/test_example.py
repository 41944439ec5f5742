"""The files of the example, as a developer would try them before they ship, and the page that quotes them."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import unified_diff
from pathlib import Path

import pytest
from releases.example import EXAMPLE, SERVICE, Database, Release
from sqlalchemy import text

from stack.paths import ROOT

PAGE = ROOT / "docs/expand-and-contract.md"
QUOTED = re.compile(r"<!-- from (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILES = sorted(path for path in EXAMPLE.rglob("*.py") if "__pycache__" not in path.parts)
COUNT = 50

Make = Callable[[int], Release]


def insert_profiles(database: Database) -> None:
    """Insert profiles as release 1 does."""
    database.rows(
        "INSERT INTO profiles (user_id, first_name)"
        " SELECT gen_random_uuid(), 'name ' || number FROM generate_series(1, :count) AS number",
        count=COUNT,
    )


@contextmanager
def connected(database: Database, name: str) -> Iterator[None]:
    """Keep a connection of an older release while inside."""
    with database.engine().connect() as connection:
        connection.execute(text("SELECT set_config('application_name', :name, false)"), {"name": name})
        yield


def test_the_example_begins_where_the_service_is() -> None:
    """A release of the service that adds revisions or columns has to take the example along: new numbers, new files."""
    versions = sorted(path.name[:3] for path in (SERVICE / "app/db/migrations/versions").glob("[0-9]*.py"))
    assert versions == ["001", "002", "003"]
    models = "app/profiles/models.py"
    old, new = ((folder / models).read_text().splitlines() for folder in (SERVICE, EXAMPLE / "release-2"))
    changed = [line for line in unified_diff(old, new, n=0) if re.match(r"[+-](?![+-])", line)]
    assert [line.split(":")[0].strip("+- ") for line in changed] == ["first_name", "first_name"]
    env = "app/db/migrations/env.py"
    assert (EXAMPLE / "release-3" / env).read_text() == (SERVICE / env).read_text()


def test_the_linter_has_nothing_to_say(make: Make) -> None:
    assert "6 revisions: no findings" in make(3).done("alembic-rollout", "lint", "--all")


def test_a_rehearsal_reverts_and_reapplies_and_finds_no_difference(make: Make) -> None:
    make(1).done("alembic", "upgrade", "head")
    said = make(3).done("alembic-rollout", "rehearse")
    assert "After the downgrade: the schema is what it was before." in said
    assert "After the second upgrade: the schema is what it was after the first." in said


def test_models_and_database_agree_in_release_2_so_that_no_revision_drops_the_old_column_by_accident(
    make: Make,
) -> None:
    second = make(2)
    second.done("alembic", "upgrade", "head")
    second.done("alembic", "check")
    second.done("alembic-rollout", "drift")


def test_models_and_database_agree_in_release_3(make: Make) -> None:
    third = make(3)
    third.done("alembic", "upgrade", "head")
    third.done("alembic-rollout", "drift")


def test_a_jump_from_release_1_to_release_3_holds_the_contract_revision_too(make: Make, database: Database) -> None:
    make(1).done("alembic", "upgrade", "head")
    insert_profiles(database)
    third = make(3)
    with connected(database, "ai-micro-api-user@003"):
        said = third.done("alembic", "upgrade", "head")
    assert "Applied 005" in said
    assert "Contract revision 006 is held while an older release is connected: ai-micro-api-user@003" in said
    assert "Applied 006" in third.done("alembic", "upgrade", "head")


def test_release_1_starts_again_after_release_2_turned_out_bad(make: Make) -> None:
    make(2).done("alembic", "upgrade", "head")
    assert "a newer release only added to it, so this one starts" in make(1).done("alembic", "upgrade", "head")


def test_the_downgrade_restores_column_trigger_and_content_and_can_be_interrupted(
    make: Make, database: Database
) -> None:
    make(1).done("alembic", "upgrade", "head")
    insert_profiles(database)
    third = make(3)
    third.done("alembic", "upgrade", "head")
    third.done("alembic", "downgrade", "005")
    equal = "SELECT count(*) FROM profiles WHERE first_name = given_name AND first_name LIKE 'name %'"
    assert database.rows(equal) == [(COUNT,)]
    # What an interruption leaves: all of the structure, half of the content, the version that it began with.
    with database.engine(database.superuser).connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("UPDATE profiles SET first_name = NULL WHERE length(first_name) = 7"))
        connection.execute(text("UPDATE alembic_version SET version_num = '006'"))
        connection.execute(
            text(
                "UPDATE alembic_rollout_history SET outcome = 'failed'"
                " WHERE id = (SELECT max(id) FROM alembic_rollout_history)"
            )
        )
    third.done("alembic", "downgrade", "005")
    assert database.rows(equal) == [(COUNT,)]
    make(2).done("alembic", "downgrade", "003")
    assert database.rows("SELECT count(*) FROM profiles WHERE first_name LIKE 'name %'") == [(COUNT,)]


@pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.relative_to(EXAMPLE)))
def test_the_page_leads_to_every_file(file: Path) -> None:
    assert f"({file.relative_to(PAGE.parent)})" in PAGE.read_text()


@pytest.mark.parametrize(("path", "quoted"), QUOTED.findall(PAGE.read_text()))
def test_the_page_quotes_files_as_they_are(path: str, quoted: str) -> None:
    assert f"\n{quoted}" in f"\n{(PAGE.parent / path).read_text()}"


def test_every_block_of_python_on_the_page_is_quoted_from_a_file() -> None:
    page = PAGE.read_text()
    assert page.count("```python") == len(QUOTED.findall(page)) > 0
