"""Faults of a field that pydantic does not know: a stable code, which is the `type` of a field error, and a text.

OpenAPI lists those of a service, so that a user interface can say them in another language.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, cast

from pydantic_core import PydanticCustomError


class FieldFault:
    """A kind of fault, made once where its validator is.

    Args:
        code: stable, lower snake case as pydantic's are.
        text: what is wrong, for a person; `{name}` stands for a value.

    Example:
        `BLANK = FieldFault("blank", "must not be blank")`, then in a validator `raise BLANK.error()`.
    """

    _known: ClassVar[dict[str, str]] = {}

    def __init__(self, code: str, text: str) -> None:
        if self._known.setdefault(code, text) != text:
            raise ValueError(f"the field fault {code} has two texts")
        self.code = code
        self.text = text

    @classmethod
    def known(cls) -> dict[str, str]:
        """Return the texts of all kinds that this process has made, by code."""
        return dict(sorted(cls._known.items()))

    def error(self, **values: str | int) -> PydanticCustomError:
        """Return the error that a validator raises.

        Args:
            values: of the names in the text. They reach the client: no secret, nothing long.
        """
        return PydanticCustomError(cast("Any", self.code), cast("Any", self.text), dict(values) or None)


def fault_at(loc: Iterable[str | int], error: PydanticCustomError) -> dict[str, Any]:
    """Return an error as one of a request's faults, where a service finds it and not the schema.

    Args:
        loc: where: `("body", "phone")`.
        error: of a `FieldFault`.
    """
    return {"loc": list(loc), "msg": error.message(), "type": error.type}
