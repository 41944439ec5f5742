"""`alembic-rollout lint`: choose revisions, judge them, show what was found."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from alembic_rollout.errors import FindingsError
from alembic_rollout.lint.findings import unaccepted
from alembic_rollout.lint.formats import print_findings
from alembic_rollout.lint.known.known_catalogue import Catalogue
from alembic_rollout.lint.known.live import catalogue_if_readable
from alembic_rollout.lint.known.sizes import Size
from alembic_rollout.lint.known.statistics_file import read_statistics
from alembic_rollout.lint.linter import Judged, judge_files, judged_of, lint_revisions
from alembic_rollout.lint.own_rules import load_own_rules
from alembic_rollout.lint.releases_asked import ask_releases
from alembic_rollout.lint.selection import select_revisions
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.project.rendering import Reader
from alembic_rollout.project.tree_checks import check_tree
from alembic_rollout.wording.phrases import plural

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


def lint_command(
    environment: "Environment", *, since: str | None, base: str | None, all_revisions: bool, output_format: str
) -> None:
    """Judge revisions and print the findings.

    Args:
        environment: whose tree and settings.
        since: only revisions after this one.
        base: only revisions whose files differ from this git ref.
        all_revisions: every one; what is pending in the database where nothing is chosen.
        output_format: see `lint.formats`.

    Raises:
        FindingsError: a finding is not accepted.
        UsageError: the choice makes no sense, two files have one number, or the statistics are of another schema.
    """
    check_tree(environment.tree)
    selected = select_revisions(environment, since=since, base=base, all_revisions=all_revisions)
    revisions = judged_of(selected, environment.settings, environment.tree)
    if since is not None or base is not None or all_revisions:
        ask = partial(ask_releases, environment, base) if base is not None else None
        judged = judge_files(environment, revisions, ask=ask)
    else:
        judged = _judge_pending(environment, revisions)
    findings, readings = judged.findings, judged.readings
    print_findings(findings, output_format, revisions=len(revisions), readings=readings)
    left = unaccepted(findings)
    if left:
        rules = ", ".join(sorted({finding.rule for finding in left}))
        raise FindingsError(
            f"{plural(len(left), 'finding')} not accepted ({rules}). Change the revisions, or"
            f' accept each in its file with a reason: accepted = {{"{left[0].rule}": "why it is safe here"}}'
        )


def _judge_pending(environment: "Environment", revisions: Sequence[str]) -> Judged:
    """Judge revisions by what the database says of the tables that they change."""
    tree, settings = environment.tree, environment.settings
    sizes, own = read_statistics(settings, environment.folder, tree), load_own_rules(settings, environment.folder)
    if not revisions:
        return Judged()
    with Reader(environment) as reader:
        readings = list(reader.read(revisions))
        known = partial(_known, environment, sizes)
        return Judged(readings, lint_revisions(readings, settings, tree, known=known, own_rules=own))


def _known(environment: "Environment", sizes: Mapping[str, Size]) -> Catalogue:
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        return catalogue_if_readable(connection, sizes=sizes)
