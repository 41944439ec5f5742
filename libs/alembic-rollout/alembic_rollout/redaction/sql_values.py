"""SQL statements with their values hidden: strings and numbers become `***`, names stay, comments go."""

import re

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
_ABOUT_PASSWORDS = re.compile(
    r"(?:\b(?:CREATE|ALTER)\s+(?:ROLE|USER|GROUP|SERVER|SUBSCRIPTION|FOREIGN)\b|\bdblink).*\bpassword\b",
    re.IGNORECASE | re.DOTALL,
)


def without_literals(sql: str, *, longest_number: int = 0) -> str:
    """Return a statement with `***` in place of every string, number and body in dollar quotes, without comments.

    A statement that was cut in the middle of a string, as `pg_stat_activity` cuts, hides that string as well.

    Args:
        sql: the statement.
        longest_number: numbers of so many digits stay: in one's own code they are lengths and limits.
    """

    def hide(found: re.Match[str]) -> str:
        if found["comment"]:
            return " "
        if found["quoted"] or found["type"] or (found["number"] and len(found["number"]) <= longest_number):
            return found[0]
        return HIDDEN if found["number"] else f"'{HIDDEN}'"

    return _PIECES.sub(hide, sql).strip()


def without_passwords(sql: str) -> str:
    """Return a statement for people who may read its file: every literal stays, unless the statement sets a password.

    Which of its literals is the password is not certain (`format('ALTER ROLE x PASSWORD %L', ...)`),
    so such a statement shows none of them.
    """
    return without_literals(sql) if _ABOUT_PASSWORDS.search(sql) else hide_secrets(sql)
