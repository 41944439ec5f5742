"""The number of the next revision."""

from collections.abc import Iterable


def next_number(revisions: Iterable[str]) -> str:
    """Return the number after the highest one in use: `001`, `002`, ...

    Args:
        revisions: the ids in use; those that are no numbers do not count.
    """
    numbers = [int(revision) for revision in revisions if revision.isdigit()]
    return f"{max(numbers, default=0) + 1:03d}"
