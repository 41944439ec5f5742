"""The linter: judges revisions before they ship, and once more before they run."""

from typing import TYPE_CHECKING

from alembic_rollout.lint.findings import Finding, unaccepted
from alembic_rollout.lint.linter import lint_revisions

if TYPE_CHECKING:
    from alembic_rollout.environment import Environment

__all__ = ["Finding", "lint_command", "lint_revisions", "unaccepted"]


def lint_command(
    environment: "Environment", *, since: str | None, base: str | None, all_revisions: bool, output_format: str
) -> None:
    """Run `alembic-rollout lint`; see `alembic_rollout.lint.command.lint_command`."""
    from alembic_rollout.lint import command  # noqa: PLC0415 - a start that checks what is pending prints nothing

    command.lint_command(environment, since=since, base=base, all_revisions=all_revisions, output_format=output_format)
