"""The part of a chunk that shows why a query found it."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.text.runs import CJK
from app.text.terms import CONTENT_WEIGHT, located_terms, query_terms, searchable

DEFAULT_LENGTH = 200
MIN_LENGTH = 20

_ELLIPSIS = "…"
_SENTENCE_START = re.compile(r"(?<=[。！？!?．])[」』）)]*\s*|(?<=\.)\s+|\n+\s*")
_WHITE_SPACE = re.compile(r"\s+")
_SPACELESS = re.compile(f"[{CJK}、。！？「」『』（）・\uff65-\uff9f]")


_PLAIN = re.compile("[\x00-\x7f\u3001\u3002\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff]+")
"""Characters that have the normal form of one character each, whatever stands beside them, unless a mark follows."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A window of a text.

    `text` is plain text on one line (to be escaped like any other text), with an ellipsis on each side that was cut;
    `start` and `end` say which characters of the original it shows; `highlights` are the parts of `text` that the query
    has too, each from its first character to the one after its last, in order and apart from each other.
    """

    text: str
    start: int
    end: int
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    term: str


def snippet(text: str, query: str, *, length: int = DEFAULT_LENGTH) -> Snippet:
    """Return the window of a text with most of the query's terms in it, weighted, the earliest of equals.

    Args:
        text: The chunk.
        query: The query as the user wrote it; without a term in the text, the window is the text's beginning.
        length: Characters of the result at most, ellipses included; at least `MIN_LENGTH`.

    Returns:
        A window that begins with a sentence where one begins shortly before the first hit, and cuts no word and no
        character from its combining marks where it can be helped.

    Raises:
        ValueError: `length` is below `MIN_LENGTH`.
    """
    if length < MIN_LENGTH:
        raise ValueError(f"a snippet has room for at least {MIN_LENGTH} characters")
    weights = query_terms(query)
    hits = _hits(text, weights)
    begin, stop = start, end = _trim(text, 0, len(text))
    if stop - begin > length:
        room = length - 2 * len(_ELLIPSIS)
        lead = room // 4
        start = _window_start(text, _best_start(hits, weights, room - lead), room, lead)
        start, end = _trim(text, start, _window_end(text, start, room))
    before = _ELLIPSIS if start > begin else ""
    after = _ELLIPSIS if end < stop else ""
    return Snippet(
        before + _one_line(text[start:end]) + after,
        start,
        end,
        tuple(_highlights(text, start, end, _telling(hits, weights), len(before))),
    )


def _telling(hits: list[_Hit], weights: dict[str, float]) -> list[_Hit]:
    """Return the hits to be shown: function words only where the text has nothing else of the query."""
    return [hit for hit in hits if weights[hit.term] >= CONTENT_WEIGHT] or hits


def _highlights(text: str, start: int, end: int, hits: list[_Hit], shift: int) -> Iterator[tuple[int, int]]:
    """Yield where hits are in the window when it is on one line; those that touch are one."""
    for first, last in _merged(hits):
        shown, shown_end = _trim(text, max(first, start), min(last, end))
        if shown < shown_end:
            yield shift + len(_one_line(text[start:shown])), shift + len(_one_line(text[start:shown_end]))


def _merged(hits: list[_Hit]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((hit.start, hit.end) for hit in hits):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _best_start(hits: list[_Hit], weights: dict[str, float], room: int) -> int:
    """Return where the first hit of the best window begins; 0 without a hit."""
    best_score, best_start = 0.0, 0
    counts: dict[str, int] = {}
    score, tail = 0.0, 0
    for head, hit in enumerate(hits):
        counts[hit.term] = counts.get(hit.term, 0) + 1
        if counts[hit.term] == 1:
            score += weights[hit.term]
        while tail < head and hit.end - hits[tail].start > room:
            gone = hits[tail].term
            counts[gone] -= 1
            if counts[gone] == 0:
                score -= weights[gone]
            tail += 1
        # More than rounding: subtraction leaves residues, and of equal windows the earliest is wanted.
        if score > best_score + 1e-9:
            best_score, best_start = score, hits[tail].start
    return best_start


def _hits(text: str, weights: dict[str, float]) -> list[_Hit]:
    """Return the occurrences of terms, at their positions in the text as it was before normalisation."""
    pieces: list[str] = []
    origins: list[int] = []
    for start, end in _clusters(text):
        piece = _normalize_cluster(text[start:end]) if end == start + 1 else searchable(text[start:end])
        pieces.append(piece)
        is_plain = len(piece) == end - start and _PLAIN.fullmatch(text, start, end)
        origins.extend(range(start, end) if is_plain else [start] * len(piece))
    origins.append(len(text))
    starts_of_clusters = list(dict.fromkeys(origins))
    hits = []
    for term, start, end in located_terms("".join(pieces)):
        if term in weights:
            after = starts_of_clusters[bisect_right(starts_of_clusters, origins[end - 1])]
            hits.append(_Hit(origins[start], after, term))
    return hits


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the text as base characters with the marks that combine with them, which normalise only together.

    Characters that normalise one by one come in one piece, without the last: a mark may follow it.
    """
    start = 0
    while start < len(text):
        plain = _PLAIN.match(text, start)
        end = plain.end() - 1 if plain else start
        if end <= start:
            end = start + 1
            while end < len(text) and _combines(text[end]):
                end += 1
        yield start, end
        start = end


# Texts use few characters, again and again.
_normalize_cluster = lru_cache(maxsize=8192)(searchable)


@lru_cache(maxsize=8192)
def _combines(character: str) -> bool:
    # The half-width voicing marks combine only once they are decomposed.
    return character > "\u02ff" and unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) != 0


def _window_start(text: str, first_hit: int, room: int, lead: int) -> int:
    """Return where to begin so that the first hit has some context before it and much after it."""
    earliest = max(0, min(first_hit - lead, len(text) - room))
    if earliest == 0:
        return 0
    sentences = [match.end() for match in _SENTENCE_START.finditer(text, earliest, first_hit)]
    if sentences:
        return sentences[-1]
    return next((i for i in range(earliest, first_hit + 1) if _may_cut(text, i)), earliest)


def _window_end(text: str, start: int, room: int) -> int:
    end = min(len(text), start + room)
    lowest = start + room * 3 // 4
    return next((i for i in range(end, lowest, -1) if _may_cut(text, i)), end)


def _may_cut(text: str, position: int) -> bool:
    """Return True if a text may be cut before a position: not inside a word, nor before a combining mark."""
    if position in (0, len(text)):
        return True
    before, after = text[position - 1], text[position]
    if _combines(after):
        return False
    return not (before.isalnum() and after.isalnum()) or bool(_SPACELESS.match(before) or _SPACELESS.match(after))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _one_line(text: str) -> str:
    return _WHITE_SPACE.sub(" ", text)
