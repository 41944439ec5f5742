"""The plug-ins of a comparison, by name; importing this module registers them with Alembic.

https://alembic.sqlalchemy.org/en/latest/api/plugins.html
"""

from functools import cache
from typing import Any

from alembic.runtime.plugins import Plugin

from alembic_rollout.comparison import (
    check_constraints,
    exclusion_constraints,
    index_options,
    reflected_columns,
    sequences,
    sql_object_changes,
)
from alembic_rollout.comparison.pruning import left_alone, other_dialects, search_path
from alembic_rollout.comparison.types import column_types, domains, enum_types
from alembic_rollout.project.environment import Environment
from alembic_rollout.sql_objects.sql_changes import SqlObjects

_ = reflected_columns  # importing it is what registers it
_CHECKS_BY_NAME = "alembic.ext.checkconstraint_byname"
_ENUMS = "alembic_rollout.enum_types"
_DOMAINS = "alembic_rollout.domains"
_SEQUENCES = "alembic_rollout.sequences"
_SEARCH_PATH = "alembic_rollout.search_path"
_OTHER_DIALECTS = "alembic_rollout.other_dialects"
_ADDED = {
    "alembic_rollout.check_constraints": check_constraints,
    "alembic_rollout.column_types": column_types,
    "alembic_rollout.exclusion_constraints": exclusion_constraints,
    "alembic_rollout.index_options": index_options,
}


def comparing(options: dict[str, Any], environment: Environment, *, enums: bool = True) -> dict[str, Any]:
    """Return the options of `context.configure` for a command that compares models and database.

    Args:
        options: those of the environment. Plug-ins that env.py names stay alone with what Alembic lacks: no check is
            compared where it leaves that plug-in out.
        enums: False for drift, which says more of them than that they differ.
        environment: whose `drift_ignore` counts.
    """
    checks = () if environment.options.get("autogenerate_plugins") else (_CHECKS_BY_NAME, *_ADDED)
    return {
        **options,
        "autogenerate_plugins": [
            *options["autogenerate_plugins"],
            *checks,
            *([_ENUMS] if checks and enums else []),
            *([_DOMAINS, _SEQUENCES, _OTHER_DIALECTS, _SEARCH_PATH, sql_object_changes.PLUGIN] if checks else []),
            left_alone.PLUGIN,
        ],
        left_alone.IGNORED: environment.settings.drift_ignore,
        sql_object_changes.OBJECTS: cache(lambda: SqlObjects.of(environment)),
    }


for _name, _module in {
    **_ADDED,
    _ENUMS: enum_types,
    _DOMAINS: domains,
    _SEQUENCES: sequences,
    _SEARCH_PATH: search_path,
    _OTHER_DIALECTS: other_dialects,
    sql_object_changes.PLUGIN: sql_object_changes,
    left_alone.PLUGIN: left_alone,
}.items():
    _module.setup(Plugin(_name))
