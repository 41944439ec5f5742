"""What stands between a branch and its merge, each problem with what to type."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from alembic_rollout.errors import RolloutError
from alembic_rollout.lint.findings import Finding, unaccepted
from alembic_rollout.lint.formats.plain import relative
from alembic_rollout.rehearsal.rehearsing import check_round_trip
from alembic_rollout.review.reviewing import Review

_GENERATE = 'alembic upgrade head && alembic revision --autogenerate -m "say what changes"'
_MOST_LINES = 4
_CONTRACT = frozenset({"contract-in-expand", "breaks-previous-release", "unknown-phase"})
_WRITTEN_BY_AUTOGENERATE = frozenset(
    {
        "adding-required-field",
        "changing-column-type",
        "check-scan",
        "concurrently-in-transaction",
        "disallowed-unique-constraint",
        "downgrade-incomplete",
        "downgrade-missing",
        "foreign-key-scan",
        "not-null-scan",
        "require-concurrent-index-creation",
        "require-concurrent-index-deletion",
        "validate-under-lock",
    }
)
"""Rules about what `alembic revision --autogenerate` writes safely from a change of the models."""
_A_REVISION_OF_ITS_OWN = frozenset(
    {
        "backfill-in-transaction",
        "commits-midway",
        "enum-label-too-early",
        "query-under-lock",
        "structure-and-data",
        "transaction-control",
    }
)
"""Rules that a second revision keeps, whose content has to be written by hand."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason not to merge.

    Attributes:
        text: what is wrong.
        remedy: what to do.
        command: what to type; empty where there is no command for it.
        attribute: what to write at the top level of the revision file; empty where there is none for it.
        otherwise: what else can be done.
    """

    text: str
    remedy: str
    command: str = ""
    attribute: str = ""
    otherwise: str = ""

    def __str__(self) -> str:
        said = (self.text, self.remedy, self.command, self.attribute, self.otherwise)
        return " ".join(part for part in said if part)


def problems_of(review: Review) -> list[Problem]:
    """Return everything that has to change before the branch is merged."""
    return [
        *_of_files(review),
        *_each_command_once(_of_finding(finding, review) for finding in unaccepted(review.judged.findings)),
        *_of_rehearsal(review),
        *_of_models(review),
    ]


def _of_files(review: Review) -> Iterator[Problem]:
    for file in review.files.missing:
        yield Problem(
            f"{file} is in {review.base}, and this branch does not have it.",
            "Bring the branch up to date, or restore the file:",
            f"git rebase {review.base}",
        )
    for file in review.files.edited:
        yield Problem(
            f"{file} is in {review.base} and was changed: a database that has applied it refuses the upgrade.",
            "Restore it, and put the change into a new revision:",
            f"git checkout {review.base} -- {file}",
        )


def _of_finding(finding: Finding, review: Review) -> Problem:
    problem = Problem(
        f"{relative(finding.path)}:{finding.line} {finding.rule}: {finding.message}",
        finding.remedy,
        otherwise=f'Or accept it in the file: accepted = {{"{finding.rule}": "why it is safe here"}}',
    )
    if finding.rule in _CONTRACT:
        return replace(problem, attribute='phase = "contract"')
    if finding.rule in _A_REVISION_OF_ITS_OWN:
        return replace(
            problem,
            remedy=f"{finding.remedy} This makes the other revision:",
            command='alembic revision -m "say what it does"',
        )
    # A revision that others follow cannot be left out of their chain.
    if finding.rule in _WRITTEN_BY_AUTOGENERATE and finding.revision == review.files.added[-1]:
        return replace(
            problem,
            remedy=f"{finding.remedy} Where the models say what it does, this writes it so:",
            command=_written_again(finding, review),
        )
    return problem


def _written_again(finding: Finding, review: Review) -> str:
    docs = {reading.revision: reading.doc.rstrip(".") for reading in review.judged.readings}
    doc = docs.get(finding.revision) or "say what changes"
    return (
        f"rm {shlex.quote(str(relative(finding.path)))} && alembic upgrade head && "
        f"alembic revision --autogenerate -m {shlex.quote(doc)}"
    )


def _each_command_once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Leave out a command that is shown already: of several findings in one file, the first has it."""
    shown: set[str] = set()
    for problem in problems:
        is_shown = problem.command in shown
        if problem.command:
            shown.add(problem.command)
        yield replace(problem, remedy=f"{problem.remedy} see above.", command="") if is_shown else problem


def _of_rehearsal(review: Review) -> Iterator[Problem]:
    if review.rehearsal is None:
        return
    try:
        check_round_trip(review.rehearsal)
    except RolloutError as error:
        lines = [*review.rehearsal.after_down, *review.rehearsal.after_second_up][:_MOST_LINES]
        told = f"{error} {'; '.join(lines)}" if lines else str(error)
        yield Problem(told, "Change the revision until its downgrade undoes it, and it can be applied again.")


def _of_models(review: Review) -> Iterator[Problem]:
    if review.differences:
        told = "; ".join(finding.text for finding in review.differences)
        yield Problem(
            f"The models are not what the revisions make: {told}.", "Write the revision that is missing:", _GENERATE
        )
