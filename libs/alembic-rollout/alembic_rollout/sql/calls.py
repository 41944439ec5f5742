"""What the functions do that a text calls, where their bodies are known."""

from collections.abc import Iterator, Sequence

from alembic_rollout.sql.action import Action
from alembic_rollout.sql.actions import actions_in_body
from alembic_rollout.sql.scanner import tokenize
from alembic_rollout.sql.tokens import Tokens, split, split_name, unquote

_CALLING = ("select", "call", "perform", "do", "with")
_NAMING = (("function",), ("procedure",), ("routine",))


def actions_of_calls(sql: str, functions: Sequence[Action]) -> Iterator[Action]:
    """Yield what the functions do that a text of statements calls.

    Args:
        sql: the text.
        functions: the actions that have made functions, of which any may be called.
    """
    if not functions:
        return
    for statement in split(tokenize(sql)):
        if statement[0] not in _CALLING:
            continue
        words = _words_of_body(statement) if statement[0] == "do" else statement
        for function in functions:
            if _calls(words, split_name(function.name)[1]):
                yield from actions_in_body(function.tokens)


def _words_of_body(statement: Tokens) -> Tokens:
    return next((tokenize(unquote(word)) for word in statement if word[:1] in ("$", "'")), ())


def _calls(statement: Tokens, name: str) -> bool:
    return any(
        unquote(word) == name
        and statement[place + 1 : place + 2] == ("(",)
        and statement[place - 1 : place] not in _NAMING  # as in REVOKE ... ON FUNCTION
        for place, word in enumerate(statement)
    )
