"""The text of a revision's file: what the project's template gives, with the chain's statements, phase and imports."""

import ast
import re
import textwrap
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic_rollout.autogenerate.chain import Link
from alembic_rollout.autogenerate.python_code import bound_name, layout, literal, sorted_imports, used_names

_WIDTH = 88
_MOST_STEPS = 12
_OWN_IMPORTS = {
    "sa": "import sqlalchemy as sa",
    "op": "from alembic import op",
    "operations": "from alembic_rollout import operations",
}
_DECLARED = ("revision", "down_revision", "branch_labels", "depends_on")
# As a template's `${repr(...)}` writes them; formatters want double quotes.
_QUOTED = re.compile(rf"^((?:{'|'.join(_DECLARED)})\b[^=\n]*= )'([^'\"\\\n]*)'$", re.MULTILINE)
_FILES = ("ruff.toml", ".ruff.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Style:
    """How the project formats its code.

    Attributes:
        width: characters of a line.
        first_party: names of the project's own packages, which imports put last.
    """

    width: int = _WIDTH
    first_party: frozenset[str] = frozenset()


def style_of(folder: Path) -> Style:
    """Read the style from the nearest settings of ruff, from a folder upwards; its defaults where there are none."""
    for parent in (folder, *folder.parents):
        for name in _FILES:
            settings = _ruff_settings(parent / name)
            if settings is not None:
                known = settings.get("lint", {}).get("isort", {}).get("known-first-party", [])
                own = {path.stem for source in (parent, parent / "src") for path in _modules_in(source)}
                return Style(int(settings.get("line-length", _WIDTH)), frozenset(map(str, known)) | own)
    return Style()


def title(message: str | None) -> str:
    """Return a message as the first line of a docstring: no full stop, no quotes or backslashes that end it."""
    text = " ".join(unicodedata.normalize("NFKC", message or "empty message").split()).rstrip(".。")
    return _in_docstring(text[:1].upper() + text[1:])


def why(link: Link, style: Style) -> str:
    """Return what a revision does and why it is safe, as paragraphs of its docstring."""
    safe = textwrap.fill(f"Phase: {link.phase}. {link.why}", style.width)
    steps = [step for step in link.steps if step.what]
    shown = steps[:_MOST_STEPS]
    lines = [textwrap.fill(f"- {step.what}", style.width, subsequent_indent="  ") for step in shown]
    rest = len(steps) - len(shown)
    if rest:
        lines.append(f"- and {rest} more")
    return _in_docstring("\n".join([safe, "", *lines]))


def body(lines: Sequence[str], style: Style) -> str:
    """Return statements as the template's `${upgrades}`: it indents the first line itself."""
    return "\n".join(layout(line, indent=1, width=style.width) for line in lines).lstrip()


def finished(text: str, link: Link, imports: Iterable[str], style: Style) -> str:
    """Return the text of a file as it is kept.

    Args:
        text: what the template gave.
        link: the revision.
        imports: statements that Alembic's renderers ask for.
        style: of the project.
    """
    text = _with_why(text, why(link, style), style.width)
    text = _with_declarations(text, link, style)
    text = _with_imports(text, imports, style)
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    text = _QUOTED.sub(r'\1"\2"', text)
    text = re.sub(r"\n{4,}", "\n\n\n", text)
    return text.rstrip() + "\n"


def _modules_in(folder: Path) -> list[Path]:
    """Return what may be imported from a folder."""
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if path.suffix == ".py" or (path.is_dir() and path.name.isidentifier())]


def _ruff_settings(file: Path) -> dict[str, Any] | None:
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    found = document.get("tool", {}).get("ruff") if file.name == "pyproject.toml" else document
    return found if isinstance(found, dict) else None


def _in_docstring(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', "'''")


def _with_why(text: str, paragraphs: str, width: int) -> str:
    """Put the reasons behind the first line of the docstring, where the template has no place for them."""
    first, separator, rest = text.partition("\n")
    if not first.startswith('"""'):
        return text
    if len(first) > width:
        first = textwrap.fill(first, width)
    return f"{first}{separator}{rest}" if paragraphs in text else f"{first}\n\n{paragraphs}{separator}{rest}"


def _with_declarations(text: str, link: Link, style: Style) -> str:
    """Put `phase`, `accepted` and `checks` behind the assignments that Alembic reads."""
    declared: list[str] = []
    if link.phase == "contract":
        declared.append('phase = "contract"')
    if link.accepted:
        declared.append(literal(link.accepted, prefix="accepted", width=style.width))
    if link.checks:
        declared.append(literal(link.checks, prefix="checks", width=style.width))
    places = [
        node.end_lineno or node.lineno
        for node in ast.parse(text).body
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and _target(node) in _DECLARED
    ]
    lines = text.splitlines()
    place = max(places, default=len(lines))
    return "\n".join([*lines[:place], *declared, *lines[place:]])


def _target(node: ast.Assign | ast.AnnAssign) -> str | None:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return target.id if isinstance(target, ast.Name) else None


def _with_imports(text: str, wanted: Iterable[str], style: Style) -> str:
    """Replace the imports of a module by those that it needs."""
    nodes = [node for node in ast.parse(text).body if isinstance(node, (ast.Import, ast.ImportFrom))]
    if not nodes:
        return text
    used = used_names(text)
    present = [statement for node in nodes for statement in _one_by_one(node)]
    names = {bound_name(statement): statement for statement in (*present, *wanted)} | {
        name: statement for name, statement in _OWN_IMPORTS.items() if name in used
    }
    kept = [
        statement
        for name, statement in names.items()
        if name in used or (statement in present and name not in _OWN_IMPORTS)
    ]
    lines = text.splitlines()
    start, end = nodes[0].lineno - 1, nodes[-1].end_lineno or nodes[-1].lineno
    block = sorted_imports(kept, first_party=style.first_party)
    return "\n".join([*lines[:start], *block.splitlines(), "", *_without_blank_start(lines[end:])])


def _one_by_one(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [f"import {ast.unparse(alias)}" for alias in node.names]
    return [f"from {'.' * node.level}{node.module or ''} import {ast.unparse(alias)}" for alias in node.names]


def _without_blank_start(lines: Sequence[str]) -> Sequence[str]:
    start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    return lines[start:]
