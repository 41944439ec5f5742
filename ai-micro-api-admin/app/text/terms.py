"""Index terms of documents and queries, for a `tsvector` that the application fills (`array_to_tsvector`).

PostgreSQL's own parsers cannot segment Japanese, and no extension may be required. So texts in Chinese, Japanese and
Korean script are indexed by overlapping bigrams, everything else by whole words; symbols that people search for, such
as emoji, and names such as C++ are words too. A query asks for terms in one spelling (`app.text.folding`), a document
has them in that one and in its own, which earlier releases ask for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice

from app.text.folding import fold_cjk, fold_word
from app.text.function_words import FUNCTION_WORDS
from app.text.normalization import normalize
from app.text.runs import CJK, CJK_RUN, HAN_RUN, HIRAGANA_RUN

INDEX_VERSION = 2
"""Of the terms that `document_terms` gives. A document that was indexed by an earlier version is indexed again."""

MAX_TERM_CHARACTERS = 64
"""Longer words are cut to their head: 64 characters are at most 256 bytes of UTF-8, PostgreSQL allows 2046 a lexeme."""

MAX_DOCUMENT_BYTES = 512 * 1024
"""Bytes of terms kept for one text; PostgreSQL allows 1 MB of lexemes in a `tsvector`."""

_MOST_BYTES = 4
"""Of a character in UTF-8."""

MAX_QUERY_TERMS = 64
"""Terms kept of one query, the first ones; a whole page pasted into the search box stays a bounded statement."""

CONTENT_WEIGHT = 1.0
"""Weight of a term that says what a query is about."""

_PARTICLE_WEIGHT = 0.2
"""Bigrams of hiragana alone are mostly particles and endings; document frequencies tell only in a large collection."""

_FUNCTION_WORD_WEIGHT = 0.1
"""Likewise for English words without a meaning of their own."""

_SHAPES = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Variation selectors (Unicode 23.4)."""

# 5,000 is searched as 5000.
_NUMBER = r"(?P<number>(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,]))"
# C++, C#, F#; and .NET, where nothing comes before the dot.
_NAME = r"(?P<name>(?<![a-z0-9])[a-z][a-z0-9]*(?:\+\+|\#)(?![a-z0-9+\#])|(?<![\w.])\.[a-z][a-z0-9]+(?![a-z0-9]))"
_WORD = rf"(?P<word>[^\W_{CJK}]+)"
_SYMBOL = r"(?P<symbol>[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff])"
_TOKEN = re.compile(rf"{_NUMBER}|{_NAME}|(?P<cjk>[{CJK}]+)|{_WORD}|{_SYMBOL}")
_NOT_CJK = re.compile(f"{_NUMBER}|{_NAME}|{_WORD}|{_SYMBOL}")


def searchable(text: str) -> str:
    """Return a text in normal form, without what chooses between the shapes of one character (葛󠄀, ☎️)."""
    return _SHAPES.sub("", normalize(text))


def document_terms(text: str) -> list[str]:
    """Return the distinct terms under which a text is found: words and names in their order, then those of CJK script.

    Every kanji and kana is a term of its own too, so that a query of one character finds it inside a word. Terms hold
    no white space, no NUL, and nothing that UTF-8 cannot encode.
    """
    terms = list(dict.fromkeys(_all_terms(searchable(text))))
    if sum(map(len, terms)) * _MOST_BYTES <= MAX_DOCUMENT_BYTES:
        return terms
    ends = accumulate(len(term.encode()) for term in terms)
    return terms[: sum(end <= MAX_DOCUMENT_BYTES for end in ends)]


def query_terms(text: str) -> dict[str, float]:
    """Return the terms of a query with the weight of each, before document frequencies are known.

    A repeated term weighs as much more as it is repeated; terms that are mostly grammar weigh less than others.
    Empty for a query without a letter, a digit or one of the symbols that are indexed.
    """
    counts: Counter[str] = Counter()
    weights: dict[str, float] = {}
    normalized = searchable(text)
    for term, start, end in located_terms(normalized):
        if term in counts or len(counts) < MAX_QUERY_TERMS:
            counts[term] += 1
            weights[term] = max(weights.get(term, 0.0), _weight(normalized[start:end]))
    return {term: count * weights[term] for term, count in counts.items()}


def located_terms(normalized: str) -> Iterator[tuple[str, int, int]]:
    """Yield the terms that a query asks for, of a text in normal form, each with where it begins and ends there."""
    for match in _TOKEN.finditer(normalized):
        token, start = match.group(), match.start()
        if match.lastgroup != "cjk":
            yield _folded(match), start, match.end()
        elif len(token) == 1:
            yield fold_cjk(token), start, match.end()
        else:
            folded = fold_cjk(token)
            for offset in range(len(token) - 1):
                yield folded[offset : offset + 2], start + offset, start + offset + 2


def _all_terms(normalized: str) -> list[str]:
    runs = CJK_RUN.findall(normalized)
    terms: list[str] = []
    # One character for each run: what stands beside a word decides what kind of word it is.
    for match in _NOT_CJK.finditer(CJK_RUN.sub(runs[0][0], normalized) if runs else normalized):
        kind = match.lastgroup
        if kind == "number":
            terms += match.group().split(",")
        elif kind == "name":
            terms.append(match.group().strip(".+#")[:MAX_TERM_CHARACTERS])
        elif kind == "word":
            terms.append(match.group()[:MAX_TERM_CHARACTERS])
        terms.append(_folded(match))
    return terms + _cjk_terms(runs) if runs else terms


def _folded(match: re.Match[str]) -> str:
    token = match.group()
    if match.lastgroup == "number":
        return token.replace(",", "")[:MAX_TERM_CHARACTERS]
    return (fold_word(token) if match.lastgroup == "word" else token)[:MAX_TERM_CHARACTERS]


def _cjk_terms(runs: Sequence[str]) -> list[str]:
    # All at once, which is several times as fast as one after the other.
    text = "\n".join(runs)
    folded = fold_cjk(text)
    terms: list[str] = []
    for spelling in (text,) if folded == text else (text, folded):
        terms += [run for run in spelling.split("\n") if len(run) == 1]
        # Every character with the one after it.
        pairs = dict.fromkeys(map(str.__add__, spelling, islice(spelling, 1, None)))
        terms += [pair for pair in pairs if "\n" not in pair]
        terms += dict.fromkeys("".join(HAN_RUN.findall(spelling)))
    terms += dict.fromkeys("".join(HIRAGANA_RUN.findall(folded)))
    return terms


def _weight(written: str) -> float:
    if HIRAGANA_RUN.fullmatch(written):
        return _PARTICLE_WEIGHT
    return _FUNCTION_WORD_WEIGHT if written in FUNCTION_WORDS else CONTENT_WEIGHT
