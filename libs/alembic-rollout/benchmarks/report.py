"""Prints what the library promises about speed, measured now, beside its targets: `make bench` runs it.

Every figure is a median of several runs, and a ratio is taken within each pair of runs, so that it holds while the
machine's speed drifts. Nothing is judged here.
"""

import sys
from typing import get_args

import autogenerate
import backfill
import handover
import lint
import startup

RUNS = 7


def line(what: str, figure: str, target: str) -> None:
    """Print one figure as soon as it is known."""
    sys.stdout.write(f"{what:<66} {figure:>16}   target {target}\n")
    sys.stdout.flush()


def main() -> None:
    """Measure and print."""
    memory = []
    for revisions, target in ((10, "1.0"), (100, "0.95"), (500, "0.8")):
        found = startup.nothing_to_do(revisions, runs=RUNS)
        memory.append(found.memory_ratio)
        seconds = f"{found.rollout_seconds:.2f} s / {found.plain_seconds:.2f} s"
        line(f"nothing to do, {revisions} revisions, of plain Alembic ({seconds})", f"{found.time_ratio:.2f}", target)
    found = startup.first_start(100, runs=RUNS)
    memory.append(found.memory_ratio)
    seconds = f"{found.rollout_seconds:.2f} s / {found.plain_seconds:.2f} s"
    line(f"100 revisions on an empty database, of plain Alembic ({seconds})", f"{found.time_ratio:.2f}", "1.15")
    line("largest memory of these, of plain Alembic", f"{max(memory):.2f}", "1.1")
    found = autogenerate.one_column(100, runs=RUNS)
    seconds = f"{found.rollout_seconds:.2f} s / {found.plain_seconds:.2f} s"
    line(f"autogenerate, 100 tables, of plain Alembic ({seconds})", f"{found.time_ratio:.2f}", "1.3")
    line(
        "lint of 500 revisions, every tenth with SET NOT NULL, of plain ones",
        f"{lint.not_null_ratio(runs=3):.2f}",
        "1.5",
    )
    for tables in (1250, 2500):
        line(f"lint of one revision with {tables:,} tables and indexes", f"{lint.seconds(tables, runs=3):.1f} s", "6 s")
    line(
        "lint of one pending revision, 100 tables, without Python's start",
        f"{lint.pending_milliseconds(100, runs=RUNS):.0f} ms",
        "150 ms",
    )
    line("run lock handed to the next of 20 waiting processes", f"{handover.measure():.0f} ms", "100 ms")
    for key in get_args(backfill.Key):
        rows = backfill.measure(key=key)
        line(f"backfill of 1,000,000 rows with {key} keys, of one UPDATE", f"{rows['ratio']:.2f}", "2.0")
        line("longest row lock of that backfill", f"{rows['longest_lock_s']:.2f} s", "0.5 s")


if __name__ == "__main__":
    main()
