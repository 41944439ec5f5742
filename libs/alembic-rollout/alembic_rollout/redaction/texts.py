"""Values that a message quotes, hidden; and a text made fit for one line."""

import re

from alembic_rollout.redaction.secrets import HIDDEN
from alembic_rollout.redaction.sql_values import without_literals
from alembic_rollout.wording.phrases import shortened

LONGEST_ERROR = 1000
# The quotation marks of PostgreSQL's translations.
_QUOTED = re.compile(r"\".*\"|«.*»|„.*[“”]|»[^«]*«|“.*”|「.*」|(?<!\w)'.*'(?!\w)", re.DOTALL)
_OPEN = re.compile(r"[\"«„“「].*", re.DOTALL)
# A length that belongs to a type's name says nothing of a row: `character varying(3)`.
_NUMBER = re.compile(r"(?<![\w(*])[-+]?(?:0x[0-9a-f]+|\d[\d.,:e+-]*)(?![\w*)])", re.IGNORECASE)
# What the server and SQLAlchemy add to a message: pieces of the statement, and of rows.
_ADDED = re.compile(
    r"\s(?:LINE \d+:|(?:DETAIL|HINT|CONTEXT|QUERY|STATEMENT|Command was):|\[SQL:|\[parameters:).*", re.DOTALL
)
_VALUE = re.compile(r': "[^"]*"')
_STRING = re.compile(r"(?<![\w'])(?:[EeBbXxNn]|[Uu]&)?'(?:[^']|'')*(?:'|$)|\$(\w*)\$.*?(?:\$\1\$|$)", re.DOTALL)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]|[\ud800-\udfff]")


def hide_quoted(text: str) -> str:
    """Return a message with everything between quotation marks hidden, and every number.

    From the first mark to the last: a value may have marks in it, and nothing escapes them there.
    """
    text = _QUOTED.sub(lambda found: f"{found[0][0]}{HIDDEN}{found[0][-1]}", text)
    text = text if HIDDEN in text else _OPEN.sub(HIDDEN, text)
    return _NUMBER.sub(HIDDEN, text)


def hide_values(text: str) -> str:
    """Return a text of unknown origin without the values that it is known to quote: the last line of defence."""
    text = _ADDED.sub("", text)
    return _STRING.sub(f"'{HIDDEN}'", _VALUE.sub(f': "{HIDDEN}"', text))


def on_one_line(text: str, *, longest: int = LONGEST_ERROR) -> str:
    """Return a text on one line of printable characters that every encoding of Unicode can hold."""
    return shortened(_UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text), longest)


def statement_line(sql: str, *, longest: int) -> str:
    """Return a statement on one line without its values."""
    return on_one_line(without_literals(sql), longest=longest)
