"""Calls of the helpers for objects, and the locks that they take."""

from collections.abc import Mapping
from dataclasses import replace

from alembic_rollout.autogenerate.chain import ACCESS_EXCLUSIVE, QUERY_RUNS, SHARE, SHARE_ROW, Kind, Step
from alembic_rollout.autogenerate.python_code import call
from alembic_rollout.sql_objects.object_names import CODE, VIEWS
from alembic_rollout.sql_objects.sql_object import SqlObject

_CREATION = "require-concurrent-index-creation"
_DELETION = "require-concurrent-index-deletion"
_ON_VIEW = "of a materialized view, which REFRESH alone writes; no query of it is kept waiting for long"
UNDER_LOCK = {"query-under-lock": "the rows are computed again, and what is made again cannot be read until they are"}


def create_step(
    kind: Kind, new: SqlObject, *, again: bool = False, with_parent: bool = False, note: str = "", left: str = ""
) -> Step:
    """Make an object.

    Args:
        kind: of the revision.
        new: the object.
        again: the revision has dropped it.
        with_parent: what it is on is made in the revision too.
        note: what is said of one that is made again.
        left: what the developer has to decide.
    """
    is_part = with_parent and new.kind == "comment"
    is_query = new.kind == "materialized view" and new.tokens[-3:] != ("with", "no", "data")
    costs = QUERY_RUNS if is_query else ""
    return Step(
        kind,
        ("" if is_part else f"Make {new.title} again{note}{costs}")
        if again
        else f"Create {new.title} from {new.place}{costs}",
        upgrade=(_creating(new, again=again),),
        downgrade=() if is_part else (_dropping(new, again=again),),
        locks=_locks(new, is_new=new.kind in VIEWS),
        accepted=UNDER_LOCK if again and is_query else {} if with_parent else _accepted(new, _CREATION),
        left=left,
    )


def replace_step(kind: Kind, old: SqlObject, new: SqlObject) -> Step:
    """Put an object in the place of one that it can replace."""
    return Step(
        kind,
        f"Replace {new.title} from {new.place}",
        upgrade=(call("operations.replace_object", new.text),),
        downgrade=(call("operations.replace_object", old.text),),
        locks=_locks(new),
    )


def drop_step(kind: Kind, old: SqlObject, *, again: bool = False, with_parent: bool = False) -> Step:
    """Take an object away.

    Args:
        kind: of the revision.
        old: the object.
        again: the revision makes it again.
        with_parent: what it is on goes in the revision too.
    """
    is_part = with_parent and old.kind == "comment"
    return Step(
        kind,
        "" if is_part else f"Drop {old.title}" + (", which is made again below" if again else ""),
        upgrade=() if is_part else (_dropping(old, again=again),),
        downgrade=(_creating(old, again=again),),
        locks=_locks(old, is_dropped=True),
        accepted=_accepted(old, _DELETION),
    )


def only_upgrade(step: Step) -> Step:
    """Return a step without its downgrade, which another step has in its place."""
    return replace(step, downgrade=())


def only_downgrade(step: Step) -> Step:
    """Return a step without its upgrade, which another step has in its place."""
    return replace(step, what="", upgrade=(), locks={}, accepted={}, left="")


def _creating(one: SqlObject, *, again: bool) -> str:
    return call("operations.create_object", one.text, keep_rights=_keeps(one, again=again))


def _dropping(one: SqlObject, *, again: bool) -> str:
    return call("operations.drop_object", one.name, keep_rights=_keeps(one, again=again))


def _keeps(one: SqlObject, *, again: bool) -> bool | None:
    return True if again and one.kind in (*CODE, *VIEWS) else None


def _locks(one: SqlObject, *, is_new: bool = False, is_dropped: bool = False) -> Mapping[str, str]:
    if is_new or one.kind in CODE or one.kind == "comment":
        return {}
    if one.kind in VIEWS:
        return {one.sql_name: ACCESS_EXCLUSIVE}
    if is_dropped or one.kind in ("policy", "row level security"):
        return {one.relation: ACCESS_EXCLUSIVE}
    return {one.relation: SHARE if one.kind == "index" else SHARE_ROW}


def _accepted(one: SqlObject, *rules: str) -> dict[str, str]:
    """Return what the linter would say of an index, which it does not know to be a materialized view's."""
    return dict.fromkeys(rules, _ON_VIEW) if one.kind == "index" else {}
