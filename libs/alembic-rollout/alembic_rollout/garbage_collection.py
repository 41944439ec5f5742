"""Python's search for garbage (https://docs.python.org/3/library/gc.html): rare in a process that runs one command.

What a command makes, reference counts free; the objects of SQLAlchemy, of the models and of thousands of tables stay to
its end. To look through them all again and again took a fifth of a start that has nothing to do, half of that at its
very end, where Python looks a last time.
"""

import atexit
import gc

_THRESHOLD = 50_000
"""New objects until the youngest of them are looked through; Python's own number is 700 to 2,000."""


def collect_rarely() -> None:
    """Look for garbage rarely from now on, and not at all when the process ends."""
    gc.set_threshold(_THRESHOLD)
    atexit.register(gc.freeze)
