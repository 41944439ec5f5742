"""Messages, docstrings and the library's pages say things in the field's words, not in a dialect of their own."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[2]
CODE = sorted((LIBRARY / "alembic_rollout").rglob("*.py"))
DOCS = LIBRARY.parents[1] / "docs"
GUIDES = ("how-an-upgrade-runs", "writing-revisions", "backups-history-drift", "commands-by-example", "comparison")
PAGES = [
    LIBRARY / "README.md",
    *(DOCS / f"{guide}.md" for guide in GUIDES),
    *sorted((DOCS / "reference").glob("*.md")),
]

SAY_INSTEAD = {
    r"\b(?:no|some|every)body\b|\bwho(?:so)?ever\b": "name the process, the session or the role; or none, another",
    r"\banew\b": "again; rewrites",
    r"\bheard of\b": "unknown",
    r"\b(?:take|took|taken|takes|taking)\b[^.;:\n]{0,30}\bback\b": "revert",
    r"\b(?:bring|brings|bringing|brought)\b[^.;:\n]{0,30}\b(?:back|forward)\b": "restore; apply",
    r"\b(?:the|its|a) ways? (?:up|down|back)\b": "apply, upgrade; revert, downgrade",
    r"\bonce more\b|\bup again\b": "again; re-apply",
    r"\b(?:was|were|is|are|be|been|being) (?:not )?told\b|\bnot told\b|\btold why\b": "say what happened or failed",
    r"\bin (?:the|its|their|our|your|\w+'s) way\b|\bstands? before\b": "blocks, blocked by",
    r"\bNothing was done; --yes\b|--yes does it\b": "Dry run. Pass --yes to ...",
    r"\b(?:tell|tells|say|says) whether\b": "return True if",
    r"\A\s*Whether\b": "Return True if",
}
"""Words of the dialect, with what is said instead."""

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


def words_of_the_dialect(text: str) -> list[str]:
    """Return what of the dialect stands in a text, each with the words to use instead."""
    return [
        f"{found.group()!r}: say {instead}"
        for pattern, instead in SAY_INSTEAD.items()
        for found in re.finditer(pattern, text, re.IGNORECASE)
    ]


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
