"""One comment for a pull request: what would run, what it locks, what was found, how long it may take."""

from collections.abc import Sequence

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.formats.plain import count_of, relative, write
from alembic_rollout.project.rendering import RevisionReading
from alembic_rollout.sql.actions import actions_in
from alembic_rollout.sql.lock_modes import MODES, lock_of
from alembic_rollout.wording.phrases import plural

_MARK = "<!-- alembic-rollout lint -->"
"""By which a pipeline finds the comment that it wrote before, to write it again."""
_ESTIMATES = "takes-long"


def print_markdown(findings: Sequence[Finding], readings: Sequence[RevisionReading]) -> None:
    """Print the comment."""
    lines = [_MARK, "### Migrations", "", count_of(findings, revisions=len(readings)), ""]
    if readings:
        lines += ["| revision | phase | statements | strongest locks |", "|---|---|---|---|"]
        lines += [_row(reading) for reading in readings]
    listed = [finding for finding in findings if finding.rule != _ESTIMATES]
    lines += _section("Findings", [finding_line(each) for each in listed])
    estimates = [f"- {text_in_cell(each.message)}" for each in findings if each.rule == _ESTIMATES]
    lines += _section("Takes long", estimates)
    write("\n".join(lines))


def strongest_locks(reading: RevisionReading) -> dict[str, str]:
    """Return the strongest lock that a revision's upgrade takes on each table, as far as its SQL says so."""
    strongest: dict[str, str] = {}
    for statement in reading.upgrade.statements:
        for action in actions_in(statement.sql):
            mode = lock_of(action)
            if mode and MODES.index(mode) >= MODES.index(strongest.get(action.table, MODES[0])):
                strongest[action.table] = mode
    return strongest


def _row(reading: RevisionReading) -> str:
    locks = ", ".join(f"`{table}` {mode}" for table, mode in strongest_locks(reading).items())
    ran = plural(len(reading.upgrade.statements), "statement")
    title = text_in_cell(f"{reading.revision} {reading.doc}".strip())
    return f"| {title} | {text_in_cell(str(reading.phase))} | {ran} | {locks or '-'} |"


def finding_line(finding: Finding) -> str:
    """Return a finding as an item of a list."""
    place = f"**{finding.rule}** `{relative(finding.path)}:{finding.line}`"
    if finding.accepted is not None:
        return f"- {place} accepted: {text_in_cell(finding.accepted)}"
    return f"- {place} {text_in_cell(finding.message)} *{text_in_cell(finding.remedy)}*"


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return ["", f"#### {title}", "", *lines] if lines else []


def text_in_cell(text: str) -> str:
    """Return a text on one line that neither ends a cell nor begins HTML."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
