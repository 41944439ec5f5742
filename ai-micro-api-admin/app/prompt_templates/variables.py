"""What a template's braces mean: `{context}` is filled in, `{{` and `}}` are braces.

Plain replacement, not `str.format`: that reaches into attributes and formats.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.prompt_templates.problems import InvalidPromptTemplate
from app.prompt_templates.schemas import Purpose

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Variables:
    """Which variables a template may have.

    Attributes:
        required: without them the template is of no use.
        optional: the others.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...]

    @property
    def known(self) -> tuple[str, ...]:
        """All of them."""
        return self.required + self.optional


VARIABLES: Mapping[Purpose, Variables] = {
    "answer": Variables(required=("context", "question"), optional=("knowledge_base_name", "history")),
    "summary": Variables(required=("context",), optional=("knowledge_base_name", "statistics")),
}


def check(content: str, purpose: Purpose) -> None:
    """Refuse a template that cannot be filled in.

    Raises:
        InvalidPromptTemplate: a brace stands alone, a variable is unknown, or a needed one is missing; says what to do.
    """
    variables = VARIABLES[purpose]
    found = set()
    for piece in _PIECE.finditer(content):
        if piece.group() in ("{", "}"):
            line = content.count("\n", 0, piece.start()) + 1
            raise InvalidPromptTemplate.saying(
                InvalidPromptTemplate.SINGLE_BRACE, brace=piece.group(), line=line, braces=piece.group() * 2
            )
        name = piece.group(1)
        if name is None:
            continue
        if name not in variables.known:
            raise InvalidPromptTemplate.saying(
                InvalidPromptTemplate.UNKNOWN,
                name=_listed([name[:50]]),
                purpose=purpose,
                known=_listed(variables.known),
            )
        found.add(name)
    missing = [name for name in variables.required if name not in found]
    if missing:
        raise InvalidPromptTemplate.saying(InvalidPromptTemplate.MISSING, missing=_listed(missing))


def fill(content: str, values: Mapping[str, str]) -> str:
    """Return a template that `check` has accepted with its variables filled in; what is filled in is not read again.

    Args:
        content: the template.
        values: by the names of variables; a name that is missing becomes empty.
    """

    def replacement(piece: re.Match[str]) -> str:
        name = piece.group(1)
        return piece.group()[0] if name is None else values.get(name, "")

    return _PIECE.sub(replacement, content)


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)
