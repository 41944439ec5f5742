"""What a glance at a database tells an upgrade: at the goal already, ahead of this code, or neither.

Part of every start, so nothing here imports the linter or the backups.
"""

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from alembic_rollout.history.state import read_state
from alembic_rollout.history.table import history_of
from alembic_rollout.project.tree import Tree
from alembic_rollout.releases.standing import Standing, ahead_text, compare

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


def read_standing(environment: "Environment", connection: Connection) -> Standing:
    """Return how a database stands to the tree of an environment."""
    state = read_state(connection, environment.version_table, history_of(environment))
    return compare(environment.tree, state)


def is_at_target(standing: Standing, tree: Tree, to: str) -> bool:
    """Return True if the database is where `upgrade TO` leads; False also where only Alembic could tell."""
    if standing.is_ahead or not standing.current:
        return False
    if to in ("head", "heads"):
        return not standing.pending and (to == "heads" or len(tree.heads) == 1)
    return standing.current == (to,)


def nothing_to_do(standing: Standing, tree: Tree, to: str) -> str:
    """Say why an upgrade has nothing to do."""
    at = ", ".join(standing.current) or "base"
    if to in tree.by_revision and standing.current != (to,):
        return f"At {at}, which is past {to}: nothing to do. To go back: alembic downgrade {to}"
    return f"At {at} already: nothing to do."


def ahead_warning(standing: Standing) -> str:
    """Say that a newer release migrated the database and that this code goes on."""
    return f"{ahead_text(standing)}; a newer release only added to it, so this one starts."
