"""How pages write a duration."""

import pytest

from app.pages.durations import format_duration


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "–"),
        (0, "0 ms"),
        (0.0284, "28.4 ms"),
        (1.5, "1.5 s"),
        (59, "59 s"),
        (60, "1 min"),
        (171.6, "2 min 52 s"),
        (3_600, "1 h"),
        (7_500, "2 h 5 min"),
        (90_000, "1 d 1 h"),
        (172_800, "2 d"),
    ],
)
def test_a_duration_has_at_most_two_units(seconds: float | None, shown: str) -> None:
    assert format_duration(seconds) == shown
