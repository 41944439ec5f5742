"""`alembic-rollout lint`: choose revisions, judge them, show what was found."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from alembic_rollout.errors import FindingsError
from alembic_rollout.lint.findings import Finding, unaccepted
from alembic_rollout.lint.formats import print_findings
from alembic_rollout.lint.known.known_catalogue import Catalogue
from alembic_rollout.lint.known.live import catalogue_if_readable
from alembic_rollout.lint.known.sizes import Size
from alembic_rollout.lint.known.statistics_file import read_statistics
from alembic_rollout.lint.linter import judged_of, lint_revisions
from alembic_rollout.lint.own_rules import load_own_rules
from alembic_rollout.lint.releases_asked import ask_releases
from alembic_rollout.lint.selection import select_revisions
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.project.rendering import Reader, Rendered, RevisionReading
from alembic_rollout.project.tree import Tree
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
    tree, settings = environment.tree, environment.settings
    selected = select_revisions(environment, since=since, base=base, all_revisions=all_revisions)
    judged = judged_of(selected, settings, tree)
    sizes, own = read_statistics(settings, environment.folder, tree), load_own_rules(settings, environment.folder)
    readings: list[RevisionReading] = []
    findings: list[Finding] = []
    if judged:
        with Reader(environment) as reader:
            readings = list(reader.read(judged))
            if since is not None or base is not None or all_revisions:
                findings = lint_revisions(
                    readings,
                    settings,
                    tree,
                    known=lambda: Catalogue(sizes=sizes),
                    earlier=partial(_before, reader, tree, judged),
                    own_rules=own,
                    releases=ask_releases(environment, base, readings, partial(_before, reader, tree, judged))
                    if base is not None
                    else None,
                )
            else:
                findings = lint_revisions(
                    readings, settings, tree, known=partial(_known, environment, sizes), own_rules=own
                )
    print_findings(findings, output_format, revisions=len(judged), readings=readings)
    left = unaccepted(findings)
    if left:
        rules = ", ".join(sorted({finding.rule for finding in left}))
        raise FindingsError(
            f"{plural(len(left), 'finding')} not accepted ({rules}). Change the revisions, or"
            f' accept each in its file with a reason: accepted = {{"{left[0].rule}": "why it is safe here"}}'
        )


def _before(reader: Reader, tree: Tree, judged: Sequence[str]) -> list[Rendered]:
    """Read the upgrades that the judged revisions are built on."""
    below = tree.ancestors(judged).difference(judged)
    return [reading.upgrade for reading in reader.read([name for name in tree.order if name in below], ["upgrade"])]


def _known(environment: "Environment", sizes: Mapping[str, Size]) -> Catalogue:
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        return catalogue_if_readable(connection, sizes=sizes)
