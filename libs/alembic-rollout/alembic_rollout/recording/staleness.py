"""Compares what the tests have recorded with the committed inventory, and says what is different."""

from collections.abc import Iterator
from dataclasses import dataclass

from alembic_rollout.inventory.statements_file import RECORD, SOMETIMES, Inventory
from alembic_rollout.wording.phrases import plural, shortened

_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Staleness:
    """How the committed inventory differs from what a whole run has recorded.

    Attributes:
        new: statements that the file does not have.
        gone: statements of the file that no test has sent; those that are marked as not in every run left out.
    """

    new: tuple[str, ...]
    gone: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.gone)

    def lines(self, name: str) -> Iterator[str]:
        """Yield what to print.

        Args:
            name: of the file.
        """
        counts = [f"{plural(len(self.new), 'new statement')}" if self.new else ""]
        counts += [f"{plural(len(self.gone), 'statement')} not sent any more" if self.gone else ""]
        yield f"{name} is stale: {', '.join(filter(None, counts))}. Run `{RECORD}` and commit the file."
        yield from (f"+ {shortened(statement, _LONGEST)}" for statement in self.new)
        yield from (f"- {shortened(statement, _LONGEST)}" for statement in self.gone)
        if self.gone:
            yield f"A statement that some runs do not send is marked by the line `{SOMETIMES}` in front of it."


def compare(recorded: frozenset[str], committed: Inventory) -> Staleness:
    """Compare what a whole run has recorded with the file."""
    gone = committed.statements - committed.sometimes - recorded
    return Staleness(tuple(sorted(recorded - committed.statements)), tuple(sorted(gone)))


def to_write(recorded: frozenset[str], committed: Inventory, *, removes: bool) -> Inventory:
    """Return the inventory to commit.

    Args:
        recorded: what was sent.
        committed: the file as it is.
        removes: leave out what was not sent, unless it is marked as not in every run.
    """
    kept = committed.sometimes if removes else committed.statements
    return Inventory(recorded | kept, committed.sometimes)
