"""PostgreSQL's lexical structure: comments, strings, dollar quotes, quoted identifiers and words.

A token is a string whose first character tells its kind: a word in lower case, `"Name"` for a quoted identifier,
`'text'` for a string in any of its notations, `$body` for a dollar-quoted one; anything else is one character.

What PostgreSQL's scanner does to names is done here too: only ASCII letters are folded, names end after 63 bytes,
and a comment ends at a carriage return.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache

Tokens = tuple[str, ...]

UNKNOWN_NAME = "?"
"""Stands for a name that is put together while the statement runs."""

_SPACES = ("space", "comment")
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
        | (?P<unicode>[uU]&(?:'(?:[^']|'')*'|"(?:[^"]|"")*")(?:[ \t\n\r\f\v]*[uU][eE][sS][cC][aA][pP][eE]
            [ \t\n\r\f\v]*'(?P<escape>[^'])')?)
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


def tokenize(sql: str) -> Tokens:
    """Return the tokens of a text, comments and white space left out."""
    tokens: list[str] = []
    gap = "-"  # between two strings; what continues one is written on another line
    for kind, text in _scan(sql):
        if kind in _SPACES:
            gap += text
        elif text[0] == "'" and gap[:1] != "-" and "\n" in gap and not gap.lstrip().startswith("/*"):
            tokens[-1] = tokens[-1][:-1] + _token(kind, text)[1:]
            gap = ""
        else:
            tokens.append(_token(kind, text))
            gap = "" if kind in ("string", "escaped") else "-"
    return tuple(tokens)


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


def split_text(sql: str) -> Iterator[tuple[int, str]]:
    """Yield the statements of a text as they are written, without the comments around them, each with its line."""
    found: list[tuple[str, int, int]] = []
    position = 0
    for kind, text in _scan(sql):
        if kind not in _SPACES:
            found.append((_token(kind, text), position, position + len(text)))
        position += len(text)
    tokens = tuple(token for token, _, _ in found)
    first, depth = 0, 0
    for place, word in enumerate([*tokens, ";"]):
        if word == ";" and (depth <= 0 or place == len(tokens)):
            if place > first:
                start = found[first][1]
                yield sql.count("\n", 0, start) + 1, sql[start : found[place - 1][2]]
            first, depth = place + 1, 0
            continue
        depth += nesting(word) + _body_nesting(tokens, place, inside=depth > 0)


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


def outermost_index(tokens: Sequence[str], word: str) -> int:
    """Return where a word stands that no parenthesis or bracket encloses; -1 where it does not."""
    depth = 0
    for position, token in enumerate(tokens):
        if depth == 0 and token == word:
            return position
        depth += nesting(token)
    return -1


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


def skip_phrase(tokens: Sequence[str], position: int, *phrase: str) -> int:
    """Return the position behind a phrase such as IF EXISTS, or the same position where it does not stand there."""
    end = position + len(phrase)
    return end if tuple(tokens[position:end]) == phrase else position


def skip(tokens: Sequence[str], position: int, *words: str) -> int:
    """Return the first position from one on where none of these words stands."""
    while position < len(tokens) and tokens[position] in words:
        position += 1
    return position


def nesting(word: str) -> int:
    """Return by how much a token changes the depth of parentheses and brackets."""
    return (word in ("(", "[")) - (word in (")", "]"))


def is_identifier(word: str) -> bool:
    """Return True if a token can be a name."""
    return word[:1] in ('"', "_") or word[:1].isalpha() or word[:1] > "\x7f"


def read_name(tokens: Sequence[str], start: int = 0) -> tuple[str, int]:
    """Read a name, qualified or not, such as `public."Order"`.

    Args:
        tokens: of a statement.
        start: where the name begins.

    Returns:
        The name without its quotes (`public.Order`), empty where none stands there, and the position behind it.
        A part with a dot in it keeps its quotes: `"a.b"` is another table than `a.b`.
    """
    parts: list[str] = []
    position = start
    while position < len(tokens) and is_identifier(tokens[position]):
        part = unquote(tokens[position])
        parts.append(f'"{part}"' if "." in part else part)
        position += 1
        if position + 1 >= len(tokens) or tokens[position] != ".":
            break
        position += 1
    return ".".join(parts), position


def split_name(name: str) -> tuple[str, str]:
    """Return the schema of a name that `read_name` has read, empty where it has none, and the name in it."""
    end = name.rfind('."') if name.endswith('"') and '."' in name else -1 if name.endswith('"') else name.rfind(".")
    return (name[:end], name[end + 1 :]) if end >= 0 else ("", name)


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


def has_open_comment(sql: str) -> bool:
    """Return True if a block comment of a text is not closed, and hides the rest of it."""
    *_, (kind, text) = [("", ""), *_scan(sql)]
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
    if kind == "unicode":
        return _unicode(text)
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


def _unicode(text: str) -> str:
    r"""Read `U&'...'` or `U&"..."`, with the escape character that follows after UESCAPE."""
    quote = text[2]
    end = text.rindex(quote) if quote == '"' else len(text) - 1
    escape, body = "\\", text[3:end]
    if match := re.match(rf"(.*?){quote}\s*uescape\s*'(.)'$", text[3:], re.DOTALL | re.IGNORECASE):
        body, escape = match.groups()
    mark = re.escape(escape)
    body = re.sub(
        rf"{mark}(?:({mark})|([0-9a-fA-F]{{4}})|\+([0-9a-fA-F]{{6}}))",
        lambda found: escape if found[1] else _character(int(found[2] or found[3], 16)),
        body.replace(quote * 2, quote),
    )
    return _quote(quote, _truncate(body) if quote == '"' else body)


def _body_nesting(tokens: Sequence[str], position: int, *, inside: bool) -> int:
    word = tokens[position]
    if word == "begin" and tokens[position + 1 : position + 2] == ("atomic",):
        return 1
    # Within BEGIN ATOMIC, CASE has an END of its own; within parentheses the two cancel out.
    return (word == "case") - (word == "end") if inside else 0
