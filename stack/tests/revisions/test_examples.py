"""docs/examples/generated-revisions.md shows what the command writes today, and what it shows can be shipped.

`make examples` writes the page.
"""

import os
import re
from pathlib import Path

import pytest
from revisions.developer import USER, Developer, developer_on
from revisions.examples import EXAMPLES, INTRODUCTION, PAGE, Example, generated, page_of, sections

from stack.paths import ROOT

GUIDES = ("migrating.md", "migrating.ja.md")
QUOTED = re.compile(r"<!-- from examples/generated-revisions.md -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
is_writing = pytest.mark.skipif("WRITE_EXAMPLES" not in os.environ, reason="make examples writes the page")


@is_writing
def test_the_page_is_written(template: str, tmp_path: Path) -> None:
    parts = []
    for number, example in enumerate(EXAMPLES):
        with developer_on(USER, template, tmp_path / str(number)) as developer:
            parts.append(generated(example, developer)[0])
    PAGE.write_text(page_of(parts))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.message)
def test_the_page_shows_what_the_command_writes_and_it_can_be_shipped(example: Example, developer: Developer) -> None:
    section, written = generated(example, developer)
    assert sections(PAGE.read_text())[example.title] == section, "run make examples"
    developer.ships(written)


def test_the_page_has_the_examples_and_nothing_else() -> None:
    page = PAGE.read_text()
    assert page.startswith(INTRODUCTION)
    assert list(sections(page)) == [example.title for example in EXAMPLES]


@pytest.mark.parametrize("guide", GUIDES)
def test_the_guides_quote_the_page(guide: str) -> None:
    quoted = QUOTED.findall((ROOT / "docs" / guide).read_text())
    assert quoted
    assert [text for text in quoted if text not in PAGE.read_text()] == []
