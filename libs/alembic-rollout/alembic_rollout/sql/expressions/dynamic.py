"""Dynamic SQL of PL/pgSQL: the texts that an EXECUTE may run, as far as they are written in its body."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from alembic_rollout.sql.scanner import tokenize
from alembic_rollout.sql.tokens import UNKNOWN_NAME, Tokens, enclosed, is_identifier, nesting, split_at_commas, unquote

_PLACEHOLDER = f'"{UNKNOWN_NAME}"'
_IDENTIFIER_OR_LITERAL = re.compile(r"%(?:\d+\$)?-?\d*[IL]")
_TEXT = re.compile(r"%(?:\d+\$)?-?\d*s")
_OPENERS = ("begin", "then", "else", "loop", "declare")
_ENDS = ("into", "using", "loop")


def dynamic_texts(tokens: Tokens, variables: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the texts that an EXECUTE may run, with `UNKNOWN_NAME` for what is put in; none where they are unknown.

    Args:
        tokens: of the EXECUTE, in a body.
        variables: the texts that each variable of the body may hold.
    """
    expression = _expression(tokens[1:])
    text = _text_of(expression, variables)
    if len(expression) == 1 and expression[0] in variables:
        return list(variables[expression[0]])
    return [text] if text is not None and tokenize(text)[:1] not in ((), (_PLACEHOLDER,)) else []


def texts_of_variables(statements: Sequence[Tokens]) -> dict[str, list[str]]:
    """Return the texts that are assigned to variables in the statements of a body; only those that are all written."""
    found: dict[str, list[str]] = {}
    unknown: set[str] = set()
    for statement in statements:
        for place in range(len(statement) - 2):
            if statement[place : place + 2] != (":", "="):
                continue
            name = _assigned(statement, place)
            text = _text_of(statement[place + 2 :], found)
            if text is None or tokenize(text)[:1] in ((), (_PLACEHOLDER,)):
                unknown.add(name)
            else:
                found.setdefault(name, []).append(text)
    return {name: texts for name, texts in found.items() if name not in unknown}


def _assigned(statement: Tokens, place: int) -> str:
    """Return the variable in front of `:=`: `name := ...`, or `name type := ...` of a declaration."""
    start = place
    while start > 0 and (is_identifier(statement[start - 1]) and statement[start - 1] not in _OPENERS):
        start -= 1
    return statement[start] if start < place else ""


def _expression(tokens: Tokens) -> Tokens:
    depth = 0
    for position, word in enumerate(tokens):
        if depth == 0 and word in _ENDS:
            return tokens[:position]
        depth += nesting(word)
    return tokens


def _text_of(expression: Tokens, variables: Mapping[str, Sequence[str]]) -> str | None:
    """Return the text of an expression, with a placeholder for what is unknown in it; None where it has no text."""
    if expression[:2] in (("format", "("), ("concat", "(")):
        arguments = list(split_at_commas(enclosed(expression, 1)))
        if expression[0] == "concat":
            return _joined(arguments, variables)
        template = _text_of(arguments[0], variables)
        if template is None:
            return None
        return _TEXT.sub(_PLACEHOLDER, _IDENTIFIER_OR_LITERAL.sub(_PLACEHOLDER, template))
    return _joined(list(_parts(expression)), variables)


def _joined(parts: Sequence[Tokens], variables: Mapping[str, Sequence[str]]) -> str | None:
    texts = []
    for part in parts:
        if len(part) == 1 and part[0][:1] in ("'", "$"):
            texts.append(unquote(part[0]))
        elif len(part) == 1 and len(variables.get(part[0], ())) == 1:
            texts.append(variables[part[0]][0])
        else:
            texts.append(_PLACEHOLDER)
    if all(text == _PLACEHOLDER for text in texts):
        return None
    return "".join(text for text, _ in groupby(texts))


def _parts(expression: Tokens) -> Iterator[Tokens]:
    """Yield the operands of `||`."""
    part: list[str] = []
    depth = 0
    for word in expression:
        depth += nesting(word)
        if word == "|" and depth == 0:
            if part:
                yield tuple(part)
            part = []
            continue
        part.append(word)
    if part:
        yield tuple(part)
