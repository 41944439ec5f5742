"""Conditions of lists that a request may leave out."""

from typing import Any

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute


def equals(column: InstrumentedAttribute[Any], value: object | None) -> ColumnElement[bool]:
    """Return the condition under which a column has a value; all rows match when it is None."""
    return true() if value is None else column == value
