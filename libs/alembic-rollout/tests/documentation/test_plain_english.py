"""Messages, docstrings and the library's pages say things in the field's words, not in a dialect of their own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from code_rules.plain_english import words_of_the_dialect

LIBRARY = Path(__file__).parents[2]
CODE = sorted((LIBRARY / "alembic_rollout").rglob("*.py"))
DOCS = LIBRARY.parents[1] / "docs"
GUIDES = ("how-an-upgrade-runs", "writing-revisions", "backups-history-drift", "commands-by-example", "comparison")
PAGES = [
    LIBRARY / "README.md",
    *(DOCS / f"{guide}.md" for guide in GUIDES),
    *sorted((DOCS / "reference").glob("*.md")),
]

EXAMPLES = (
    "Held until nobody needs it",
    "for whoever reads it",
    "wait for somebody",
    "stops everybody",
    "writes the table anew",
    "a revision that it has never heard of",
    "Took 003 back",
    "can be taken back",
    "what brings the rows back",
    "bring the schema forward",
    "on the way down",
    "the ways back",
    "once more",
    "down and up again",
    "The webhook was not told",
    "The history could not be told why",
    "it is told",
    "pid 4711 is in the way",
    "what stands before it",
    "Nothing was done; --yes does it.",
    "tell whether it is there",
    "Whether it is there.",
)


def texts(module: Path) -> Iterator[tuple[int, str]]:
    """Yield the string literals and docstrings of a module with their lines."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


@pytest.mark.parametrize("module", CODE, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_messages_and_docstrings_are_in_plain_english(module: Path) -> None:
    found = {line: words for line, text in texts(module) if (words := words_of_the_dialect(text))}
    assert found == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_the_pages_of_the_library_are_in_plain_english(page: Path) -> None:
    assert words_of_the_dialect(page.read_text()) == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_word_of_the_dialect_is_found(example: str) -> None:
    assert words_of_the_dialect(example)


def test_the_words_of_the_field_are_not_taken_for_the_dialect() -> None:
    text = "Reverted 003 in 5 ms. Blocked by pid 4711; rolled back. Roll forward. Returns whether the other way works."
    assert words_of_the_dialect(text) == []
