"""The chart of runs: oldest on the left, the scale from 0 to 1, nothing where nothing was measured."""

from app.evaluations.chart import HEIGHT, chart_of


def run(**recall: float | None) -> dict[str, object]:
    return {"results": {mode: {"mrr": value} for mode, value in recall.items()}}


def test_the_oldest_run_is_on_the_left() -> None:
    (line,) = chart_of([run(text=1.0), run(text=0.0)], "mrr").lines
    (first_x, first_y, first), (last_x, last_y, last) = line.points
    assert (first, last) == (0.0, 1.0)
    assert first_x < last_x
    assert 0 < last_y < first_y < HEIGHT


def test_a_run_without_results_or_without_the_measure_has_no_point() -> None:
    runs: list[dict[str, object]] = [{"results": None}, run(text=None), run(text=0.5, hybrid=0.5)]
    points = {line.mode: len(line.points) for line in chart_of(runs, "mrr").lines}
    assert points == {"hybrid": 1, "text": 1}


def test_without_runs_there_is_no_line() -> None:
    assert chart_of([], "mrr").lines == ()
