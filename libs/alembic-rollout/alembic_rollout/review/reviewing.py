"""Reviews a branch: builds the schema of its base in a scratch database, and runs there what the branch adds."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from alembic.script import Script

from alembic_rollout.drift.differences import DriftFinding
from alembic_rollout.drift.find import find_drift
from alembic_rollout.errors import RolloutError
from alembic_rollout.inventory.releases import inventories
from alembic_rollout.lint.linter import Judged, judge_files, judged_of
from alembic_rollout.project.environment import Environment
from alembic_rollout.project.tree_checks import check_heads, check_tree
from alembic_rollout.rehearsal.rehearsing import describe_revision, rehearse_in
from alembic_rollout.rehearsal.results import Rehearsal
from alembic_rollout.rehearsal.walk import pending, walk
from alembic_rollout.review.branch_files import BranchFiles, branch_files
from alembic_rollout.scratch.database import Scratch, open_scratch

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Review:
    """What was found out about a branch.

    Attributes:
        service: whose migrations.
        base: the git ref that it was compared with.
        files: its revision files, compared with those of the base.
        judged: the revisions that it adds, and what the linter says of them.
        rehearsal: what they did; None where they were not run.
        differences: between the models and the schema that the revisions make; None where they were not compared.
        asked: how many statements of the previous release were asked; None where they are not known.
        server: major version of the PostgreSQL that it was done on; None where none was needed.
    """

    service: str
    base: str
    files: BranchFiles
    judged: Judged = field(default_factory=Judged)
    rehearsal: Rehearsal | None = None
    differences: list[DriftFinding] | None = None
    asked: int | None = None
    server: int | None = None


def review(environment: Environment, base: str) -> Review:
    """Review the working tree against a git ref.

    Args:
        environment: the project; its server, or that of ROLLOUT_ADMIN_URL, lends the scratch database.
        base: the release that runs, or the branch to merge into.

    Raises:
        UsageError: git does not know the ref, or the tree has two files of one number, or several heads.
        RolloutError: the scratch database cannot be made, or the base cannot be built in it.
    """
    check_tree(environment.tree)
    check_heads(environment.tree, "head")
    files = branch_files(environment, base)
    result = Review(environment.settings.service, base, files)
    judged = judged_of(files.added, environment.settings, environment.tree)
    if files.edited or files.missing:  # there is no schema of the base to begin with
        result.judged = judge_files(environment, judged)
        return result
    with open_scratch(environment.url, environment.settings) as scratch:
        result.server = scratch.live.major
        of_the_server = _extensions(scratch)
        scripts = pending(environment, "head", ())
        _build(environment, scratch, [one for one in scripts if one.revision not in files.added], base)
        _run_added(environment, scratch, [one for one in scripts if one.revision in files.added], result)
        result.differences = _differences(environment, scratch, result.rehearsal, of_the_server)
    rehearsal = result.rehearsal
    ask = (lambda *_: rehearsal.releases) if rehearsal is not None and result.asked is not None else None
    result.judged = judge_files(environment, judged, ask=ask)
    return result


def _build(environment: Environment, scratch: Scratch, scripts: Sequence[Script], base: str) -> None:
    logger.info("Building the schema of %s.", base)
    failure = walk(environment, scratch.engine, scripts, "upgrade")
    if failure is not None:
        raise RolloutError(f"The schema of {base} cannot be built: {failure.revision} fails: {failure.error}")


def _run_added(environment: Environment, scratch: Scratch, scripts: Sequence[Script], result: Review) -> None:
    if not scripts:
        return
    with scratch.observer.connect() as connection:
        start = environment.version_table.revisions(connection)
    previous, new = inventories(environment, result.base)
    result.rehearsal = Rehearsal(
        f"the schema of {result.base}", start, [describe_revision(environment, script) for script in scripts]
    )
    rehearse_in(environment, scratch, scripts, result.rehearsal, previous=previous, new=new)
    if previous.statements or new.statements:
        result.asked = len(previous.statements) - len(result.rehearsal.releases.not_asked)


def _extensions(scratch: Scratch) -> list[str]:
    """Return what every new database of the server begins with, which is no difference to the models."""
    with scratch.observer.connect() as connection:
        names = connection.exec_driver_sql("SELECT extname FROM pg_catalog.pg_extension").scalars()
        return [f"extension {name}" for name in names]


def _differences(
    environment: Environment, scratch: Scratch, rehearsal: Rehearsal | None, ignore: Sequence[str]
) -> list[DriftFinding] | None:
    is_at_head = rehearsal is None or not (rehearsal.failure or rehearsal.after_down)
    if not is_at_head or environment.target_metadata is None:
        return None
    with scratch.observer.connect() as connection:
        return find_drift(environment, connection, (*environment.settings.drift_ignore, *ignore))
