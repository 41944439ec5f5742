"""docs/reference is what `make reference` writes now, and what it writes is what the code does."""

import re
import tomllib
from pathlib import Path

import pytest
import reference

from alembic_rollout.commands.verbs import VERBS
from alembic_rollout.lint.rules import RULES
from alembic_rollout.settings import PREFIX, Settings, load_settings

PAGES = reference.pages()


def cells(page: str, heading: str) -> list[list[str]]:
    """Return the rows of the table under a heading line, each cell without its quotes."""
    rows = page.partition(heading)[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_stale(name: str) -> None:
    assert (reference.FOLDER / name).read_text() == PAGES[name], "run `make reference`"


def test_no_page_is_left_of_an_earlier_time() -> None:
    of_others = {path.name for path in reference.FOLDER.iterdir() if "from the services" in path.read_text()}
    assert {path.name for path in reference.FOLDER.iterdir()} - of_others == set(PAGES)


def test_the_defaults_that_are_shown_can_be_typed_and_are_the_defaults(tmp_path: Path) -> None:
    table = cells(PAGES["settings.md"], "| name | variable ")
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text("[tool.alembic-rollout]\n" + "".join(f"{name} = {default}\n" for name, _, default, _ in table))
    assert set(tomllib.loads(pyproject.read_text())["tool"]["alembic-rollout"]) == set(Settings.__dataclass_fields__)
    assert load_settings(pyproject, {}) == Settings()


def test_every_setting_is_explained_with_its_variable() -> None:
    table = cells(PAGES["settings.md"], "| name | variable ")
    assert [variable for _, variable, _, _ in table] == [
        f"{PREFIX}{name.upper()}" for name in Settings.__dataclass_fields__
    ]
    assert all(meaning for *_, meaning in table)


def test_every_verb_has_a_section_and_every_rule_a_row() -> None:
    assert re.findall(r"^## (\w+)$", PAGES["commands.md"], re.MULTILINE) == [verb.__name__ for verb in VERBS]
    assert [row[0] for row in cells(PAGES["lint-rules.md"], "| rule | finds ")] == list(RULES)


def test_every_exit_status_from_0_on_has_a_row() -> None:
    assert [row[0] for row in cells(PAGES["exit-statuses.md"], "| status ")] == list("012345")


def test_an_explanation_is_read_from_its_docstring_over_several_lines() -> None:
    class Undocumented:
        """A class.

        Attributes:
            one: the first,
                on two lines.
        """

    assert reference.attributes(Undocumented) == {"one": "the first, on two lines."}
