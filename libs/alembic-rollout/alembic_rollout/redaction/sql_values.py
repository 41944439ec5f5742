"""SQL statements with their values hidden: strings and numbers become `***`, names stay, comments go."""

import re
from collections.abc import Callable

from alembic_rollout.redaction.secrets import HIDDEN, hide_secrets

_PIECES = re.compile(
    r"""
      (?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
    | (?P<escaped>(?<![\w$])[eE]'(?:[^'\\]|\\.|'')*(?:'|\Z))
    | (?P<string>(?:(?<![\w$])(?:[uU]&|[bBxXnN]))?'(?:[^']|'')*(?:'|\Z))
    | (?P<dollar>(?<![\w$])\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z))
    | (?P<quoted>(?:[uU]&)?"(?:[^"]|"")*(?:"|\Z))
    | (?P<type>\b(?:(?:var)?char|bpchar|character(?:\s+varying)?|numeric|decimal|(?:half|sparse)?vec(?:tor)?
        |bit(?:\s+varying)?|varbit|float|time(?:stamp)?(?:tz)?|interval)\s*\(\s*\d+\s*(?:,\s*-?\d+\s*)?\))
    | (?P<number>(?<![\w$%.])(?:\d[\w.]*(?:(?<=[eE])[+-]\d+)?|\.\d[\w]*))
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_LONGEST_WORD = 40
# An address, a date, an id, a token: what is written in a program seldom looks like it.
_LIKE_A_VALUE = re.compile(r"@|://|\d{4}|[0-9a-f]{8}-|(?=[\w+/=-]*\d)[\w+/=-]{25,}|[\r\n\\]")
_ABOUT_PASSWORDS = re.compile(
    r"(?:\b(?:CREATE|ALTER)\s+(?:ROLE|USER|GROUP|SERVER|SUBSCRIPTION|FOREIGN)\b|\bdblink).*\bpassword\b",
    re.IGNORECASE | re.DOTALL,
)


def without_literals(sql: str, *, longest_number: int = 0, keeps: Callable[[str], bool] = lambda _: False) -> str:
    """Return a statement with `***` in place of every string, number and body in dollar quotes, without comments.

    A statement that was cut in the middle of a string, as `pg_stat_activity` cuts, hides that string as well.

    Args:
        sql: the statement.
        longest_number: numbers of so many digits stay: in one's own code they are lengths and limits.
        keeps: returns True for the text of a string that stays.
    """

    def hide(found: re.Match[str]) -> str:
        if found["comment"]:
            return " "
        if found["quoted"] or found["type"] or (found["number"] and len(found["number"]) <= longest_number):
            return found[0]
        if found["string"] and keeps(found[0].partition("'")[2].removesuffix("'")):
            return found[0]
        return HIDDEN if found["number"] else f"'{HIDDEN}'"

    return _PIECES.sub(hide, sql).strip()


def without_values(sql: str) -> str:
    """Return a statement of a program for a file that is committed: its own words stay, what may be a value does not.

    `status = 'pending'` and `LIMIT 100` are the program's, and a plan depends on them. An address, a date, an id or a
    token in the text was put there from a value.
    """
    return without_literals(sql, longest_number=4, keeps=_is_word)


def _is_word(text: str) -> bool:
    return len(text) <= _LONGEST_WORD and not _LIKE_A_VALUE.search(text) and hide_secrets(text) == text


def without_passwords(sql: str) -> str:
    """Return a statement for people who may read its file: every literal stays, unless the statement sets a password.

    Which of its literals is the password is not certain (`format('ALTER ROLE x PASSWORD %L', ...)`),
    so such a statement shows none of them.
    """
    return without_literals(sql) if _ABOUT_PASSWORDS.search(sql) else hide_secrets(sql)
