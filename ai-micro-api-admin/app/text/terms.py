"""Index terms of documents and queries, for a `tsvector` that the application fills (`array_to_tsvector`).

PostgreSQL's own parsers cannot segment Japanese, and no extension may be required. So texts in Chinese, Japanese and
Korean script are indexed by overlapping bigrams, everything else by whole words. A query asks for a subset of the terms
that a text containing it has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from app.text.normalization import normalize
from app.text.runs import CJK_RUN, HAN_RUN, HIRAGANA_RUN, RUN, WORD_RUN

MAX_TERM_CHARACTERS = 64
"""Longer words are cut to their head: 64 characters are at most 256 bytes of UTF-8, PostgreSQL allows 2046 a lexeme."""

MAX_DOCUMENT_BYTES = 512 * 1024
"""Bytes of terms kept for one text; PostgreSQL allows 1 MB of lexemes in a `tsvector`."""

MAX_QUERY_TERMS = 64
"""Terms kept of one query, the first ones; a whole page pasted into the search box stays a bounded statement."""

_HIRAGANA_WEIGHT = 0.2
"""Bigrams of hiragana alone are mostly particles and endings; document frequencies tell only in a large collection."""


def document_terms(text: str) -> list[str]:
    """Return the distinct terms under which a text is found, in the order of their first occurrence.

    Every Chinese character is a term of its own too, so that a query of one character finds it inside a word. Terms
    hold letters and digits only: no white space, no NUL, nothing that UTF-8 cannot encode.
    """
    normalized = normalize(text)
    terms: dict[str, None] = {}
    room = MAX_DOCUMENT_BYTES
    for term in _all_terms(normalized):
        if term not in terms:
            room -= len(term.encode())
            if room < 0:
                break
            terms[term] = None
    return list(terms)


def query_terms(text: str) -> dict[str, float]:
    """Return the terms of a query with the weight of each, before document frequencies are known.

    A repeated term weighs as much more as it is repeated; terms of hiragana alone weigh less than others.
    Empty for a query without a letter or digit.
    """
    counts: Counter[str] = Counter()
    for term, _start, _end in located_terms(normalize(text)):
        if term in counts or len(counts) < MAX_QUERY_TERMS:
            counts[term] += 1
    return {term: count * (_HIRAGANA_WEIGHT if HIRAGANA_RUN.fullmatch(term) else 1.0) for term, count in counts.items()}


def located_terms(normalized: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words and bigrams of a text in normal form, each with the positions where it begins and ends."""
    for match in RUN.finditer(normalized):
        run, start = match.group(), match.start()
        if match.lastgroup == "word" or len(run) == 1:
            yield run[:MAX_TERM_CHARACTERS], start, match.end()
        else:
            for offset in range(len(run) - 1):
                yield run[offset : offset + 2], start + offset, start + offset + 2


def _all_terms(normalized: str) -> Iterator[str]:
    for word in WORD_RUN.findall(normalized):
        yield word[:MAX_TERM_CHARACTERS]
    if normalized.isascii():
        return
    for run in CJK_RUN.findall(normalized):
        if len(run) == 1:
            yield run
        for offset in range(len(run) - 1):
            yield run[offset : offset + 2]
    for run in HAN_RUN.findall(normalized):
        yield from run
