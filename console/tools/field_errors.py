"""What pydantic says of fields that do not fit the schema of an OpenAPI document."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

# Private; pydantic publishes the texts as documentation only (https://docs.pydantic.dev/latest/errors/validation_errors/).
from pydantic_core._pydantic_core import list_all_errors

_TEMPLATES: dict[str, str] = {error["type"]: error["message_template_python"] for error in list_all_errors()}
_OF_A_BODY = ("missing", "model_attributes_type")
_BY_TYPE = MappingProxyType(
    {
        "array": ("list_type",),
        "boolean": ("bool_type", "bool_parsing"),
        "integer": ("int_type", "int_parsing", "int_parsing_size", "int_from_float"),
        "null": (),
        "number": ("float_type", "float_parsing", "finite_number"),
        "object": ("dict_type", "model_attributes_type"),
        "string": ("string_type",),
    }
)
_BY_FORMAT = MappingProxyType(
    {
        "date-time": (
            "datetime_type",
            "datetime_parsing",
            "datetime_object_invalid",
            "datetime_from_date_parsing",
            "timezone_aware",
        ),
        # Those have faults of the services' own.
        "email": (),
        "password": (),
        "uuid": ("uuid_type", "uuid_parsing"),
    }
)
_BY_KEYWORD = MappingProxyType(
    {
        "additionalProperties": ("extra_forbidden",),
        "const": ("literal_error",),
        "contentMediaType": (),
        "default": (),
        "description": (),
        "enum": ("enum", "literal_error"),
        "examples": (),
        "maxItems": ("too_long",),
        "maxLength": ("string_too_long",),
        "maxProperties": ("too_long",),
        "maximum": ("less_than_equal",),
        "minItems": ("too_short",),
        "minLength": ("string_too_short",),
        "minimum": ("greater_than_equal",),
        "pattern": ("string_pattern_mismatch",),
        "required": ("missing",),
        "title": (),
        "writeOnly": (),
    }
)
_INNER = frozenset({"$ref", "allOf", "anyOf", "items", "oneOf", "properties", "propertyNames"})


def template_of(kind: str) -> str:
    """Return what pydantic says of a kind of fault, with `{name}` in the places of values."""
    return _TEMPLATES[kind]


def kinds_of_field_errors(document: Mapping[str, Any]) -> set[str]:
    """Return the kinds of faults that the parameters and bodies of an API can have.

    Raises:
        KeyError: a schema uses what this module does not know.
    """
    kinds = set(_OF_A_BODY)
    for schema in _schemas(document):
        for keyword, value in schema.items():
            if keyword == "type":
                kinds.update(_BY_TYPE[value])
            elif keyword == "format":
                kinds.update(_BY_FORMAT[value])
            elif keyword not in _INNER:
                kinds.update(_BY_KEYWORD[keyword])
    return kinds


def _schemas(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield every schema that a request is held against, each once."""
    named: dict[str, Any] = document["components"]["schemas"]
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    waiting = [parameter["schema"] for operation in operations for parameter in operation.get("parameters", ())]
    waiting += [
        content["schema"]
        for operation in operations
        for content in operation.get("requestBody", {}).get("content", {}).values()
    ]
    seen: set[str] = set()
    while waiting:
        schema = waiting.pop()
        yield schema
        name = schema.get("$ref", "").rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            waiting.append(named[name])
        for keyword in ("allOf", "anyOf", "oneOf"):
            waiting += schema.get(keyword, ())
        waiting += schema.get("properties", {}).values()
        waiting += (
            inner
            for keyword in ("items", "propertyNames", "additionalProperties")
            if isinstance(inner := schema.get(keyword), dict)
        )
