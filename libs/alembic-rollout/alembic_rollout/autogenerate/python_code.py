"""Python statements laid out as `ruff format` leaves them, and the imports that they need, as `ruff check` wants them.

What fits on a line stays on it. What does not has one element a line and a comma behind the last, which formatters keep
whatever their own line length is.
"""

import ast
import re
import sys
from collections.abc import Collection, Iterable, Mapping
from unicodedata import east_asian_width

from alembic_rollout.postgres.identifiers import for_text

_INDENT = "    "
_DEEPEST = 8
"""Columns by which a text may be indented."""
_BLANK_LINES = "\n\n\n"
_Element = tuple[str, ast.expr | str]
"""What precedes an element, as `name=`, and the element."""


def call(function: str, *arguments: object, **keywords: object) -> str:
    """Return a call as source code; keywords that are None are left out.

    Args:
        function: its name.
        arguments: values, or `Code`.
        keywords: the same.
    """
    if function == "op.execute":
        arguments = tuple(
            for_text(value) if isinstance(value, str) and not isinstance(value, Code) else value for value in arguments
        )
    parts = [_plain(value) for value in arguments]
    parts += [f"{name}={_plain(value)}" for name, value in keywords.items() if value is not None]
    return f"{function}({', '.join(parts)})"


def _plain(value: object) -> str:
    # SQLAlchemy's names are strings with a repr of their own.
    return repr(str(value)) if isinstance(value, str) and not isinstance(value, Code) else repr(value)


class Code(str):
    """Source code, whose `repr` is itself, so that it can stand among values."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def layout(source: str, *, indent: int, width: int) -> str:
    """Lay out statements; comments are lost.

    Args:
        source: Python statements, as Alembic renders them.
        indent: how many levels in.
        width: characters of a line.
    """
    lines = [
        line
        for statement in ast.parse(source).body
        for line in _statement(statement, _INDENT * indent, width).splitlines()
    ]
    return "\n".join(lines)


def literal(value: object, *, prefix: str, width: int) -> str:
    """Return an assignment of a plain value, as `accepted = {...}`."""
    return _written(f"{prefix} = ", ast.parse(repr(value), mode="eval").body, "", width, "")


def text_block(sql: str, indent: str) -> str:
    """Return SQL of several lines as a string in triple quotes, indented as its statement."""
    body = "\n".join(f"{indent}{line}".rstrip() for line in sql.strip("\n").splitlines())
    escaped = body.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""\n{escaped}\n{indent}"""'


def used_names(source: str) -> set[str]:
    """Return the names that a module uses."""
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def sorted_imports(statements: Iterable[str], *, first_party: Collection[str]) -> str:
    """Return imports in the order of isort: standard library, other packages, one's own; a blank line between them."""
    sections: dict[int, set[str]] = {}
    for statement in statements:
        top = statement.split()[1].partition(".")[0]
        section = 0 if top in sys.stdlib_module_names else 2 if top in first_party else 1
        sections.setdefault(section, set()).add(statement)
    blocks = ["\n".join(_merged(sections[section])) for section in sorted(sections)]
    return "\n\n".join(blocks)


def import_of(names: Mapping[str, str], used: Collection[str]) -> list[str]:
    """Return the import statements, by the name that they bind, of the names that are used."""
    return [statement for name, statement in names.items() if name in used]


def bound_name(statement: str) -> str:
    """Return the name that an import statement binds."""
    (node,) = ast.parse(statement).body
    assert isinstance(node, (ast.Import, ast.ImportFrom))  # noqa: S101 - the caller gives imports
    alias = node.names[0]
    return alias.asname or alias.name.partition(".")[0]


def _merged(statements: Iterable[str]) -> list[str]:
    """Return imports sorted: whole modules first, then names, those of one module in one statement."""
    plain: list[str] = []
    names: dict[str, set[str]] = {}
    for statement in statements:
        (node,) = ast.parse(statement).body
        if isinstance(node, ast.ImportFrom) and node.module:
            names.setdefault(node.module, set()).update(ast.unparse(alias) for alias in node.names)
        else:
            plain.append(statement)
    own = [f"from {module} import {', '.join(sorted(names[module], key=_by_case))}" for module in sorted(names)]
    return sorted(plain, key=lambda statement: statement.split()[1]) + own


def _by_case(name: str) -> tuple[int, str]:
    # isort's order: constants, classes, then the rest.
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2, name)


def _statement(node: ast.stmt, indent: str, width: int) -> str:
    if isinstance(node, ast.Expr):
        return _written(indent, node.value, indent, width, "")
    return "\n".join(f"{indent}{line}" for line in ast.unparse(node).splitlines())


def _written(start: str, node: ast.expr, indent: str, width: int, end: str) -> str:
    """Return an expression behind `start` and in front of `end`, on a line or split."""
    block = _text_of(node)
    if block is not None and _is_block(block, width):
        return f"{start}{text_block(block, indent)}{end}"
    flat = f"{start}{_flat(node)}{end}"
    if columns(flat) <= width and '"""' not in flat and not _has_block(node, width):
        return flat
    if block is not None:
        return _long_string(start, block, indent, width, end)
    opening, elements, closing = _split(node)
    if not elements:
        return flat
    inner = indent + _INDENT
    if len(elements) == 1 and isinstance(node, ast.Call) and _is_text(elements[0][1]):
        # A single text has a line of its own, and needs no comma.
        return f"{start}{opening}\n{_text_lines(elements[0], inner, width)}\n{indent}{closing}{end}"
    lines = [_written(f"{inner}{before}", _node(element), inner, width, ",") for before, element in elements]
    return f"{start}{opening}\n" + "\n".join(lines) + f"\n{indent}{closing}{end}"


def _node(element: ast.expr | str) -> ast.expr:
    return ast.parse(element, mode="eval").body if isinstance(element, str) else element


def _is_block(text: str, width: int) -> bool:
    """Return True if a text reads the same in triple quotes, indented: formatters strip the ends of lines."""
    lines = text.strip("\n").split("\n")
    return (
        len(lines) > 1
        and lines == text.strip("\n").splitlines()
        and all(line == line.rstrip() and columns(line) <= width - _DEEPEST for line in lines)
        and _BLANK_LINES not in text.strip("\n")
    )


def _is_text(element: ast.expr | str) -> bool:
    return isinstance(element, ast.expr) and _text_of(element) is not None


def _has_block(node: ast.expr, width: int) -> bool:
    texts = (_text_of(part) for part in ast.walk(node) if isinstance(part, ast.expr))
    return any(text is not None and _is_block(text, width) for text in texts)


def _text_of(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _split(node: ast.expr) -> tuple[str, list[_Element], str]:
    """Return the opening, the elements and the closing of what can be split; no elements for anything else."""
    if isinstance(node, ast.Call):
        elements: list[_Element] = [("", argument) for argument in node.args]
        elements += [(f"{keyword.arg}=" if keyword.arg else "**", keyword.value) for keyword in node.keywords]
        return f"{_flat(node.func)}(", elements, ")"
    if isinstance(node, ast.List):
        return "[", [("", element) for element in node.elts], "]"
    if isinstance(node, ast.Tuple):
        return "(", [("", element) for element in node.elts], ")"
    if isinstance(node, ast.Dict):
        pairs = [(f"{_flat(key)}: " if key else "**", value) for key, value in zip(node.keys, node.values, strict=True)]
        return "{", [(before, value) for before, value in pairs], "}"
    if isinstance(node, ast.Starred):
        opening, elements, closing = _split(node.value)
        return f"*{opening}", elements, closing
    return "", [], ""


def _flat(node: ast.expr) -> str:
    """Return an expression on one line, strings in double quotes."""
    opening, elements, closing = _split(node)
    if isinstance(node, ast.Tuple) and len(node.elts) == 1:
        return f"({_flat(node.elts[0])},)"
    if closing:
        return opening + ", ".join(f"{before}{_flat(_node(element))}" for before, element in elements) + closing
    if isinstance(node, ast.Attribute):
        return f"{_flat(node.value)}.{node.attr}"
    text = _text_of(node)
    return ast.unparse(node) if text is None else quoted(text)


def columns(text: str) -> int:
    """Return how wide a text is, as formatters count: East Asian letters take two columns."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def quoted(text: str) -> str:
    """Return a string as a formatter writes it: in double quotes, unless single ones need fewer escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    body = "".join(f"\\{sign}" if sign == quote else sign if sign in "'\"" else repr(sign)[1:-1] for sign in text)
    return f"{quote}{body}{quote}"


def _long_string(start: str, text: str, indent: str, width: int, end: str) -> str:
    """Return a string that is longer than a line as several that Python joins."""
    inner = indent + _INDENT
    parts = _parts(text, width - len(inner))
    if len(parts) == 1 and not start.strip():
        return f"{start}{quoted(text)}{end}"
    return f"{start}(\n" + "\n".join(f"{inner}{quoted(part)}" for part in parts) + f"\n{indent}){end}"


def _text_lines(element: _Element, indent: str, width: int) -> str:
    """Return the only argument of a call, a text, on lines of its own."""
    before, text = element[0], _text_of(_node(element[1])) or ""
    if _is_block(text, width):
        return f"{indent}{before}{text_block(text, indent)}"
    parts = _parts(text, width - len(indent) - len(before))
    if len(parts) > 1 and before:
        return _long_string(f"{indent}{before}", text, indent, width, "")
    return "\n".join(f"{indent}{before}{quoted(part)}" for part in parts)


def _parts(text: str, room: int) -> list[str]:
    """Return a text in parts that fit into lines, split in front of spaces and behind line feeds."""
    if columns(quoted(text)) <= room:
        return [text]
    parts: list[str] = []
    for word in _words(text):
        if parts and not parts[-1].endswith("\n") and columns(quoted(parts[-1] + word)) <= room:
            parts[-1] += word
        else:
            parts.append(word)
    return parts


def _words(text: str) -> list[str]:
    return re.split(r"(?<=\n)|(?= )", text)
