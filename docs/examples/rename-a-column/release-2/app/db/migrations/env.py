"""Alembic's environment: the models, then one call. `alembic_rollout` runs every command, online and as SQL (`--sql`).

`app.db.base` imports each model explicitly. It is named here and not imported, because a start that has nothing to
migrate must be quick; the commands that compare models and database (`revision --autogenerate`, `check`) import it.
"""

from collections.abc import Mapping

from alembic_rollout import run

target_metadata = "app.db.base:Base.metadata"  # every model; imported only by the commands that compare


def include_name(name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
    """Leave out the column that release 1 still uses: autogenerate would drop it, since no model has it any more."""
    return (kind, parents.get("table_name"), name) != ("column", "profiles", "first_name")


run(target_metadata, include_name=include_name)
