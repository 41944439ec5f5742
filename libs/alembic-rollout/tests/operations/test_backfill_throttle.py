import logging

import pytest

from alembic_rollout.operations.backfill_progress import progress
from alembic_rollout.operations.backfill_table import Position
from alembic_rollout.operations.backfill_throttle import LOCK_AIM, Pace


def test_quick_batches_grow_and_slow_ones_shrink_by_half_at_most() -> None:
    pace = Pace(1000, None)
    pace.pause_after(1000, 0.001)
    assert pace.batch_size == 2000
    pace.pause_after(2000, LOCK_AIM * 1.25)
    assert pace.batch_size == 1600
    pace.pause_after(1600, 10.0)
    assert pace.batch_size == 800


def test_a_batch_that_found_few_rows_tells_nothing_about_a_full_one() -> None:
    pace = Pace(1000, None)
    pace.pause_after(10, 0.001)
    assert pace.batch_size == 1000


def test_there_is_always_a_row_in_a_batch_and_one_row_has_no_limit() -> None:
    pace = Pace(3, None)
    assert pace.limit > 0
    for _ in range(3):
        pace.halve()
    assert pace.batch_size == 1
    assert pace.limit == 0


def test_the_pause_grows_to_the_batchs_own_time_while_the_server_is_slower_than_it_was() -> None:
    pace = Pace(1000, None)
    assert pace.pause_after(1000, 0.1) == pytest.approx(0.005)
    assert pace.pause_after(2000, 0.5) == pytest.approx(0.5 * (2.5 * 0.98 - 2))
    assert pace.pause_after(1000, 1.0) == pytest.approx(1.0)


def test_a_pause_that_was_asked_for_is_kept() -> None:
    pace = Pace(1000, 0.7)
    assert pace.pause_after(1000, 0.1) == 0.7
    assert pace.pause_after(1, 9.0) == 0.7


def test_without_a_terminal_a_line_tells_rows_rate_and_time_left(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    clock = iter([100.0, 105.0, 110.0, 115.0, 121.0])
    monkeypatch.setattr("alembic_rollout.operations.backfill_progress.time.monotonic", lambda: next(clock))
    with progress("public.users", Position(("5",), None, None, 1000, 900, finished=False), 5000) as shown:
        for seen in (1500, 2000, 2500, 3100):
            shown.show(Position(("6",), None, None, seen, seen, finished=False))
    assert [record.getMessage() for record in caplog.records] == [
        "Backfilling public.users: 2,000 of about 5,000 rows, 100 rows/s, about 30 s left",
        "Backfilling public.users: 3,100 of about 5,000 rows, 100 rows/s, about 19 s left",
    ]
