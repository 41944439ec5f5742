"""What the revisions made, read from the text of their files: no code is run, and no database asked.

Calls of `operations.create_object`, `replace_object` and `drop_object` in `upgrade()` count, in order.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from alembic_rollout.errors import UsageError
from alembic_rollout.project.tree import Tree
from alembic_rollout.sql_objects.object_names import COMMENT, read_object_name
from alembic_rollout.sql_objects.sql_object import SqlObject, dedented

_MAKING = ("create_object", "replace_object")
_DROPPING = "drop_object"
_RENAMING = "expand_table_rename"
_MARKS = (b"_object(", b"expand_table_rename(")


def applied_objects(tree: Tree) -> dict[str, SqlObject]:
    """Return the objects that the revisions leave behind, by name.

    Args:
        tree: of the project.

    Raises:
        UsageError: a call has a text that is not written where it stands.
    """
    found: dict[str, SqlObject] = {}
    for revision in tree.order:
        path = tree.by_revision[revision].path
        content = path.read_bytes()
        if any(mark in content for mark in _MARKS):
            for helper, *texts in _calls(path, content):
                _apply(found, helper, texts)
    return found


def without_object(found: dict[str, SqlObject], name: str) -> None:
    """Take an object away, and what goes with it."""
    gone = found.pop(name, None)
    if gone is None:
        return
    for other in [one for one in found.values() if _goes_with(one, gone)]:
        found.pop(other.name)


def _goes_with(one: SqlObject, gone: SqlObject) -> bool:
    if one.kind == "comment":
        commented = one.name.removeprefix(COMMENT)
        return commented == gone.name or commented.startswith(f"COLUMN {gone.sql_name}.")
    return one.kind in ("index", "trigger") and gone.kind.endswith("view") and one.relation == gone.sql_name


def _apply(found: dict[str, SqlObject], helper: str, texts: list[str]) -> None:
    if helper in _MAKING:
        one = SqlObject.read(texts[0])
        found[one.name] = one
    elif helper == _DROPPING:
        without_object(found, read_object_name(texts[0]))
    else:
        renamed = [one.on_renamed(texts[0], texts[1]) for one in found.values()]
        found.clear()
        found.update({one.name: one for one in renamed})


def _calls(path: Path, content: bytes) -> Iterator[tuple[str, ...]]:
    """Yield the calls in `upgrade()`: the helper and its texts."""
    try:
        module = ast.parse(content)
    except SyntaxError as error:
        raise UsageError(f"{path}:{error.lineno}: {error.msg}. Correct the file.") from None
    constants = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for function in module.body:
        if isinstance(function, ast.FunctionDef) and function.name == "upgrade":
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
                helper = _called(call.func)
                count = 2 if helper == _RENAMING else 1
                if helper in (*_MAKING, _DROPPING, _RENAMING):
                    yield helper, *(_text(argument, constants, path) for argument in call.args[:count])


def _called(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _text(argument: ast.expr, constants: dict[str, ast.expr], path: Path) -> str:
    if isinstance(argument, ast.Name):
        argument = constants.get(argument.id, argument)
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return dedented(argument.value)
    raise UsageError(
        f"{path.name}:{argument.lineno}: this text is put together when the revision runs, so that the files cannot be"
        " compared with it. Write it here as one string."
    )
