"""The chart of an evaluation's runs as the numbers of an SVG; the table beside it has the same for those who read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 640
HEIGHT = 240
LEFT = 40
"""Room for the numbers of the scale, as on the other sides for the points at the edges."""
_EDGE = 12
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
MEASURES = ("recall_at_1", "recall_at_5", "mrr", "rejected")


@dataclass(frozen=True, slots=True)
class Line:
    """One mode over all runs.

    Attributes:
        mode: of search.
        points: x and y of each run that has the measure, oldest first, with its value.
    """

    mode: str
    points: tuple[tuple[float, float, float], ...]

    @property
    def path(self) -> str:
        """The points as a `polyline` takes them."""
        return " ".join(f"{x},{y}" for x, y, _ in self.points)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart.

    Attributes:
        lines: one for each mode that was measured.
        ticks: y and text of each line of the scale.
    """

    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, str], ...]


def chart_of(runs: Sequence[Mapping[str, Any]], measure: str) -> Chart:
    """Return the chart of a measure.

    Args:
        runs: newest first, as the API lists them; those without results have no points.
        measure: one of `MEASURES`, from 0 to 1.
    """
    done = [run["results"] for run in reversed(runs) if run["results"]]
    modes = sorted({mode for results in done for mode in results})
    lines = []
    for mode in modes:
        values = ((place, results.get(mode, {}).get(measure)) for place, results in enumerate(done))
        points = tuple((_x(place, len(done)), _y(value), value) for place, value in values if value is not None)
        lines.append(Line(mode, points))
    return Chart(tuple(lines), tuple((_y(tick), f"{tick:.2f}") for tick in _TICKS))


def _x(place: int, count: int) -> float:
    room = WIDTH - LEFT - 2 * _EDGE
    share = place / (count - 1) if count > 1 else 0.5
    return round(LEFT + _EDGE + room * share, 1)


def _y(value: float) -> float:
    return round(HEIGHT - _EDGE - (HEIGHT - 2 * _EDGE) * value, 1)
