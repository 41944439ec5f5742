"""The revisions that a change is made of: kinds, order, phases, names.

A revision holds one kind of steps. All that follows a contract revision is contract too: it is held with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from alembic_rollout.project.tree import Phase

_OF_OBJECTS = "As SQL files declare. Locks last for milliseconds, on a materialized view as long as its query."


class Kind(Enum):
    """What a revision holds, in the order in which a chain has them: suffix of its name, phase, why it is safe."""

    LABELS = ("labels", "expand", "A new label of an enum may be used from the next revision on.")
    FUNCTIONS = ("functions", "expand", _OF_OBJECTS)
    STRUCTURE = ("", "expand", "Nothing is read or rewritten: each lock lasts for milliseconds.")
    OBJECTS = ("objects", "expand", _OF_OBJECTS)
    BACKFILL = ("backfill", "expand", "In batches, each a transaction of its own that locks its rows for a moment.")
    INDEXES = ("indexes", "expand", "Built and dropped concurrently: reads and writes go on.")
    EXPAND_VALIDATION = ("validation", "expand", "VALIDATE reads the rows and blocks no reads or writes.")
    VIEWS = ("views", "expand", _OF_OBJECTS)
    MATERIALIZED = ("materialized_views", "expand", _OF_OBJECTS)
    NOT_NULL = ("not_null", "contract", "Through a validated check, so that SET NOT NULL reads nothing.")
    UNIQUE = ("unique", "contract", "The index is built concurrently; the constraint then takes it over.")
    CONSTRAINTS = ("constraints", "contract", "NOT VALID: holds for new rows after a moment's lock, and reads none.")
    VALIDATION = ("validation", "contract", "VALIDATE reads the rows and blocks no reads or writes.")
    UNUSED_INDEXES = ("unused_indexes", "contract", "Dropped concurrently: reads and writes go on.")
    UNUSED_CONSTRAINTS = ("unused_constraints", "contract", "Each lock lasts for milliseconds.")
    UNUSED_OBJECTS = ("unused_objects", "contract", _OF_OBJECTS)
    CONTRACT = ("contract", "contract", "Each lock lasts for milliseconds; the rows' values go with what is dropped.")
    UNUSED_FUNCTIONS = ("unused_functions", "contract", "Nothing uses them any more.")

    def __init__(self, suffix: str, phase: Phase, why: str) -> None:
        self.suffix = suffix
        self.phase = phase
        self.why = why


OF_OBJECTS = (Kind.FUNCTIONS, Kind.OBJECTS, Kind.VIEWS, Kind.MATERIALIZED, Kind.UNUSED_OBJECTS, Kind.UNUSED_FUNCTIONS)
"""Revisions of what SQL files declare."""
QUERY_RUNS = ": its query runs"
"""What a step's `what` ends with that makes a materialized view."""
_UNTIL_COMPUTED = "Locks last until the query of the materialized view has run."
_BLOCKING = "Blocks reads or writes while PostgreSQL reads or rewrites a table: for small tables only."
_ORDER = list(Kind)
_BEHIND_OTHERS = "structure"
"""The suffix of a kind that has none, where it is not the first."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change, in both directions.

    Attributes:
        kind: of the revision that it belongs to.
        what: it does, as `Add profiles.nickname`.
        upgrade: Python statements, in the revision's transaction.
        downgrade: the same of the downgrade.
        upgrade_helpers: calls of `alembic_rollout.operations`, which come before every statement of the revision.
        downgrade_helpers: the same of the downgrade.
        locks: the strongest lock by table.
        accepted: findings of the linter that the step is known to be free of, with the reason.
        checks: SQL that returns no row where the rows allow the step, by what has to hold.
        left: what the developer has to fill in or to decide; empty where nothing is left.
        blocks: True if a lock that blocks reads or writes lasts as long as PostgreSQL reads or rewrites the rows.
    """

    kind: Kind
    what: str
    upgrade: tuple[str, ...] = ()
    downgrade: tuple[str, ...] = ()
    upgrade_helpers: tuple[str, ...] = ()
    downgrade_helpers: tuple[str, ...] = ()
    locks: Mapping[str, str] = field(default_factory=dict)
    accepted: Mapping[str, str] = field(default_factory=dict)
    checks: Mapping[str, str] = field(default_factory=dict)
    left: str = ""
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A revision of a chain before it has a number.

    Attributes:
        kind: of its steps.
        message: what Alembic makes the file's name of.
        phase: `expand` or `contract`.
        steps: in the order in which they are applied.
    """

    kind: Kind
    message: str
    phase: Phase
    steps: tuple[Step, ...]

    @property
    def why(self) -> str:
        """Why it is safe, or that it is not."""
        if any(step.blocks for step in self.steps):
            return _BLOCKING
        is_query = any(step.what.endswith(QUERY_RUNS) for step in self.steps)
        return _UNTIL_COMPUTED if is_query and self.kind not in OF_OBJECTS else self.kind.why

    @property
    def upgrade(self) -> list[str]:
        """The statements of `upgrade()`: helpers first, which commit what precedes them."""
        return [
            *(line for step in self.steps for line in step.upgrade_helpers),
            *(line for step in self.steps for line in step.upgrade),
        ]

    @property
    def downgrade(self) -> list[str]:
        """The statements of `downgrade()`, in reverse order."""
        steps = self.steps[::-1]
        return [
            *(line for step in steps for line in step.downgrade_helpers),
            *(line for step in steps for line in step.downgrade),
        ]

    @property
    def accepted(self) -> dict[str, str]:
        """What the file accepts, by rule; the reasons of several steps are joined."""
        reasons: dict[str, dict[str, None]] = {}
        for step in self.steps:
            for rule, reason in step.accepted.items():
                reasons.setdefault(rule, {})[reason] = None
        return {rule: "; ".join(found) for rule, found in reasons.items()}

    @property
    def checks(self) -> dict[str, str]:
        """What the file asks of the rows first."""
        return {name: sql for step in self.steps for name, sql in step.checks.items()}


def links(steps: Iterable[Step], message: str, longest: int) -> list[Link]:
    """Put steps into revisions, in order.

    Args:
        steps: of a change; those of one kind stay in their order.
        message: of the command.
        longest: characters of a file's slug; a longer message is cut in front of the suffix.
    """
    by_kind: dict[Kind, list[Step]] = {}
    for step in steps:
        by_kind.setdefault(step.kind, []).append(step)
    if Kind.EXPAND_VALIDATION in by_kind and Kind.VALIDATION in by_kind:
        by_kind[Kind.VALIDATION] = by_kind.pop(Kind.EXPAND_VALIDATION) + by_kind[Kind.VALIDATION]
    chain: list[Link] = []
    for kind in sorted(by_kind, key=_ORDER.index):
        name = _with_suffix(message, kind.suffix or _BEHIND_OTHERS, longest) if chain else message
        chain.append(Link(kind, name, kind.phase, tuple(by_kind[kind])))
    return chain


def strongest_locks(chain: Sequence[Step]) -> dict[str, str]:
    """Return the strongest lock that steps take, by table."""
    strongest: dict[str, str] = {}
    for step in chain:
        for table, mode in step.locks.items():
            if MODES.index(mode) > MODES.index(strongest.get(table, MODES[0])):
                strongest[table] = mode
    return strongest


ROW_EXCLUSIVE = "ROW EXCLUSIVE"
SHARE_UPDATE = "SHARE UPDATE EXCLUSIVE"
SHARE_ROW = "SHARE ROW EXCLUSIVE"
ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"
SHARE = "SHARE"
MODES = ("", ROW_EXCLUSIVE, SHARE_UPDATE, SHARE, SHARE_ROW, ACCESS_EXCLUSIVE)
"""Modes of locks, weakest first: https://www.postgresql.org/docs/current/explicit-locking.html"""


def _with_suffix(message: str, suffix: str, longest: int) -> str:
    suffix = suffix.replace("_", " ")
    room = longest - len(suffix) - 1
    if len(message) > room:
        message = message[:room].rsplit(" ", 1)[0]
    return f"{message} {suffix}"
