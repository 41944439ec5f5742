"""What the functions do that a text calls, where their bodies are known."""

from collections.abc import Iterator, Sequence

from alembic_rollout.sql.action import Action
from alembic_rollout.sql.actions import actions_in_body
from alembic_rollout.sql.tokens import Tokens, split, split_name, tokenize

_CALLING = ("select", "call", "perform", "do", "with")


def actions_of_calls(sql: str, functions: Sequence[Action]) -> Iterator[Action]:
    """Yield what the functions do that a text of statements calls.

    Args:
        sql: the text.
        functions: the actions that have made functions, of which any may be called.
    """
    if not functions:
        return
    for statement in split(tokenize(sql)):
        if statement[0] in _CALLING:
            words = " ".join(statement) if statement[0] == "do" else ""
            for function in functions:
                name = split_name(function.name)[1]
                if _calls(statement, name) or f"{name}(" in words:
                    yield from actions_in_body(function.tokens)


def _calls(statement: Tokens, name: str) -> bool:
    return any(
        word.strip('"') == name and statement[place + 1 : place + 2] == ("(",) for place, word in enumerate(statement)
    )
