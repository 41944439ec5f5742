"""`alembic-rollout revision`: Alembic's command, with what has another name in the models."""

from typing import Any

from alembic import command
from alembic.config import Config

from alembic_rollout.errors import UsageError


def revision_command(config: Config, *, renames: tuple[str, ...], autogenerate: bool, **options: Any) -> None:  # noqa: ANN401 - Alembic's
    """Write new revisions.

    Args:
        config: Alembic's; `alembic_rollout.autogenerate` reads the renames from its command line.
        renames: as `profiles.first_name=given_name`.
        autogenerate: compare models and database.
        options: the other ones of `alembic revision`.

    Raises:
        UsageError: renames are given, and models and database are not compared.
    """
    if renames and not autogenerate:
        raise UsageError("--rename says how models and database differ: it needs --autogenerate.")
    command.revision(config, autogenerate=autogenerate, **options)
