"""Lists of tokens: their statements and parts, what parentheses enclose, and the names in them.

A token is a string whose first character tells its kind: a word in lower case, `"Name"` for a quoted identifier,
`'text'` for a string in any of its notations, `$body` for a dollar-quoted one; anything else is one character.
"""

from collections.abc import Iterator, Sequence

Tokens = tuple[str, ...]

UNKNOWN_NAME = "?"
"""Stands for a name that is put together while the statement runs."""


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
        depth += nesting(word) + body_nesting(tokens, position, inside=depth > 0)
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


def body_nesting(tokens: Sequence[str], position: int, *, inside: bool) -> int:
    """Return by how much a token changes the depth of `BEGIN ATOMIC` bodies.

    Args:
        tokens: of a text.
        position: of the token.
        inside: True within such a body, or within parentheses.
    """
    word = tokens[position]
    if word == "begin" and tokens[position + 1 : position + 2] == ("atomic",):
        return 1
    # Within BEGIN ATOMIC, CASE has an END of its own; within parentheses the two cancel out.
    return (word == "case") - (word == "end") if inside else 0
