"""How a database stands to a tree: random trees and histories, broken in one place each."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alembic_rollout.history.state import DatabaseState, Recorded
from alembic_rollout.project.tree import RevisionFile, Tree
from alembic_rollout.releases.standing import compare, refusal_of

SEEDS = range(60)


def file(name: str, *below: str, digest: str = "") -> RevisionFile:
    return RevisionFile(Path(f"{name}_x.py"), name, below, (), "expand", digest or f"digest of {name}")


def random_tree(draw: random.Random) -> Tree:
    """A tree with branches and merges."""
    files: list[RevisionFile] = [file("000")]
    for number in range(1, draw.randint(2, 14)):
        heads = Tree(files).heads
        merges = len(heads) > 1 and draw.random() < 0.4
        below = tuple(draw.sample(heads, 2)) if merges else (draw.choice(files).revision,)
        files.append(file(f"{number:03d}", *below))
    return Tree(files)


def migrated(tree: Tree, draw: random.Random) -> DatabaseState:
    """The state that an upgrade of everything leaves."""
    recorded = {one.revision: Recorded("upgrade", "expand", one.checksum()) for one in tree.files}
    return DatabaseState(tree.heads, recorded, "000", is_history_complete=draw.random() < 0.5)


def edit_a_file(tree: Tree, state: DatabaseState, draw: random.Random) -> tuple[Tree, DatabaseState]:
    edited = draw.choice(tree.files)
    files = [file(one.revision, *one.down_revisions, digest="edited") if one is edited else one for one in tree.files]
    return Tree(files), state


def forget_one(tree: Tree, state: DatabaseState, draw: random.Random) -> tuple[Tree, DatabaseState]:
    forgotten = draw.choice([one.revision for one in tree.files if one.revision != "000"])
    left = {name: one for name, one in state.recorded.items() if name != forgotten}
    return tree, DatabaseState(state.revisions, left, "000", state.is_history_complete)


def revert_one_behind_the_back(tree: Tree, state: DatabaseState, draw: random.Random) -> tuple[Tree, DatabaseState]:
    reverted = draw.choice([one.revision for one in tree.files if one.revision != "000"])
    recorded = {**state.recorded, reverted: Recorded("downgrade", "expand", "x")}
    return tree, DatabaseState(state.revisions, recorded, "000", state.is_history_complete)


def insert_a_file(tree: Tree, state: DatabaseState, draw: random.Random) -> tuple[Tree, DatabaseState]:
    """Another branch's file, merged between two that are applied; git has changed the one behind it."""
    behind = draw.choice([one for one in tree.files if one.down_revisions])
    moved = file(behind.revision, "new", digest="edited")
    rest = [one for one in tree.files if one is not behind]
    inserted = Tree([*rest, file("new", *behind.down_revisions), moved])
    accepted = {**state.recorded, behind.revision: Recorded("stamp", "expand", "edited")}
    return inserted, DatabaseState(state.revisions, accepted, "000", state.is_history_complete)


def add_a_row(tree: Tree, state: DatabaseState, draw: random.Random) -> tuple[Tree, DatabaseState]:
    below = draw.choice([one.revision for one in tree.files if one.revision not in tree.heads])
    return tree, DatabaseState((*state.revisions, below), state.recorded, "000", state.is_history_complete)


def hide_the_history(tree: Tree, state: DatabaseState, draw: random.Random) -> tuple[Tree, DatabaseState]:
    return tree, DatabaseState(state.revisions, {}, None, is_history_complete=False, is_history_readable=False)


Break = Callable[[Tree, DatabaseState, random.Random], tuple[Tree, DatabaseState]]
BREAKS: list[Break] = [
    edit_a_file,
    forget_one,
    revert_one_behind_the_back,
    insert_a_file,
    add_a_row,
    hide_the_history,
]


def drawn() -> Iterator[tuple[Tree, DatabaseState, random.Random]]:
    for seed in SEEDS:
        draw = random.Random(seed)  # noqa: S311 - trees
        tree = random_tree(draw)
        yield tree, migrated(tree, draw), draw


def test_what_an_upgrade_leaves_is_fine() -> None:
    for tree, state, _ in drawn():
        standing = compare(tree, state)
        assert refusal_of(standing) is None
        assert standing.pending == ()


@pytest.mark.parametrize("breaks", BREAKS, ids=lambda one: one.__name__)
def test_what_was_broken_in_one_place_is_never_fine(breaks: Break) -> None:
    for tree, state, draw in drawn():
        assert refusal_of(compare(*breaks(tree, state, draw))) is not None


def test_what_plain_alembic_applied_is_taken_on_trust() -> None:
    for tree, state, _ in drawn():
        without_history = DatabaseState(state.revisions, {}, None, is_history_complete=False)
        assert refusal_of(compare(tree, without_history)) is None


def test_what_an_earlier_version_did_not_write_down_is_trusted_below_its_first_row_only() -> None:
    line = Tree([file("001"), file("002", "001"), file("003", "002"), file("004", "003")])
    recorded = {
        "003": Recorded("upgrade", "expand", "digest of 003"),
        "004": Recorded("upgrade", "expand", "digest of 004"),
    }
    assert refusal_of(compare(line, DatabaseState(("004",), recorded, "003", is_history_complete=False))) is None
    refusal = refusal_of(compare(line, DatabaseState(("004",), recorded, "003", is_history_complete=True)))
    assert "001_x.py, 002_x.py" in str(refusal)


def test_an_older_image_is_fine_beside_what_a_newer_one_only_added() -> None:
    old = Tree([file("001"), file("002", "001")])
    new = {name: Recorded("upgrade", "expand", f"digest of {name}") for name in ("001", "002", "003")}
    standing = compare(old, DatabaseState(("003",), new, "001", is_history_complete=False))
    assert (standing.is_ahead, standing.pending, refusal_of(standing)) == (True, (), None)
