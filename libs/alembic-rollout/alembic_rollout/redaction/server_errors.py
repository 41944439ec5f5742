"""What may be said of an error of PostgreSQL: its primary message, by what the SQLSTATE says is quoted in it.

DETAIL, HINT, CONTEXT and QUERY are left out: they quote rows and statements. In the primary message of most classes
the quoted words are names of tables, columns and constraints, which the reader needs; in that of class 22 (data
exceptions) they are values. The text of RAISE and ASSERT is the code's own and may hold anything: of it, the words that
stand in the code are said, and not what was put in for each `%`.
"""

import re
from collections.abc import Iterable
from typing import Any

from alembic_rollout.redaction.secrets import HIDDEN, hide_secrets
from alembic_rollout.redaction.texts import hide_quoted

# Classes whose primary messages quote names only, https://www.postgresql.org/docs/current/errcodes-appendix.html
_NAMING_CLASS = re.compile(r"0[8A]|2[134568BD]|3[4BDF]|4[024]|5[34578]")
_SYNTAX_ERROR = "42601"
_DEPENDENT_OBJECTS = "2BP01"
_OF_CODE = frozenset(("exec_stmt_raise", "exec_stmt_assert"))
_OF_CODE_CLASSES = frozenset(("38", "39", "P0"))
_PLPGSQL_OWN = frozenset(("P0002", "P0003"))  # no row, too many rows: PL/pgSQL's own constant texts
_NEAR = re.compile(r'"(.*)"', re.DOTALL)
_WORD = re.compile(r"[^\W\d][\w$]*|[^\w\s'\"$]{1,3}")
_RAISED = re.compile(
    r"\bRAISE\s+(?:EXCEPTION\s+|ERROR\s+)?'((?:[^']|'')*)'|\bMESSAGE\s*=\s*'((?:[^']|'')*)'", re.IGNORECASE
)
_PLACE = re.compile(r"PL/\w+ function [^\n\"']*|.*inline_code_block[^\n\"']*")
# libpq repeats the statement up to the mistake, and points at it from the line below.
_EXCERPT = re.compile(r"^LINE \d+: .*\n\s*\^\s*$", re.MULTILINE)
_EXCERPT_ON_ONE_LINE = re.compile(r"\sLINE \d+: .*", re.DOTALL)
_LONGEST_CODE = 5_000_000


def sqlstate_of(error: BaseException) -> str | None:
    """Return the SQLSTATE of a driver's error, whatever the driver calls it."""
    for attribute in ("sqlstate", "pgcode"):
        value = getattr(error, attribute, None)
        if isinstance(value, str):
            return value
    return None


def is_server_error(error: BaseException) -> bool:
    """Return True if an error is one of a driver for PostgreSQL."""
    return hasattr(error, "diag") or hasattr(error, "pgcode") or hasattr(error, "sqlstate")


def message_of(error: BaseException, *, code: Iterable[str] = ()) -> str:
    """Return the message of a driver's error without values.

    Args:
        error: psycopg2's or psycopg's.
        code: where the texts of RAISE may stand: the statement, the files of revisions.
    """
    state = sqlstate_of(error) or ""
    diag = getattr(error, "diag", None)
    primary = getattr(diag, "message_primary", None)
    if not state or primary is None:
        return _of_the_client(error)
    if _is_of_code(state, diag):
        return _raised(primary, state, diag, code)
    if state == _SYNTAX_ERROR:
        return hide_secrets(_NEAR.sub(_without_literal, primary))
    if state == _DEPENDENT_OBJECTS:
        detail = getattr(diag, "message_detail", None)  # lists the objects, by name
        return f"{primary}: {detail}" if detail else str(primary)
    return hide_secrets(primary if _NAMING_CLASS.match(state) else hide_quoted(primary))


def _of_the_client(error: BaseException) -> str:
    """Return what libpq or the driver says by itself: of a connection, or of a statement that it did not send."""
    text = _EXCERPT_ON_ONE_LINE.sub("", _EXCERPT.sub("", str(error)))
    if type(error).__name__ in ("OperationalError", "ConnectionTimeout", "InterfaceError", "ConnectionFailure"):
        return hide_secrets(text)
    option = re.search(r'invalid (?:URI query parameter|connection option):? "(\w+)"|connection option "(\w+)"', text)
    if option:
        return f'invalid connection option "{option[1] or option[2]}"'
    return hide_secrets(hide_quoted(text))


def _is_of_code(state: str, diag: Any) -> bool:  # noqa: ANN401 - the drivers' diagnostics share no class
    if getattr(diag, "source_function", None) in _OF_CODE:
        return True
    return state[:2] in _OF_CODE_CLASSES and state not in _PLPGSQL_OWN


def _raised(primary: str, state: str, diag: Any, code: Iterable[str]) -> str:  # noqa: ANN401 - see above
    for text in code:
        for found in _RAISED.finditer(text[:_LONGEST_CODE]):
            template = (found[1] if found[1] is not None else found[2]).replace("''", "'")
            said = _fill(template, primary)
            if said is not None:
                return said
    place = _PLACE.match(getattr(diag, "context", None) or "")
    by = f" by {place[0].strip()}" if place else ""
    return f"error {state} raised{by}; its text may quote rows, the server's log has it"


def _fill(template: str, primary: str) -> str | None:
    """Return a RAISE's text with `***` for each `%`, if the message can have been made from it."""
    parts = [part.replace("\0", "%") for part in template.replace("%%", "\0").split("%")]
    if not any(part.strip() for part in parts):
        return None
    pattern = ".*".join(map(re.escape, parts))
    return HIDDEN.join(parts) if re.fullmatch(pattern, primary, re.DOTALL) else None


def _without_literal(found: re.Match[str]) -> str:
    return found[0] if _WORD.fullmatch(found[1]) else f'"{HIDDEN}"'
