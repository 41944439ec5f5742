"""Conditions of lists that a request may leave out."""

from dataclasses import dataclass
from typing import Any

from pydantic_core import CoreSchema, core_schema
from sqlalchemy import ColumnElement, SQLColumnExpression, true


@dataclass(frozen=True, slots=True)
class OneOf:
    """Makes a parameter one of the known names, `Annotated[str, OneOf(NAMES)]`: any other is 422 and names them.

    A filter with a typing mistake would otherwise find nothing, and look like an answer.
    """

    names: tuple[str, ...]

    def __get_pydantic_core_schema__(self, _: object, __: object) -> CoreSchema:
        """Return the schema of the names, as pydantic asks for it."""
        return core_schema.literal_schema(list(self.names))


def equals(column: SQLColumnExpression[Any], value: object | None) -> ColumnElement[bool]:
    """Return the condition under which a column has a value; all rows match when it is None."""
    return true() if value is None else column == value
