"""The schedule of retries and the one waiting loop."""

import pytest

from alembic_rollout.postgres import waiting
from alembic_rollout.postgres.waiting import Pauses, looks


def test_pauses_double_up_to_the_longest() -> None:
    pauses = Pauses(first=0.5, longest=5.0)
    assert [pauses.after(count) for count in (1, 2, 3, 4, 5, 500)] == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


def test_jitter_shortens_a_pause_by_up_to_half() -> None:
    drawn = {Pauses(first=1.0, longest=1.0, jitter=True).after(1) for _ in range(200)}
    assert len(drawn) > 100
    assert all(0.5 <= pause <= 1.0 for pause in drawn)


class Clock:
    """Time that passes by sleeping only."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(waiting, "time", clock)
    return clock


def test_the_last_look_comes_exactly_when_the_time_is_over(clock: Clock) -> None:
    seen = list(looks(3.0, Pauses(first=1.0, longest=2.0)))
    assert [(look.waited, look.left, look.is_last) for look in seen] == [
        (0.0, 3.0, False),
        (1.0, 2.0, False),
        (3.0, 0.0, True),
    ]


def test_no_time_at_all_is_one_look(clock: Clock) -> None:
    assert [look.is_last for look in looks(0.0, Pauses(first=1.0, longest=1.0))] == [True]
    assert clock.now == 1000.0


def test_a_report_is_due_at_once_or_later_and_then_every_ten_seconds(clock: Clock) -> None:
    seconds = Pauses(first=1.0, longest=1.0)
    assert [look.waited for look in looks(25.0, seconds) if look.is_report_due] == [0.0, 10.0, 20.0]
    assert [look.waited for look in looks(25.0, seconds, report_after=3.0) if look.is_report_due] == [3.0, 13.0, 23.0]
