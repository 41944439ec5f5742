"""Durations as people write them: `2s`, `250ms`, `30min`."""

import re

_UNITS = {"ms": 0.001, "": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d|)\s*")


def parse_duration(text: str) -> float:
    """Return a duration in seconds.

    Args:
        text: a number and one of the units ms, s, min (or m), h, d; a bare number counts seconds.

    Raises:
        ValueError: it is not a duration.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a duration; write 500ms, 2s, 30min or 1h")
    return float(match[1]) * _UNITS[match[2]]


def format_duration(seconds: float) -> str:
    """Say a duration the way a person would: `12 ms`, `3.4 s`, `2 min 5 s`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s".replace(".0 s", " s")
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{rest} s" if rest else ""]
    return " ".join(part for part in parts[:2] if part) if hours else " ".join(part for part in parts if part)
