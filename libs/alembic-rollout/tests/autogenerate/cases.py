"""Many cases of one kind in one change of the models: a table each, so that a kind costs as much as a case."""

from collections.abc import Callable, Iterable


def numbered(case: str, number: int) -> str:
    """Return a case with its number in place of each `#`: names of indexes and types are unique in a schema."""
    return case.replace("#", str(number))


def a_table_each(table: Callable[[str], str], cases: Iterable[str]) -> str:
    """Return models with a table for each case.

    Args:
        table: writes the table `t#` with what a case adds to it.
        cases: what differs.
    """
    return "".join(numbered(table(case), number) for number, case in enumerate(cases))
