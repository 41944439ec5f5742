"""Small pieces of English that messages share."""


def plural(count: int, noun: str) -> str:
    """Return a number and its noun: `1 finding`, `3 findings`.

    Args:
        count: how many.
        noun: in the singular, of a kind that takes an s.
    """
    return f"{count} {noun}{'s' * (count != 1)}"


def shortened(text: str, longest: int) -> str:
    """Return a text on one line, cut with an ellipsis where it has more than `longest` characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
