"""`alembic-rollout backup --every`: when a scheduled backup is due, by whom it is taken, how many stay."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fake_programs import fake_program
from sample_project import Project

from alembic_rollout.backup.retention import TIMESTAMP_FORMAT, KeptBackup
from alembic_rollout.backup.schedule import seconds_until_due, sole_scheduler
from alembic_rollout.errors import RolloutError
from backup.shop_backups import backups

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
DAY = 86_400.0


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def keep(folder: Path, label: str, taken: datetime) -> None:
    (folder / KeptBackup(taken.strftime(TIMESTAMP_FORMAT), "shop", ("001",), label).file_name).touch()


def test_the_first_one_is_due_at_once(tmp_path: Path) -> None:
    assert seconds_until_due(tmp_path / "none", "shop", DAY, now=NOW) <= 0
    keep(tmp_path, "manual", NOW)
    assert seconds_until_due(tmp_path, "shop", DAY, now=NOW) <= 0


def test_the_next_one_is_due_after_the_interval_whenever_the_process_was_started(tmp_path: Path) -> None:
    keep(tmp_path, "scheduled", NOW - timedelta(hours=30))
    keep(tmp_path, "scheduled", NOW - timedelta(hours=6))
    assert seconds_until_due(tmp_path, "shop", DAY, now=NOW) == 18 * 3600
    assert seconds_until_due(tmp_path, "shop", 6 * 3600, now=NOW) == 0


def test_a_backup_from_the_future_does_not_stop_the_schedule(tmp_path: Path) -> None:
    keep(tmp_path, "scheduled", NOW + timedelta(days=400))
    assert seconds_until_due(tmp_path, "shop", DAY, now=NOW) <= 0


def test_one_process_alone_keeps_the_schedule_of_a_database(tmp_path: Path) -> None:
    with sole_scheduler(tmp_path, "shop"):
        second = sole_scheduler(tmp_path, "shop")
        with pytest.raises(RolloutError, match="Another process takes the scheduled backups of shop"), second:
            pass
        with sole_scheduler(tmp_path, "other"):
            pass
    with sole_scheduler(tmp_path, "shop"):
        pass


def test_it_takes_one_after_the_other_keeps_some_of_them_and_ends_in_order(shop: Project) -> None:
    manual = shop.rollout("backup")
    process = shop.start("backup", "--every", "1s", "--keep", "2", program="alembic-rollout")
    seen: set[Path] = set()

    def three_were_taken() -> bool:
        seen.update(file for file in backups(shop) if file.name.endswith("-scheduled.dump"))
        return len(seen) >= 3

    wait_until(three_were_taken)
    process.terminate()
    process.communicate(timeout=20)
    assert process.wait() == 0
    names = [file.name for file in backups(shop)]
    assert sum(name.endswith("-scheduled.dump") for name in names) == 2
    assert Path(manual.stdout.partition(" (")[0]).name in names


def test_one_that_fails_is_said_and_tried_again(shop: Project, fakes: Path) -> None:
    fake_program(fakes, "pg_dump", f'echo once >>{fakes}/tried; echo "pg_dump: error: broken" >&2; exit 1')
    process = shop.start("backup", "--every", "1s", program="alembic-rollout", ROLLOUT_PG_BIN=str(fakes))
    wait_until(lambda: (fakes / "tried").exists() and len((fakes / "tried").read_text().split()) > 1)
    process.terminate()
    errors = process.communicate(timeout=20)[1]
    assert process.wait() == 0
    assert "The scheduled backup of" in errors
    assert "broken" in errors
    assert backups(shop) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--every", "soon"), "--every: 'soon' is not a duration"),
        (("--every", "1ms"), "a second apart or more"),
        (("--keep", "0"), "keep one backup or more"),
    ],
)
def test_values_that_cannot_be_used_are_named(shop: Project, arguments: tuple[str, ...], said: str) -> None:
    done = shop.rollout("backup", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
