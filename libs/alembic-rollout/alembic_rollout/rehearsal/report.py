"""A rehearsal as text."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from alembic_rollout.output import console
from alembic_rollout.rehearsal.observer import Observation
from alembic_rollout.rehearsal.relations import Lock
from alembic_rollout.rehearsal.results import Rehearsal, RehearsedRevision
from alembic_rollout.wording.durations import format_duration
from alembic_rollout.wording.phrases import shortened

_COLUMNS = ("Revision", "Direction", "Time", "Strongest lock on what was there before", "Rewrites")
_NO_ROWS = "The copy had no rows: locks and rewrites are those of the real database, times are those of empty tables."
_SAMPLED = "Statements outside a transaction release their locks at once: those were sampled, and one may be missing."
_EXCLUSIVE = (
    "ACCESS EXCLUSIVE blocks every session that uses the table, readers included, and all that queue behind it."
)
_GONE, _COME = "red", "green"
_LONGEST_STATEMENT = 1000


def print_report(rehearsal: Rehearsal) -> None:
    """Print a rehearsal: a table of what each revision did, then the comparison of the schemas."""
    output = console()
    start = ", ".join(rehearsal.start)
    if not rehearsal.revisions:
        output.print(Text(f"Nothing to rehearse: {rehearsal.database} is at {start or 'the base'}."))
        return
    first, last = rehearsal.revisions[0].revision, rehearsal.revisions[-1].revision
    span = first if first == last else f"{first} to {last}"
    output.print(Text(f"{span} on a copy of {rehearsal.database} at {start or 'the base'}"))
    output.print()
    output.print(_table(rehearsal.revisions))
    output.print()
    for note in _notes(rehearsal):
        output.print(Text(note), soft_wrap=True)
    if rehearsal.failure is not None and rehearsal.failure.statement:
        output.print(Text(f"The statement that failed: {_shortened(rehearsal.failure.statement)}"), soft_wrap=True)
    _print_comparisons(output, rehearsal)
    for group in rehearsal.releases.grouped():
        said = f"{group.revision} {group.rule}: {group}: {_shortened(group.statements[0])}"
        output.print(Text(said), soft_wrap=True)


def _table(revisions: Sequence[RehearsedRevision]) -> Table:
    table = Table(header_style="bold", box=None, pad_edge=False)
    for column in _COLUMNS:
        table.add_column(column, overflow="fold")
    for revision in revisions:
        contract = " (contract)" if revision.phase == "contract" else ""
        name = Text(f"{revision.revision} {revision.description}{contract}")
        if revision.up is not None:
            table.add_row(name, "up", _time(revision.up, revision.again), *_effects(revision.up))
        else:
            table.add_row(name, "up", "-", "-", "-")
        if revision.down is not None:
            table.add_row("", "down", _time(revision.down, None), *_effects(revision.down))
    return table


def _time(observation: Observation, again: Observation | None) -> str:
    time = format_duration(observation.duration_ms / 1000)
    return f"{time}, then {format_duration(again.duration_ms / 1000)}" if again else time


def _effects(observation: Observation) -> tuple[Text, str]:
    return _locks(observation.locks), ", ".join(observation.rewritten) or "-"


def _locks(locks: Sequence[Lock]) -> Text:
    """Return one line a relation, with its strongest lock; what blocks readers stands out."""
    strongest: dict[str, Lock] = {}
    for lock in locks:
        strongest.setdefault(lock.relation, lock)
    text = Text()
    for relation, lock in strongest.items():
        text.append("\n" if text else "").append(f"{relation}: ")
        text.append(lock.mode, style="bold red" if lock.is_access_exclusive else "")
    return text or Text("-")


def _notes(rehearsal: Rehearsal) -> Iterator[str]:
    yield _NO_ROWS
    yield from (f"The copy is without {left_out}." for left_out in rehearsal.left_out)
    observations = [one for revision in rehearsal.revisions for one in (revision.up, revision.down) if one is not None]
    if any(lock.is_access_exclusive for one in observations for lock in one.locks):
        yield _EXCLUSIVE
    if rehearsal.is_sampled:
        yield _SAMPLED
    for revision in rehearsal.revisions:
        for what, answers in (("check", revision.checks), ("verify", revision.verify)):
            for answer in answers:
                said = answer["text"] or answer["outcome"]
                yield f'On the copy, {what} "{answer["name"]}" of {revision.revision} {said}.'


def _print_comparisons(output: Console, rehearsal: Rehearsal) -> None:
    is_reverted = all(revision.down is not None for revision in rehearsal.revisions)
    if is_reverted:
        _print_comparison(output, "After the downgrade", "it was before", rehearsal.after_down)
        for revision in rehearsal.revisions:
            if revision.not_undone and len(rehearsal.revisions) > 1:
                output.print(Text(f"Left by the downgrade of {revision.revision}:"))
                _print_lines(output, revision.not_undone)
    if all(revision.again is not None for revision in rehearsal.revisions):
        _print_comparison(output, "After the second upgrade", "it was after the first", rehearsal.after_second_up)


def _print_comparison(output: Console, where: str, as_it_was: str, lines: Sequence[str]) -> None:
    if not lines:
        output.print(Text(f"{where}: the schema is what {as_it_was}."))
        return
    output.print(Text(f"{where}: the schema is not what {as_it_was}:"))
    _print_lines(output, lines)


def _print_lines(output: Console, lines: Sequence[str]) -> None:
    for line in lines:
        output.print(Text(f"  {line}", style=_GONE if line.startswith("-") else _COME), soft_wrap=True)


def _shortened(statement: str) -> str:
    text = " ".join(statement.split())
    return shortened(text, _LONGEST_STATEMENT)
