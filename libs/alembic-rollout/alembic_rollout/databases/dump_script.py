"""The SQL script of pg_dump or pg_restore, entry by entry."""

import re

_ENTRY = re.compile(r"\n(?=--\n-- Name: .*; Type: )")
_FOR_PSQL = re.compile(r"^\\(?:un)?restrict .*\n?", re.MULTILINE)
_BY_ANOTHER_GRANTOR = re.compile(
    r"^SET SESSION AUTHORIZATION .*;\n(?P<grants>(?:.*\n)*?)RESET SESSION AUTHORIZATION;\n", re.MULTILINE
)


def split_script(script: str) -> tuple[str, list[str]]:
    """Return the settings that a script begins with, and its entries; without commands for psql."""
    preamble, *entries = _ENTRY.split(script)
    if entries:
        entries[-1] = _FOR_PSQL.sub("", entries[-1])
    return _FOR_PSQL.sub("", preamble), entries


def has_other_grantor(entry: str) -> bool:
    """Return True if an entry grants something as another role than the owner."""
    return _BY_ANOTHER_GRANTOR.search(entry) is not None


def granted_by_owner(entry: str) -> str:
    """Return an entry in which the owner grants what another role had granted.

    The rights are the same. To grant them as the other role takes its login, or a superuser's.
    """
    return _BY_ANOTHER_GRANTOR.sub(lambda match: match["grants"], entry)
