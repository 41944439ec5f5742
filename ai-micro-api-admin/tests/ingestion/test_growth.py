"""Four times the file takes about four times the work, whatever is repeated in it.

Work is processor time of this process, compared with that of a shorter file in the same run: 4 for what is linear, 16
for what is quadratic.
"""

import time
from collections.abc import Callable

import pytest

from app.ingestion.chunking.chunks import SplitSettings
from app.ingestion.chunking.splitting import split
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers import markdown, plain
from app.ingestion.texts.reflow import reflow

MOST = 9
"""Between the two, far from both."""

TOO_SHORT = 0.05
"""Seconds that say nothing: a clock, a collection of garbage."""

CHARACTERS = 6_000

FILES = [
    ("", "["),
    ("", "."),
    ("", "*a _b "),
    ("<div>\n", "<a "),
    ("<div>\n", '<a b="'),
    ("<div>\n", "<!--"),
    ("<div>\n", "<script>"),
    ("# " + "a" * CHARACTERS + "\n", "# a\n"),
]


def growth(read: Callable[[int], object]) -> float:
    """Return how many times the work is that four times the size takes."""

    def work(size: int) -> float:
        started = time.process_time()
        read(size)
        return time.process_time() - started

    longer = min(work(4) for _ in range(2))
    return longer / max(min(work(1) for _ in range(3)), TOO_SHORT / 4)


def times(pattern: str, size: int) -> str:
    return pattern * (size * CHARACTERS // len(pattern))


@pytest.mark.parametrize(
    ("beginning", "pattern"), FILES, ids=[f"{start[:5].strip()} {again}" for start, again in FILES]
)
def test_markdown(beginning: str, pattern: str) -> None:
    def read(size: int) -> None:
        list(split(markdown.parse((beginning + times(pattern, size)).encode(), Warnings()), SplitSettings()))

    assert growth(read) < MOST


@pytest.mark.parametrize("pattern", [".", ".)", ",", "a"])
def test_text(pattern: str) -> None:
    assert (
        growth(lambda size: list(split(plain.parse(times(pattern, size).encode(), Warnings()), SplitSettings()))) < MOST
    )


@pytest.mark.parametrize("line", ["文", "a", "word\u0002", "a " * 20], ids=["文", "a", "hyphen", "words"])
def test_lines_of_a_page(line: str) -> None:
    assert growth(lambda size: reflow(f"{line}\n" * 20_000 * size)) < MOST
