"""Statements that tend what is there: VACUUM, ANALYZE, CLUSTER, REINDEX, REFRESH, LOCK."""

from collections.abc import Iterator

from alembic_rollout.sql.action import Action
from alembic_rollout.sql.kinds import read_kind
from alembic_rollout.sql.tokens import Tokens, enclosed, read_name, skip, split_at_commas

MAINTENANCE = ("vacuum", "analyze", "analyse", "cluster", "reindex", "refresh", "lock")
_WORDS_IN_FRONT = ("full", "freeze", "verbose", "analyze", "analyse", "only")
_WITH_A_KIND = ("reindex", "refresh")


def maintenance_actions(tokens: Tokens) -> Iterator[Action]:
    """Yield what a statement tends, table by table."""
    verb = "analyze" if tokens[0] == "analyse" else tokens[0]
    position = 1
    if tokens[1:2] == ("(",):
        position += len(enclosed(tokens, 1)) + 2
    kind = ""
    if verb in _WITH_A_KIND:
        kind, position = read_kind(tokens, position)
        position = skip(tokens, position, "concurrently")
    position = skip(tokens, position, "table") if verb == "lock" else skip(tokens, position, *_WORDS_IN_FRONT)
    for part in split_at_commas(tokens[position:]) if verb in ("vacuum", "analyze", "lock") else (tokens[position:],):
        name, _ = read_name(part, skip(part, 0, "only"))
        yield Action(verb, kind, name, "" if kind == "index" else name, tokens=tokens)
