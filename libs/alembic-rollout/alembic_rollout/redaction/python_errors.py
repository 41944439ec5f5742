"""What may be said of an error of Python: what its code says, and not the values that it was given.

`raise ValueError(f"no country for {email}")` becomes `no country for ***`: the words of the `raise` are code, the rest
is data. An error that no `raise` made (`int(text)`, `row[name]`) keeps its words without what they quote.
"""

import ast
import builtins
import linecache
import re
import traceback
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy.exc import CompileError, SQLAlchemyError

from alembic_rollout.redaction.secrets import HIDDEN, hide_secrets
from alembic_rollout.redaction.texts import hide_quoted

# Their texts name code: modules, attributes, variables, types.
_OF_CODE = (NameError, AttributeError, ImportError, TypeError, SyntaxError, NotImplementedError, RecursionError)
_PERCENT = re.compile(r"%(?:\(\w+\))?[-+ #0]*[\d.*]*[a-zA-Z]")
_BRACES = re.compile(r"\{[^{}]*\}")


def message_of(error: BaseException) -> str:
    """Return what an error says without values; empty where nothing can be said but its type."""
    for kind, wording in _WORDINGS:
        if isinstance(error, kind):
            return hide_secrets(wording(error))
    raised = _raised(error)
    if raised is not None:
        return hide_secrets(raised)
    if isinstance(error, _OF_CODE):
        return hide_secrets(str(error))
    if type(error).__module__ != builtins.__name__:
        return ""
    return HIDDEN if isinstance(error, KeyError) else hide_secrets(hide_quoted(str(error)))


def _of_sqlalchemy(error: SQLAlchemyError) -> str:
    """Return the text without the link to a web page that SQLAlchemy's own `str` adds."""
    text = str(error.args[0]) if error.args else ""
    return hide_quoted(text) if isinstance(error, CompileError) else text


def _of_unicode(error: UnicodeError) -> str:
    return f"{getattr(error, 'encoding', 'text')}: {getattr(error, 'reason', 'cannot be converted')}"


def _of_system(error: OSError) -> str:
    text = error.strerror or hide_quoted(str(error))
    return f"{text}: {error.filename}" if error.filename else text


_WORDINGS: tuple[tuple[type[BaseException], Callable[[Any], str]], ...] = (
    (CommandError, str),
    (RevisionError, str),
    (SQLAlchemyError, _of_sqlalchemy),
    (SyntaxError, lambda error: error.msg or ""),
    (UnicodeError, _of_unicode),
    (OSError, _of_system),
)


def _raised(error: BaseException) -> str | None:
    """Return the words of the `raise` or `assert` that made an error; None where none did."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or frames[-1].lineno is None or _is_of_alembic(frames[-1].filename, error):
        return None
    for node in _raising(frames[-1].filename):
        if not node.lineno <= frames[-1].lineno <= (node.end_lineno or node.lineno):
            continue
        if isinstance(node, ast.Assert):
            return _words(node.msg) if isinstance(error, AssertionError) and node.msg else ""
        raised = node.exc
        if isinstance(raised, ast.Call):
            name = raised.func.attr if isinstance(raised.func, ast.Attribute) else getattr(raised.func, "id", "")
            if name[:1].isupper() and name != type(error).__name__:
                return None  # an argument of the `raise` failed before it could raise
            said = ", ".join(map(_words, raised.args))
            return said if said.replace(HIDDEN, "").strip(" ,") else ""
        return "" if raised is not None else None
    return None


def _is_of_alembic(path: str, error: BaseException) -> bool:
    """Return True if Alembic or SQLAlchemy names code with an error: `Can't invoke function 'get_bind', ...`."""
    return isinstance(error, _OF_CODE) and bool({"alembic", "sqlalchemy"} & set(Path(path).parts))


@lru_cache(maxsize=8)
def _raising(path: str) -> tuple[ast.Raise | ast.Assert, ...]:
    try:
        tree = ast.parse("".join(linecache.getlines(path)))
    except (SyntaxError, ValueError):
        return ()
    found: Iterator[ast.AST] = ast.walk(tree)
    return tuple(node for node in found if isinstance(node, ast.Raise | ast.Assert))


def _words(node: ast.expr | None) -> str:
    """Return the constant text of an expression with `***` for the rest."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=values):
            return "".join(map(_words, values))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _words(left) + _words(right)
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod()):
            return _PERCENT.sub(HIDDEN, text).replace("%%", "%")
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format")):
            return _BRACES.sub(HIDDEN, text)
    return HIDDEN
