"""Runs make targets one after the other, all of them whatever happens, and says what each took."""

import subprocess
import time
from collections.abc import Sequence

from stack.paths import ROOT
from stack.terminal import Terminal


def run_steps(targets: Sequence[str], *, terminal: Terminal) -> bool:
    """Run targets and print a table of them.

    Args:
        targets: names of make targets.
        terminal: where the table goes.

    Returns:
        True if all of them succeeded.
    """
    results = []
    for target in targets:
        terminal.say(f"== make {target}")
        started = time.monotonic()
        status = subprocess.run(  # noqa: S603 - targets of this repository's Makefile
            ["make", "--no-print-directory", target],  # noqa: S607 - the make that called us is on the path
            check=False,
            cwd=ROOT,
        ).returncode
        results.append((target, time.monotonic() - started, status))
    terminal.say()
    for target, seconds, status in results:
        line = f"{target:<16}{seconds:7.1f} s   {'passed' if status == 0 else f'FAILED ({status})'}"
        (terminal.say if status == 0 else terminal.complain)(line)
    terminal.say(f"{'all':<16}{sum(seconds for _, seconds, _ in results):7.1f} s")
    return all(status == 0 for _, _, status in results)
