"""What `alembic revision --autogenerate` prints at its end: files, phases, locks, what is left, the linter's word."""

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from alembic_rollout.autogenerate.chain import OF_OBJECTS, Link, strongest_locks
from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.formats import count_of, finding_text, relative
from alembic_rollout.output import console, print_table


def print_summary(
    chain: Sequence[Link], paths: Sequence[Path], findings: Sequence[Finding], remarks: Sequence[str] = ()
) -> None:
    """Print what was written.

    Args:
        chain: the revisions, in order.
        paths: their files.
        findings: what the linter says of them.
        remarks: lines to print besides.
    """
    rows = [(relative(path), link.phase, _locks(link)) for path, link in zip(paths, chain, strict=True)]
    print_table(("File", "Phase", "Strongest lock"), rows)
    left = [
        (relative(path), step.left) for path, link in zip(paths, chain, strict=True) for step in link.steps if step.left
    ]
    out = console()
    if left:
        out.print(Text("Left to do", style="bold"))
        for path, text in left:
            out.print(Text(f"  {path}: {text}"))
    made = [
        (relative(path), step.what)
        for path, link in zip(paths, chain, strict=True)
        if link.kind in OF_OBJECTS
        for step in link.steps
        if step.what
    ]
    if made:
        out.print(Text("Objects", style="bold"))
        for path, what in made:
            out.print(Text(f"  {path}: {what}"))
    for remark in remarks:
        out.print(Text(remark))
    for finding in findings:
        out.print(finding_text(finding))
    out.print(Text(f"lint: {count_of(findings, revisions=len(chain))}"))


def _locks(link: Link) -> str:
    return ", ".join(f"{table}: {mode}" for table, mode in strongest_locks(link.steps).items()) or "-"
