"""Scans SQL text as PostgreSQL does: comments, strings, dollar quotes, quoted identifiers and words, as tokens.

What PostgreSQL's scanner does to names is done here too: only ASCII letters are folded, names end after 63 bytes,
and a comment ends at a carriage return.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache

from alembic_rollout.sql.tokens import Tokens, body_nesting, nesting, unquote

_SPACES = ("space", "comment")
_UNICODE = ("unicode", "unicode_name")
_STRINGS = ("string", "escaped", "dollar")
_IN_PARTS = ("string", "escaped", "unicode", "bits")
_LONGEST_NAME = 63
_FOLDED = {letter: letter + 32 for letter in range(ord("A"), ord("Z") + 1)}
# What is in a name, said by the ASCII that is not: Python compiles a set that reaches to the last character for 30 ms.
_LETTER = r"[^\x00-@\[-^`{-\x7f]"
_LETTER_OR_DIGIT = r"[^\x00-/:-@\[-^`{-\x7f]"
_LETTER_DIGIT_OR_DOLLAR = r"[^\x00-#%-/:-@\[-^`{-\x7f]"
_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        rf"""
          (?P<space>[ \t\n\r\f\v]+)
        | (?P<comment>--[^\n\r]*)
        | (?P<block>/\*)
        | (?P<escaped>[eE]'(?:[^'\\]|\\.|'')*')
        | (?P<unicode>[uU]&'(?:[^']|'')*')
        | (?P<unicode_name>[uU]&"(?:[^"]|"")*")
        | (?P<bits>[bBxX]'[^']*')
        | (?P<string>[nN]?'(?:[^']|'')*')
        | (?P<quoted>"(?:[^"]|"")*")
        | (?P<dollar>\$(?P<tag>(?:{_LETTER}{_LETTER_OR_DIGIT}*)?)\$.*?\$(?P=tag)\$)
        | (?P<word>{_LETTER}{_LETTER_DIGIT_OR_DOLLAR}*)
        | (?P<number>0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+
            |(?:[0-9](?:_?[0-9])*(?:\.(?!\.)(?:[0-9](?:_?[0-9])*)?)?|(?<!\.)\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?)
        | (?P<other>.)
        """,
        re.VERBOSE | re.DOTALL,
    )


@cache
def _comment_edge() -> re.Pattern[str]:
    return re.compile(r"/\*|\*/")


@cache
def _continuation() -> re.Pattern[str]:
    """Matches what stands between two parts of one string: a new line, also behind or between comments."""
    return re.compile(r"(?:[ \t\f\v]|--[^\n\r]*)*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'")


@cache
def _further_part(kind: str) -> re.Pattern[str]:
    parts = {"escaped": r"(?:[^'\\]|\\.|'')*'", "bits": r"[^']*'"}
    return re.compile(parts.get(kind, r"(?:[^']|'')*'"), re.DOTALL)


def tokenize(sql: str) -> Tokens:
    """Return the tokens of a text, comments and white space left out."""
    scanned = [(kind, text) for kind, _, text in _scan(sql) if kind not in _SPACES]
    tokens: list[str] = []
    position = 0
    while position < len(scanned):
        kind, text = scanned[position]
        position += 1
        if kind in _UNICODE:
            # The escape character follows as two tokens, maybe with comments between them.
            word, string = (*scanned[position : position + 2], ("", ""), ("", ""))[:2]
            is_stated = word[0] == "word" and word[1].lower() == "uescape" and string[0] in _STRINGS
            tokens.append(_unicode(text, unquote(_token(*string)) if is_stated else "\\"))
            position += 2 * is_stated
        else:
            tokens.append(_token(kind, text))
    return tuple(tokens)


def without_comments(sql: str) -> str:
    """Return a text with a space in place of each comment."""
    return "".join(" " if kind == "comment" else text for kind, _, text in _scan(sql)).strip()


def has_plain_backslash(sql: str) -> bool:
    """Return True if a string that is not E'...' has a backslash, also in the body of a block or a function."""
    if "\\" not in sql:
        return False
    return any(
        (kind == "string" and "\\" in text) or (kind == "dollar" and has_plain_backslash(_token(kind, text)[1:]))
        for kind, _, text in _scan(sql)
    )


def split_text(sql: str) -> Iterator[tuple[int, str]]:
    """Yield the statements of a text as they are written, without the comments around them, each with its line."""
    found: list[tuple[str, int, int]] = []
    position = 0
    for kind, written, text in _scan(sql):
        if kind not in _SPACES:
            found.append((_token(kind, text), position, position + len(written)))
        position += len(written)
    tokens = tuple(token for token, _, _ in found)
    first, depth = 0, 0
    for place, word in enumerate([*tokens, ";"]):
        if word == ";" and (depth <= 0 or place == len(tokens)):
            if place > first:
                start = found[first][1]
                yield sql.count("\n", 0, start) + 1, sql[start : found[place - 1][2]]
            first, depth = place + 1, 0
            continue
        depth += nesting(word) + body_nesting(tokens, place, inside=depth > 0)


def _scan(sql: str) -> Iterator[tuple[str, str, str]]:
    """Yield the parts of a text: the kind of each, how it is written, and a string that is written in parts as one."""
    match_at, continued_at = _pattern().match, _continuation().match
    position = 0
    while match := match_at(sql, position):
        kind = match.lastgroup or ""
        end = match.end()
        if kind == "block":
            kind, end = "comment", _end_of_comment(sql, end)
        text = sql[position:end]
        if kind in _IN_PARTS:
            while (gap := continued_at(sql, end)) and (part := _further_part(kind).match(sql, gap.end())):
                text, end = text[:-1] + part[0], part.end()
        yield kind, sql[position:end], text
        position = end


def has_open_comment(sql: str) -> bool:
    """Return True if a block comment of a text is not closed, and hides the rest of it."""
    *_, (kind, text, _) = [("", "", ""), *_scan(sql)]
    return kind == "comment" and text.startswith("/*") and _end_of_comment(f"{text} ", 2) > len(text)


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
        return _truncate(text.translate(_FOLDED))
    if kind == "dollar":
        tag = text.index("$", 1) + 1
        return "$" + text[tag:-tag]
    if kind == "escaped":
        return _quote("'", _escape().sub(_unescape, text[2:-1].replace("''", "'")))
    if kind in _UNICODE:
        return _unicode(text, "\\")
    if kind == "quoted" and len(text) > _LONGEST_NAME // 4:
        return _quote('"', _truncate(text[1:-1].replace('""', '"')))
    return text[text.index("'") :] if kind in ("string", "bits") else text


def _truncate(name: str) -> str:
    """Return a name as PostgreSQL keeps it: its first 63 bytes, without half a character."""
    if len(name) <= _LONGEST_NAME // 4:
        return name  # a character has at most four bytes
    return name.encode("utf-8", "surrogatepass")[:_LONGEST_NAME].decode("utf-8", "ignore")


def _quote(quote: str, text: str) -> str:
    return quote + text.replace(quote, quote * 2) + quote


@cache
def _escape() -> re.Pattern[str]:
    return re.compile(r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)


def _unescape(escape: re.Match[str]) -> str:
    octal, short, long, longer, other = escape.groups()
    if other is not None:
        return _CONTROLS.get(other, other)
    return _character(int(octal, 8) & 0xFF if octal else int(short or long or longer, 16))


def _character(code: int) -> str:
    return chr(code) if code <= sys.maxunicode else "?"


def _unicode(text: str, escape: str) -> str:
    r"""Read `U&'...'` or `U&"..."`.

    Args:
        text: as it is written.
        escape: the character behind UESCAPE, a backslash without one.
    """
    quote = text[2]
    mark = re.escape(escape)
    body = re.sub(
        rf"{mark}(?:({mark})|([0-9a-fA-F]{{4}})|\+([0-9a-fA-F]{{6}}))",
        lambda found: escape if found[1] else _character(int(found[2] or found[3], 16)),
        text[3:-1].replace(quote * 2, quote),
    )
    return _quote(quote, _truncate(body) if quote == '"' else body)
