"""What stands between a branch and its merge, each problem with what to type."""

from collections.abc import Iterator
from dataclasses import dataclass

from alembic_rollout.errors import RolloutError
from alembic_rollout.lint.findings import Finding, unaccepted
from alembic_rollout.lint.formats.plain import relative
from alembic_rollout.rehearsal.rehearsing import check_round_trip
from alembic_rollout.review.reviewing import Review

_GENERATE = 'alembic upgrade head && alembic revision --autogenerate -m "say what changes"'
_MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason not to merge.

    Attributes:
        text: what is wrong.
        remedy: what to do.
        command: what to type; empty where there is no command for it.
    """

    text: str
    remedy: str
    command: str = ""

    def __str__(self) -> str:
        return f"{self.text} {self.remedy}{f' {self.command}' if self.command else ''}"


def problems_of(review: Review) -> list[Problem]:
    """Return everything that has to change before the branch is merged."""
    return [
        *_of_files(review),
        *(_of_finding(finding) for finding in unaccepted(review.judged.findings)),
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


def _of_finding(finding: Finding) -> Problem:
    return Problem(
        f"{relative(finding.path)}:{finding.line} {finding.rule}: {finding.message}",
        f'{finding.remedy} Or accept it in the file: accepted = {{"{finding.rule}": "why it is safe here"}}',
    )


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
