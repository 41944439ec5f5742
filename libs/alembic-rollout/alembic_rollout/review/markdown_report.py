"""A review as Markdown: a section of the comment of a pull request, or the summary of a pipeline."""

from collections.abc import Iterator, Sequence

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.formats.markdown import finding_line, strongest_locks, text_in_cell
from alembic_rollout.lint.formats.script_lines import script_lines
from alembic_rollout.project.rendering import RevisionReading
from alembic_rollout.rehearsal.results import RehearsedRevision
from alembic_rollout.review.problems import Problem
from alembic_rollout.review.reviewing import Review
from alembic_rollout.sql.lost_data import may_lose_data
from alembic_rollout.wording.durations import format_duration
from alembic_rollout.wording.phrases import plural

_LONGEST_SQL = 12_000
"""Characters of SQL in a report: a comment on GitHub may have 65,536, of several reports."""


def report_of(review: Review, problems: Sequence[Problem]) -> str:
    """Return the report of a review.

    Args:
        review: what was found out.
        problems: of the review.
    """
    verdict = plural(len(problems), "problem") if problems else _verdict(review)
    lines = [f"### Migrations of {text_in_cell(review.service)}: {verdict}", ""]
    for problem in problems:
        lines += _problem(problem)
    if review.judged.readings:
        lines += ["| revision | phase | statements | strongest locks | up, down |", "|---|---|---|---|---|"]
        lines += [_row(reading, _rehearsed(review, reading.revision)) for reading in review.judged.readings]
        lines += ["", *_accepted(review.judged.findings), *_sql(review.judged.readings)]
    lines.append(" ".join(_notes(review)))
    return "\n".join(lines) + "\n"


def report_of_failure(name: str, reason: str) -> str:
    """Return the report of a review that could not be done.

    Args:
        name: of the project's folder.
        reason: why, in one line.
    """
    return f"### Migrations of {text_in_cell(name)}: not reviewed\n\n:x: {text_in_cell(reason)}\n"


def _verdict(review: Review) -> str:
    return f"{plural(len(review.files.added), 'revision')}, safe" if review.files.added else "nothing changes"


def _problem(problem: Problem) -> list[str]:
    lines = [f":x: {text_in_cell(problem.text)}", "", f"{text_in_cell(problem.remedy)}", ""]
    if problem.command:
        lines += ["```sh", problem.command, "```", ""]
    if problem.attribute:
        lines += ["```python", problem.attribute, "```", ""]
    return [*lines, text_in_cell(problem.otherwise), ""] if problem.otherwise else lines


def _rehearsed(review: Review, revision: str) -> RehearsedRevision | None:
    revisions = review.rehearsal.revisions if review.rehearsal is not None else []
    return next((one for one in revisions if one.revision == revision), None)


def _row(reading: RevisionReading, rehearsed: RehearsedRevision | None) -> str:
    statements = reading.upgrade.statements
    loss = ", may destroy data" if may_lose_data(one.sql for one in statements) else ""
    cells = (
        f"{reading.revision} {reading.doc}".strip(),
        str(reading.phase),
        f"{plural(len(statements), 'statement')}{loss}",
        ", ".join(f"`{table}` {mode}" for table, mode in _locks(reading, rehearsed).items()) or "-",
        _times(rehearsed),
    )
    return f"| {' | '.join(map(text_in_cell, cells))} |"


def _locks(reading: RevisionReading, rehearsed: RehearsedRevision | None) -> dict[str, str]:
    """Return the strongest lock by table: those that were seen, else what the SQL says."""
    if rehearsed is None or rehearsed.up is None:
        return strongest_locks(reading)
    strongest: dict[str, str] = {}
    for lock in rehearsed.up.locks:
        strongest.setdefault(lock.relation, lock.mode)
    return strongest


def _times(rehearsed: RehearsedRevision | None) -> str:
    ways = () if rehearsed is None else (rehearsed.up, rehearsed.down)
    return ", ".join("-" if one is None else format_duration(one.duration_ms / 1000) for one in ways) or "-"


def _accepted(findings: Sequence[Finding]) -> list[str]:
    """Return what stops nothing: accepted findings and warnings."""
    listed = [finding_line(finding) for finding in findings if finding.accepted is not None or finding.is_warning]
    return [*listed, ""] if listed else []


def _sql(readings: Sequence[RevisionReading]) -> list[str]:
    lines: list[str] = []
    for reading in readings:
        lines += [f"-- {reading.revision} {reading.doc}".rstrip(), *script_lines(reading.upgrade)]
        if reading.upgrade.error:
            lines.append(f"-- A real run may do more or something else: {reading.upgrade.error}.")
    text = "\n".join(lines)
    if len(text) > _LONGEST_SQL:
        text = f"{text[:_LONGEST_SQL]}\n-- The rest: alembic-rollout plan"
    fence = "```"
    while fence in text:
        fence += "`"
    return ["<details><summary>SQL</summary>", "", f"{fence}sql", text, fence, "", "</details>", ""]


def _notes(review: Review) -> Iterator[str]:
    yield f"Compared with `{review.base}`."
    if review.rehearsal is not None:
        yield f"Applied, reverted and applied again on PostgreSQL {review.server}; the times are those of empty tables."
        if review.asked is None:
            yield "No statements of the previous release are recorded, so none were asked."
        else:
            yield f"{plural(review.asked, 'statement')} of the previous release asked."
            yield from _not_asked(review)
    elif review.files.added:
        yield "Not rehearsed."
    if review.differences is None:
        yield "Not compared with the models."
    elif not review.differences:
        yield "The models are what the revisions make."


def _not_asked(review: Review) -> Iterator[str]:
    rehearsal = review.rehearsal
    if rehearsal is not None and rehearsal.releases.not_asked:
        count = len(rehearsal.releases.not_asked)
        yield f"{plural(count, 'statement')} could not be asked: PostgreSQL cannot prepare them."
