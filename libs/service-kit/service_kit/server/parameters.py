"""Query and form parameters: unknown ones are refused, and so is a second value where one is read.

FastAPI ignores both. A filter with a typing mistake would then list everything, and of two values another reader might
read the other one (OWASP: HTTP parameter pollution).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from fastapi import Request, params
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

from service_kit.text.field_faults import FieldFault

_LONGEST_NAME = 100
_REPEATED = FieldFault("repeated", "Send this parameter once")
_COLLECTIONS = (list, set, frozenset, tuple, Sequence)


@dataclass(frozen=True, slots=True)
class Names:
    """The parameters of one place.

    Attributes:
        repeatable: their names, with whether one may come more than once.
        others_allowed: True where names that are not in it are ignored.
    """

    repeatable: Mapping[str, bool]
    others_allowed: bool = False

    def faults(self, location: str, received: Iterable[tuple[str, object]]) -> Iterator[dict[str, Any]]:
        """Return what is wrong with the parameters that came, in pydantic's terms, each fault once."""
        seen: set[str] = set()
        reported: set[str] = set()
        for name, _ in received:
            if name in self.repeatable:
                fault = (_REPEATED.code, _REPEATED.text) if name in seen else None
                fault = None if self.repeatable[name] else fault
            else:
                fault = None if self.others_allowed else ("extra_forbidden", "Extra inputs are not permitted")
            if fault is not None and name not in reported:
                reported.add(name)
                yield {"loc": (location, name[:_LONGEST_NAME]), "msg": fault[1], "type": fault[0]}
            seen.add(name)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What an endpoint reads from the query and from a form; `form` is None where it reads no form."""

    query: Names
    form: Names | None

    @classmethod
    def of(cls, path: str, endpoint: Callable[..., object]) -> Parameters:
        """Return the parameters of an endpoint and its dependencies."""
        dependants = list(_with_dependencies(get_dependant(path=path, call=endpoint)))
        query = [field for dependant in dependants for field in dependant.query_params]
        form = [
            field
            for dependant in dependants
            for field in dependant.body_params
            if isinstance(field.field_info, params.Form)
        ]
        return cls(_names(query), _names(form) if form else None)

    def check_query(self, request: Request) -> None:
        """Refuse unknown and repeated query parameters.

        Raises:
            RequestValidationError: names each of them.
        """
        if request.scope["query_string"]:
            _refuse(self.query.faults("query", request.query_params.multi_items()))

    async def check_form(self, request: Request) -> None:
        """Refuse unknown and repeated fields of a form that FastAPI has read.

        Raises:
            RequestValidationError: names each of them.
        """
        if self.form is not None:
            _refuse(self.form.faults("body", (await request.form()).multi_items()))


def _refuse(faults: Iterator[dict[str, Any]]) -> None:
    found = list(faults)
    if found:
        raise RequestValidationError(found)


def _with_dependencies(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for dependency in dependant.dependencies:
        yield from _with_dependencies(dependency)


def _names(fields: Sequence[Any]) -> Names:
    repeatable: dict[str, bool] = {}
    others_allowed = False
    for field in fields:
        annotation = field.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            others_allowed = others_allowed or annotation.model_config.get("extra") != "forbid"
            for name, member in annotation.model_fields.items():
                repeatable[member.alias or name] = _is_collection(member.annotation)
        else:
            repeatable[field.alias] = _is_collection(annotation)
    return Names(repeatable, others_allowed)


def _is_collection(annotation: object) -> bool:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _is_collection(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return any(_is_collection(member) for member in get_args(annotation))
    kind = origin or annotation
    return isinstance(kind, type) and issubclass(kind, _COLLECTIONS) and not issubclass(kind, (str, bytes))
