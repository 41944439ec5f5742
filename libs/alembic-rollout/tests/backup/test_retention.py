"""Which backups are removed: decided from their names, without a folder."""

import random

import pytest

from alembic_rollout.backup.retention import KeptBackup, Label, beyond


def backups(*revisions: str, label: Label = "before-upgrade") -> list[KeptBackup]:
    """Backups taken one after the other, each of a database at this revision."""
    return [
        KeptBackup(f"20261126T0000{place:02d}.000000Z", "shop", (revision,), label)
        for place, revision in enumerate(revisions)
    ]


def left(kept: list[KeptBackup], keep: int) -> list[str]:
    gone = beyond(kept, kept[-1], keep=keep)
    return [one.revisions[0] for one in kept if one not in gone]


def test_the_oldest_goes_first() -> None:
    assert left(backups("001", "002", "003", "004"), 2) == ["003", "004"]


def test_a_start_that_fails_again_and_again_does_not_push_out_what_was_saved_before_it() -> None:
    assert left(backups("001", "002", "002", "002", "002", "002"), 3) == ["001", "002", "002"]


def test_backups_that_were_asked_for_go_by_age_alone() -> None:
    assert left(backups("001", "002", "002", "002", label="manual"), 2) == ["002", "002"]


def test_the_newest_stays_where_a_clock_was_set_back() -> None:
    kept = backups("001", "002", "003")
    newest = kept[0]
    assert newest not in beyond(kept, newest, keep=1)


@pytest.mark.parametrize("seed", range(20))
def test_so_many_stay_and_every_revision_among_the_newest_once(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - backups
    kept = backups(*sorted(draw.choices(["001", "002", "003"], k=12)))
    keep = draw.randint(3, 12)
    stay = left(kept, keep)
    assert len(stay) == keep
    assert stay[-1] == kept[-1].revisions[0]
