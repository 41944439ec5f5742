"""Alembic's environment: the models, then one call. `alembic_rollout` runs every command, online and as SQL (`--sql`).

`app.db.base` imports each model explicitly. It is named here and not imported, because a start that has nothing to
migrate must be quick; the commands that compare models and database (`revision --autogenerate`, `check`) import it.
"""

from alembic_rollout import run

target_metadata = "app.db.base:Base.metadata"  # every model; imported only by the commands that compare

run(target_metadata)
