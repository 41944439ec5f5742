"""Turns what is written under `Unreleased` in a changelog into the section of a release."""

import re
from datetime import date

_UNRELEASED = re.compile(r"^## Unreleased\n(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def unreleased(text: str) -> str | None:
    """Return what is written under `Unreleased`, which may be nothing; None where there is no such heading."""
    match = _UNRELEASED.search(text)
    return None if match is None else match["body"].strip()


def dated(text: str, *, version: str, on: date) -> str:
    """Return a changelog in which what was unreleased is the section of a version, with an empty `Unreleased` above.

    Args:
        text: the changelog; it has the heading.
        version: of the release.
        on: its day.
    """
    body = unreleased(text) or "Nothing changed."
    section = f"## Unreleased\n\n## {version} - {on.isoformat()}\n\n{body}\n"
    following = _UNRELEASED.sub(lambda _: section + "\n", text, count=1)
    return following.rstrip() + "\n"
