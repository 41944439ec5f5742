"""How a database stands to a tree: what is applied, pending, unknown, changed, skipped. Compares values, asks nothing.

Every command and the readiness check say "at head", "ahead" or "not what was applied" by what is decided here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from alembic_rollout.errors import DatabaseAheadError, RolloutError
from alembic_rollout.history.state import DatabaseState
from alembic_rollout.project.tree import RevisionFile, Tree


@dataclass(frozen=True, slots=True)
class Standing:
    """How a database stands to a tree.

    Attributes:
        current: what the version table holds, sorted.
        heads: of the tree.
        pending: revisions of the tree that are not applied, oldest first.
        unknown: what the version table holds and the tree does not have: another release was here.
        unknown_contracts: contract revisions among what the other release applied; None where the history does not
            tell.
        lacking: where there are unknown revisions, what this code requires and the history does not have.
        changed: files of applied revisions that are not what was applied.
        skipped: files that an applied revision is built on, and that were never applied.
        nested: rows of the version table that another row is built on, each with that one.
        is_history_readable: False if the history could not be read, so that what was applied is not known.
    """

    current: tuple[str, ...]
    heads: tuple[str, ...]
    pending: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    unknown_contracts: tuple[str, ...] | None = ()
    lacking: tuple[str, ...] = ()
    changed: tuple[RevisionFile, ...] = ()
    skipped: tuple[RevisionFile, ...] = ()
    nested: tuple[tuple[str, str], ...] = ()
    is_history_readable: bool = True

    @property
    def is_ahead(self) -> bool:
        """Return True if another release has migrated the database to where this code does not know it."""
        return bool(self.unknown)

    @property
    def at(self) -> str:
        """Where the database is, for a message."""
        return f"at {', '.join(self.current)}" if self.current else "empty"


def compare(tree: Tree, state: DatabaseState) -> Standing:
    """Return how a database stands to a tree.

    Args:
        tree: without duplicates, circles or unknown ids; see `tree_checks`.
        state: of the database.
    """
    known = tree.by_revision
    unknown = tuple(revision for revision in state.revisions if revision not in known)
    counted = _counted(tree, state) if unknown else tree.ancestors(state.revisions)
    return Standing(
        current=state.revisions,
        heads=tree.heads,
        pending=tuple(revision for revision in tree.order if revision not in counted),
        unknown=unknown,
        unknown_contracts=_unknown_contracts(tree, state, unknown),
        lacking=_lacking(tree, state, unknown),
        changed=tuple(
            known[revision] for revision in tree.order if revision in counted and _is_changed(known[revision], state)
        ),
        skipped=() if unknown else _skipped(tree, state, counted),
        nested=_nested(tree, state.revisions),
        is_history_readable=state.is_history_readable,
    )


def _counted(tree: Tree, state: DatabaseState) -> set[str]:
    """Return what counts as applied of a tree where the database is at revisions that the tree does not have."""
    if state.first_recorded is None:
        return set(tree.by_revision)  # plain Alembic has migrated it: nothing tells what ran
    before = set() if state.is_history_complete else tree.ancestors([state.first_recorded])
    return (set(state.applied) | before) & tree.by_revision.keys()


def _is_changed(file: RevisionFile, state: DatabaseState) -> bool:
    recorded = state.applied.get(file.revision)
    return recorded is not None and bool(recorded.checksum) and recorded.checksum != file.checksum()


def _skipped(tree: Tree, state: DatabaseState, counted: set[str]) -> tuple[RevisionFile, ...]:
    if state.first_recorded is None:
        return ()  # plain Alembic has migrated it: nothing tells what ran
    missing = counted - set(state.applied)
    if not state.is_history_complete:
        # The history began in the middle, and an earlier version of this library did not write down what was there.
        missing -= tree.ancestors([state.first_recorded])
    return tuple(tree.by_revision[revision] for revision in tree.order if revision in missing)


def _nested(tree: Tree, revisions: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (below, above) for above in revisions for below in revisions if below != above and below in tree.line_of(above)
    )


def _unknown_contracts(tree: Tree, state: DatabaseState, unknown: Sequence[str]) -> tuple[str, ...] | None:
    foreign = {revision: one.phase for revision, one in state.applied.items() if revision not in tree.by_revision}
    if not unknown:
        return ()
    if not foreign.keys() >= set(unknown):
        return None
    return tuple(sorted(revision for revision, phase in foreign.items() if phase == "contract"))


def _lacking(tree: Tree, state: DatabaseState, unknown: Sequence[str]) -> tuple[str, ...]:
    if not unknown or state.first_recorded is None:
        return ()
    needed = tree.ancestors(tree.required)
    if not state.is_history_complete:
        needed -= tree.ancestors([state.first_recorded])
    return tuple(revision for revision in tree.order if revision in needed and revision not in state.applied)


def refusal_of(standing: Standing, *, version_table: str = "alembic_version") -> RolloutError | None:
    """Return why nothing may run, or be called ready, on a database that stands so; None where nothing speaks against.

    Args:
        standing: of the database.
        version_table: its name, for the remedy.
    """
    if not standing.is_history_readable:
        return RolloutError(
            "This role may not read the history, so what was applied is not known."
            " Grant it SELECT on the table (alembic_rollout_history)."
        )
    if standing.is_ahead:
        return _ahead(standing) or _changed(standing)
    return _nested_rows(standing, version_table) or _changed(standing) or _skipped_files(standing)


def ahead_text(standing: Standing) -> str:
    """Say that a database is ahead of the code."""
    unknown, heads = ", ".join(standing.unknown), ", ".join(standing.heads)
    return f"The database is at {unknown}, an unknown revision to this code (at {heads})"


def _ahead(standing: Standing) -> RolloutError | None:
    text = ahead_text(standing)
    if standing.unknown_contracts is None:
        return DatabaseAheadError(
            f"{text}, and its history does not say that this code may run there. Start the release that made it."
        )
    if standing.unknown_contracts:
        contracts = ", ".join(standing.unknown_contracts)
        return DatabaseAheadError(
            f"{text}. The contract revision {contracts} removed what this code uses: start a newer release, or revert"
            f" {contracts} with the newer release's `alembic downgrade`."
        )
    if standing.lacking:
        return DatabaseAheadError(
            f"{text}, and {', '.join(standing.lacking)} of this code is not applied: the database is on another branch."
            " Start the release that made it, or revert its revisions with that release's `alembic downgrade`."
        )
    return None


def _nested_rows(standing: Standing, version_table: str) -> RolloutError | None:
    for below, above in standing.nested:
        return RolloutError(
            f"The version table holds {below} and {above}, and {above} is built on {below}: one row is wrong."  # noqa: S608 - for a person
            f" Delete it: DELETE FROM {version_table} WHERE version_num = '{below}'"
        )
    return None


def _changed(standing: Standing) -> RolloutError | None:
    if not standing.changed:
        return None
    files = ", ".join(file.path.name for file in standing.changed)
    return RolloutError(
        f"Not what was applied: {files}. The file was edited afterwards, or another branch's revision of that number"
        " was applied. Restore the file that was applied and write a new revision, or accept the file as it is:"
        " alembic-rollout repair --yes"
    )


def _skipped_files(standing: Standing) -> RolloutError | None:
    if not standing.skipped:
        return None
    files = ", ".join(file.path.name for file in standing.skipped)
    first = standing.skipped[0].revision
    elsewhere = "Correct the version table (alembic stamp)"
    if first not in standing.heads:
        elsewhere = f"Let it follow the head instead (down_revision = {', '.join(map(repr, standing.heads))})"
    return RolloutError(
        f"Never applied, or reverted since, although the database is {standing.at}: {files}. {elsewhere}, or record"
        f" it as applied without running it: alembic-rollout repair --applied {first} --yes"
    )
