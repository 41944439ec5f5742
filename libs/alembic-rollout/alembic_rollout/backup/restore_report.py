"""A restore as text: what it would do, and what it has done."""

from collections.abc import Sequence

from alembic_rollout.backup.archive_entries import described
from alembic_rollout.backup.backups import format_size
from alembic_rollout.backup.restore_plan import RestorePlan
from alembic_rollout.backup.restoring import Restored
from alembic_rollout.databases.entry_role import drop_entry_role_statement
from alembic_rollout.databases.lifecycle import drop_statement
from alembic_rollout.databases.refused_entries import LeftOut
from alembic_rollout.wording.phrases import plural


def describe_plan(plan: RestorePlan) -> str:
    """Return what a restore would do, a fact a line."""
    archive, target = plan.archive, plan.target
    ended = plural(len(plan.sessions), "session")
    lines = [
        f"Backup:    {archive.path} ({format_size(archive.path.stat().st_size)})",
        f"           made {archive.created} from PostgreSQL {archive.server_version}",
        f"Revision:  {_joined(plan.revisions)}",
        f"Replaces:  {target.database} on {plan.admin_url.host or 'localhost'}, owned by {plan.present.owner}",
        f"           now at revision {_joined(target.revisions)}",
        f"           kept as {target.database}_before_<time>",
        f"Restores:  as {target.restorer.role}",
        f"Ends:      {ended}{':' if plan.sessions else ''}",
        *(f"           {session}" for session in plan.sessions),
        *(f"Left out:  {described(entry)} ({reason})" for entry, reason in plan.left_out.items()),
        *(
            f"Left over: {name}, by a restore that was killed: {drop_statement(name)} {drop_entry_role_statement(name)}"
            for name in plan.left_over
        ),
    ]
    return "\n".join(lines)


def describe_restored(plan: RestorePlan, restored: Restored) -> str:
    """Return what a restore has done."""
    lines = [
        f"Restored: {plan.target.database} is at revision {_joined(plan.revisions)}.",
        *(f"Left out: {what}" for what in left_out(plan, restored.refused)),
        *(
            f"Now owned by {plan.target.restorer.role}: {owned}; to give it back, as a superuser:"
            f" {owned.give_to(owned.owner)};"
            for owned in restored.not_given_back
        ),
        f"The former database is kept as {restored.former}. To drop it: {drop_statement(restored.former)}",
    ]
    return "\n".join(lines)


def left_out(plan: RestorePlan, refused: Sequence[LeftOut]) -> list[str]:
    """Return what a restore has left out, and why.

    Args:
        plan: what was known before.
        refused: what the server refused besides.
    """
    known = (f"{described(entry)} ({reason})" for entry, reason in plan.left_out.items())
    return [*known, *map(str, refused)]


def _joined(revisions: tuple[str, ...]) -> str:
    return ", ".join(revisions) or "none"
