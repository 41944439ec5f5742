"""The lock that a statement takes on a table, as PostgreSQL's documentation names it."""

from alembic_rollout.sql.action import Action

MODES = (
    *("ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE"),
    *("SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"),
)
"""From the weakest to the strongest."""

_BY_VERB = {
    **dict.fromkeys(("insert", "update", "delete", "merge", "copy"), "ROW EXCLUSIVE"),
    **dict.fromkeys(("validate", "analyze", "vacuum"), "SHARE UPDATE EXCLUSIVE"),
    **dict.fromkeys(("drop", "rename", "truncate", "cluster", "refresh"), "ACCESS EXCLUSIVE"),
    "query": "ACCESS SHARE",
    "reindex": "SHARE",
}
_BY_KIND = {"trigger": "SHARE ROW EXCLUSIVE", "index": "SHARE", "table": None, "materialized view": None}
_MILD_CHANGES = ("set statistics", "attach partition", "set (", "reset (", "cluster on", "set without")
_OF_TRIGGERS = ("disable trigger", "enable trigger")


def lock_of(action: Action) -> str | None:
    """Return the mode in which an action locks its table; None where it locks none, or one that is not known."""
    if not action.table:
        return None
    if action.is_concurrent:
        return "EXCLUSIVE" if action.verb == "refresh" else "SHARE UPDATE EXCLUSIVE"
    if action.verb == "lock":
        mode = " ".join(action.tokens).partition(" in ")[2].partition(" mode")[0].upper()
        return mode if mode in MODES else "ACCESS EXCLUSIVE"
    if action.verb in ("create", "alter"):
        return _lock_of_change(action)
    return "ACCESS EXCLUSIVE" if "full" in action.tokens[:3] else _BY_VERB.get(action.verb)


def _lock_of_change(action: Action) -> str | None:
    if action.verb == "create" and action.kind in _BY_KIND:
        return _BY_KIND[action.kind]
    if action.detail == "foreign key" or action.detail.startswith(_OF_TRIGGERS):
        return "SHARE ROW EXCLUSIVE"
    return "SHARE UPDATE EXCLUSIVE" if action.detail.startswith(_MILD_CHANGES) else "ACCESS EXCLUSIVE"
