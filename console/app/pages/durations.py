"""Durations as pages show them, in both languages."""

_MINUTE = 60
_UNITS = (("d", 86_400, "h", 3_600), ("h", 3_600, "min", _MINUTE), ("min", _MINUTE, "s", 1))


def format_duration(seconds: float | None) -> str:
    """Return a duration in the two largest units that it fills, such as 2 min 52 s, or in seconds or milliseconds."""
    if seconds is None:
        return "–"
    if seconds < _MINUTE:
        return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"
    whole = round(seconds)
    unit, length, smaller, part = next(units for units in _UNITS if whole >= units[1])
    count, rest = whole // length, whole % length // part
    return f"{count} {unit} {rest} {smaller}" if rest else f"{count} {unit}"
