"""The pages about the library say what the code does: helpers can be called as shown, files that are named exist."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy

import alembic_rollout
from alembic_rollout import operations

DOCS = Path(__file__).parents[4] / "docs"
PACKAGE = Path(alembic_rollout.__file__).parent
README = Path(__file__).parents[2] / "README.md"
HELPERS = (DOCS / "writing-revisions.md").read_text()
UPGRADE = (DOCS / "how-an-upgrade-runs.md").read_text()
NAMED_FILES = [name for name in re.findall(r"`([\w/]+\.py)`", UPGRADE.partition("\n## ")[0]) if name != "env.py"]
MOST_WORDS = 2000


def test_the_readme_is_read_in_ten_minutes() -> None:
    assert len(README.read_text().split()) < MOST_WORDS


def test_the_page_of_an_upgrade_names_its_files() -> None:
    assert {"running.py", "upgrade/command_sequence.py", "upgrade/decision.py", "upgrade/step_runner.py"} <= set(
        NAMED_FILES
    )


@pytest.mark.parametrize("name", NAMED_FILES)
def test_every_file_that_the_page_of_an_upgrade_names_exists(name: str) -> None:
    assert (PACKAGE / name).is_file()


def test_every_file_of_the_room_upgrade_is_named_or_serves_one_that_is() -> None:
    files = {f"upgrade/{path.name}" for path in (PACKAGE / "upgrade").glob("*.py")}
    helpers = {
        "upgrade/__init__.py",
        "upgrade/bookkeeping.py",
        "upgrade/migration_steps.py",
        "upgrade/standing_checks.py",
    }
    assert files - set(NAMED_FILES) <= helpers


def test_every_helper_for_revisions_is_shown_and_explained() -> None:
    shown = {name for name in operations.__all__ if f"operations.{name}(" in HELPERS}
    rows = [line.split("|")[1] for line in HELPERS.splitlines() if line.startswith("| `")]
    assert shown == {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(operations.__all__)


def test_the_helpers_are_shown_as_they_can_be_called() -> None:
    [block] = re.findall(r"```python\n(from alembic_rollout import operations\n.*?)```", HELPERS, re.DOTALL)
    called = []

    def stand_in(name: str) -> Callable[..., None]:
        def call(*positional: object, **named: object) -> None:
            inspect.signature(getattr(operations, name)).bind(*positional, **named)
            called.append(name)

        return call

    helpers = SimpleNamespace(**{name: stand_in(name) for name in operations.__all__})
    exec(block.partition("\n")[2], {"operations": helpers, "sa": sqlalchemy})  # noqa: S102 - our page
    assert set(called) == set(operations.__all__)
