"""How large tables are, in words, and how long reading them takes."""

from dataclasses import dataclass

from alembic_rollout.wording.durations import format_duration

# Of a server that is busy otherwise, from memory or a fast disk: an order of magnitude, no promise.
_READ_BYTES_A_SECOND = 200_000_000
_READ_ROWS_A_SECOND = 2_000_000
_INDEXED_ROWS_A_SECOND = 500_000
_UPDATED_ROWS_A_SECOND = 10_000
_SMALLEST_ROW = 32
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


@dataclass(frozen=True, slots=True)
class Size:
    """How large a table is.

    Attributes:
        rows: about how many; None where the table was never analyzed.
        bytes: without its indexes.
    """

    rows: int | None
    bytes: int

    @property
    def most_rows(self) -> int:
        """The rows that there can be at most, where PostgreSQL has not counted them."""
        return self.bytes // _SMALLEST_ROW if self.rows is None else self.rows

    def __str__(self) -> str:
        rows = "" if self.rows is None else f"{_number(self.rows)} rows, "
        return f"{rows}{_bytes(self.bytes)}"


def seconds_to_read(size: Size) -> float:
    """Return about how long reading every row takes."""
    return max(size.bytes / _READ_BYTES_A_SECOND, size.most_rows / _READ_ROWS_A_SECOND)


def seconds_to_index(size: Size) -> float:
    """Return about how long building an index beside the traffic takes: the table is read twice."""
    return 2 * seconds_to_read(size) + size.most_rows / _INDEXED_ROWS_A_SECOND


def seconds_to_update(size: Size) -> float:
    """Return about how long updating every row in batches takes."""
    return size.most_rows / _UPDATED_ROWS_A_SECOND


def about(seconds: float) -> str:
    """Say an estimate: `about 5 min`."""
    step = 1 if seconds < 60 else 60  # noqa: PLR2004 - a minute
    return f"about {format_duration(max(round(seconds / step) * step, step))}"


def _number(value: int) -> str:
    for limit, word in ((1_000_000_000, "billion"), (1_000_000, "million")):
        if value >= limit:
            return f"{value / limit:.1f}".removesuffix(".0") + f" {word}"
    return f"{value:,}"


def _bytes(value: float) -> str:
    for unit in _UNITS[:-1]:
        if value < 1000:  # noqa: PLR2004 - the next unit
            return f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.0f} {_UNITS[-1]}"
