"""PostgreSQL's lexical structure: comments, strings, dollar quotes, quoted identifiers and words.

A token is a string whose first character tells its kind: a word in lower case, `"Name"` for a quoted identifier,
`'text'` for a string in any of its notations, `$body` for a dollar-quoted one; anything else is one character.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

Tokens = tuple[str, ...]

UNKNOWN_NAME = "?"
"""Stands for a name that is put together while the statement runs."""

_SPACES = ("space", "comment")


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        r"""
          (?P<space>\s+)
        | (?P<comment>--[^\n]*)
        | (?P<block>/\*)
        | (?P<escaped>[eE]'(?:[^'\\]|\\.|'')*')
        | (?P<string>(?:[uU]&|[bBxXnN])?'(?:[^']|'')*')
        | (?P<quoted>(?:[uU]&)?"(?:[^"]|"")*")
        | (?P<dollar>\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$)
        | (?P<word>[^\W\d][\w$]*)
        | (?P<number>\d+(?:\.\d+)?)
        | (?P<other>.)
        """,
        re.VERBOSE | re.DOTALL,
    )


@cache
def _comment_edge() -> re.Pattern[str]:
    return re.compile(r"/\*|\*/")


def tokenize(sql: str) -> Tokens:
    """Return the tokens of a text, comments and white space left out."""
    return tuple(_token(kind, text) for kind, text in _scan(sql) if kind not in _SPACES)


def without_comments(sql: str) -> str:
    """Return a text with a space in place of each comment."""
    return "".join(" " if kind == "comment" else text for kind, text in _scan(sql)).strip()


def split(tokens: Sequence[str]) -> Iterator[Tokens]:
    """Yield the statements of a text; a semicolon within parentheses or a `BEGIN ATOMIC` body ends none."""
    statement: list[str] = []
    depth = 0
    for position, word in enumerate(tokens):
        if word == ";" and depth <= 0:
            if statement:
                yield tuple(statement)
            statement, depth = [], 0
            continue
        statement.append(word)
        depth += nesting(word) + _body_nesting(tokens, position, inside=depth > 0)
    if statement:
        yield tuple(statement)


def split_at_commas(tokens: Sequence[str]) -> Iterator[Tokens]:
    """Yield the parts between the commas that no parenthesis or bracket encloses."""
    part: list[str] = []
    depth = 0
    for word in tokens:
        if word == "," and depth == 0:
            yield tuple(part)
            part = []
            continue
        depth += nesting(word)
        part.append(word)
    yield tuple(part)


def outermost(tokens: Sequence[str]) -> Tokens:
    """Return the tokens that no parenthesis or bracket encloses; an opening one stands for what it encloses."""
    kept: list[str] = []
    depth = 0
    for word in tokens:
        if depth == 0:
            kept.append(word)
        depth += nesting(word)
    return tuple(kept)


def enclosed(tokens: Sequence[str], opening: int) -> Tokens:
    """Return the tokens between a parenthesis and the one that closes it, or the end.

    Args:
        tokens: of a statement.
        opening: where the parenthesis is.
    """
    depth = 0
    for position in range(opening, len(tokens)):
        depth += nesting(tokens[position])
        if depth == 0:
            return tuple(tokens[opening + 1 : position])
    return tuple(tokens[opening + 1 :])


def skip(tokens: Sequence[str], position: int, *words: str) -> int:
    """Return the first position from one on where none of these words stands."""
    while position < len(tokens) and tokens[position] in words:
        position += 1
    return position


def nesting(word: str) -> int:
    """Return by how much a token changes the depth of parentheses and brackets."""
    return (word in ("(", "[")) - (word in (")", "]"))


def is_identifier(word: str) -> bool:
    """Whether a token can be a name."""
    return word[:1] in ('"', "_") or word[:1].isalpha()


def read_name(tokens: Sequence[str], start: int = 0) -> tuple[str, int]:
    """Read a name, qualified or not, such as `public."Order"`.

    Args:
        tokens: of a statement.
        start: where the name begins.

    Returns:
        The name without its quotes (`public.Order`), empty where none stands there, and the position behind it.
    """
    parts: list[str] = []
    position = start
    while position < len(tokens) and is_identifier(tokens[position]):
        parts.append(unquote(tokens[position]))
        position += 1
        if position + 1 >= len(tokens) or tokens[position] != ".":
            break
        position += 1
    return ".".join(parts), position


def unquote(word: str) -> str:
    """Return what a quoted identifier, a string or a dollar-quoted string holds; a word as it is."""
    if word[:1] in ('"', "'"):
        return word[1:-1].replace(word[0] * 2, word[0])
    return word.removeprefix("$")


def _scan(sql: str) -> Iterator[tuple[str, str]]:
    match_at = _pattern().match
    position = 0
    while match := match_at(sql, position):
        kind = match.lastgroup or ""
        end = match.end()
        if kind == "block":
            kind, end = "comment", _end_of_comment(sql, end)
        yield kind, sql[position:end]
        position = end


def _end_of_comment(sql: str, position: int) -> int:
    """Return where a block comment ends; they nest."""
    depth = 1
    while depth:
        edge = _comment_edge().search(sql, position)
        if edge is None:
            return len(sql)
        depth += 1 if edge[0] == "/*" else -1
        position = edge.end()
    return position


def _token(kind: str, text: str) -> str:
    if kind == "word":
        return text.lower()
    if kind == "dollar":
        tag = text.index("$", 1) + 1
        return "$" + text[tag:-tag]
    if kind == "escaped":
        return "'" + re.sub(r"\\(.)", _unescape, text[2:-1], flags=re.DOTALL) + "'"
    if kind in ("string", "quoted"):
        return text[min(text.find(quote) for quote in "'\"" if quote in text) :]
    return text


def _unescape(escape: re.Match[str]) -> str:
    return "''" if escape[1] == "'" else escape[1]


def _body_nesting(tokens: Sequence[str], position: int, *, inside: bool) -> int:
    word = tokens[position]
    if word == "begin" and tokens[position + 1 : position + 2] == ("atomic",):
        return 1
    # Within BEGIN ATOMIC, CASE has an END of its own; within parentheses the two cancel out.
    return (word == "case") - (word == "end") if inside else 0
