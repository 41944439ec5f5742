"""Statements after which data may be lost, or that cannot be seen: a backup is taken before them."""

import re
from collections.abc import Iterable
from functools import cache

from alembic_rollout.sql.action import Action
from alembic_rollout.sql.actions import actions_in
from alembic_rollout.sql.calls import actions_of_calls
from alembic_rollout.sql.meaning import destroys
from alembic_rollout.sql.settings_changed import reading_changed_by
from alembic_rollout.sql.tokens import UNKNOWN_NAME

_WITH_BODIES = ("function", "procedure")


def may_lose_data(statements: Iterable[str]) -> bool:
    """Return True if data may be lost that only a backup can restore; what cannot be seen is taken for it.

    So are, besides what `meaning.destroys` names: what the functions do that the statements create and call, SQL
    that is put together while it runs, and what is read by other settings than the reader's.

    Args:
        statements: of one revision, in order.
    """
    functions: list[Action] = []
    for sql in statements:
        if not functions and not _may_lose().search(sql):
            continue
        actions = actions_in(sql)
        functions += [action for action in actions if action.verb == "create" and action.kind in _WITH_BODIES]
        done = (*actions, *actions_of_calls(sql, functions))
        if any(destroys(action) or action.detail == UNKNOWN_NAME for action in done) or reading_changed_by(sql):
            return True
    return False


@cache
def _may_lose() -> re.Pattern[str]:
    # An escape, or a text that is put together, may stand for any of the words.
    words = r"drop|truncate|delete|alter|merge|function|procedure|execute|set|discard|\\|u&"
    return re.compile(words, re.IGNORECASE)
