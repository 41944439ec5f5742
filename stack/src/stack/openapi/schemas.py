"""Which values of one JSON Schema another one does not take: what makes a change of a request or a response breaking.

Of a request, the new schema has to take what the old one took; of a response, the old one has to take what the new one
gives. As clients do, a property that a response has besides is taken, and limits of what it gives are not looked at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

Schema = Mapping[str, Any]

_LARGEST = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
_SMALLEST = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")
_EXACT = ("pattern", "multipleOf", "uniqueItems")
_NOT_COMPARED = ("allOf", "not", "if", "prefixItems", "patternProperties")


@dataclass(frozen=True, slots=True)
class Side:
    """A schema and the document that it is in.

    Attributes:
        schema: the schema, or a reference to one.
        document: has what references name.
    """

    schema: Schema
    document: Mapping[str, Any]

    def to(self, schema: Schema | bool | None) -> "Side":
        """Return another schema of the same document; a missing one takes everything."""
        return replace(self, schema=schema if isinstance(schema, Mapping) else {})

    @property
    def resolved(self) -> "Side":
        """The schema that a reference leads to."""
        side = self
        while "$ref" in side.schema:
            found: Any = side.document
            for part in side.schema["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            side = side.to(found)
        return side

    @property
    def alternatives(self) -> "list[Side]":
        """The schemas of which one has to fit."""
        schema = self.schema
        for word in ("anyOf", "oneOf"):
            if word in schema:
                return [one for each in schema[word] for one in self.to(each).resolved.alternatives]
        if isinstance(schema.get("type"), list):
            return [self.to({**schema, "type": each}) for each in schema["type"]]
        return [self]

    @property
    def kind(self) -> str:
        """What a value is called."""
        return str(self.schema.get("type") or ("a value of a list" if self.values is not None else "any value"))

    @property
    def values(self) -> list[Any] | None:
        """The only values, where they are listed."""
        if "const" in self.schema:
            return [self.schema["const"]]
        listed: list[Any] | None = self.schema.get("enum")
        return listed


@dataclass(frozen=True, slots=True)
class Comparison:
    """A walk through two schemas.

    Attributes:
        is_response: the given schema is what a response has, else what a request has.
        seen: pairs of references that are open, where schemas hold themselves.
    """

    is_response: bool
    seen: frozenset[tuple[str, str]] = frozenset()

    def reasons(self, given: Side, taken: Side, at: str) -> Iterator[str]:
        """Yield what can be given and is not taken.

        Args:
            given: the schema of what comes.
            taken: the schema of what is understood.
            at: where in the body, for the text.
        """
        pair = (str(given.schema.get("$ref")), str(taken.schema.get("$ref")))
        if pair in self.seen and "None" not in pair:
            return
        walk = replace(self, seen=self.seen | {pair})
        alternatives = taken.resolved.alternatives
        for one in given.resolved.alternatives:
            found = [list(walk._of_one(one, other, at)) for other in alternatives]
            if all(found):
                alike = [reasons for reasons, other in zip(found, alternatives, strict=True) if _is_alike(one, other)]
                yield from min(alike, key=len) if alike else [f"{at} can be {one.kind}"]

    def _of_one(self, given: Side, taken: Side, at: str) -> Iterator[str]:
        if not taken.schema or (given.schema == taken.schema and given.document is taken.document):
            return
        if not _is_alike(given, taken):
            yield f"{at} can be {given.kind}"
            return
        for word in _NOT_COMPARED:
            if given.schema.get(word) != taken.schema.get(word):
                yield f"{at} differs in {word}, which is not compared"
        yield from _values(given, taken, at)
        yield from _formats(given, taken, at)
        if not self.is_response:
            yield from _limits(given, taken, at)
        if "items" in taken.schema:
            yield from self.reasons(given.to(given.schema.get("items")), taken.to(taken.schema["items"]), f"{at}[]")
        if taken.kind == "object":
            yield from self._properties(given, taken, at)

    def _properties(self, given: Side, taken: Side, at: str) -> Iterator[str]:
        yield from self._required(given.schema, taken.schema, at)
        has, knows = given.schema.get("properties", {}), taken.schema.get("properties", {})
        for name in knows.keys() & has.keys():
            yield from self.reasons(given.to(has[name]), taken.to(knows[name]), f"{at}.{name}")
        if self.is_response:
            yield from (f"{at}.{name} is gone" for name in knows.keys() - has.keys())
        elif taken.schema.get("additionalProperties", True) is False:
            yield from (f"{at}.{name} is refused" for name in has.keys() - knows.keys())
        others = taken.schema.get("additionalProperties")
        if isinstance(others, Mapping):
            yield from self.reasons(given.to(given.schema.get("additionalProperties")), taken.to(others), f"{at}.*")

    def _required(self, given: Schema, taken: Schema, at: str) -> Iterator[str]:
        for name in taken.get("required", ()):
            if name in given.get("required", ()):
                continue
            if not self.is_response:
                yield f"{at}.{name} is required"
            elif name in given.get("properties", {}):
                yield f"{at}.{name} can be missing"


def _is_alike(given: Side, taken: Side) -> bool:
    """Return True if both are of one type, as far as they say so."""
    one, other = given.schema.get("type"), taken.schema.get("type")
    return other is None or one == other or (one, other) == ("integer", "number")


def _values(given: Side, taken: Side, at: str) -> Iterator[str]:
    if taken.values is None:
        return
    if given.values is None:
        yield f"{at} is one of {', '.join(map(repr, taken.values))} only"
        return
    for value in given.values:
        if value not in taken.values:
            yield f"{at} can be {value!r}"


def _formats(given: Side, taken: Side, at: str) -> Iterator[str]:
    one, other = given.schema.get("format"), taken.schema.get("format")
    if other is not None and one != other:
        yield f"{at} has the format {one or 'of any text'} and not {other}"


def _limits(given: Side, taken: Side, at: str) -> Iterator[str]:
    for word in (*_LARGEST, *_SMALLEST):
        one, other = given.schema.get(word), taken.schema.get(word)
        if other is None:
            continue
        if one is None or (one > other if word in _LARGEST else one < other):
            yield f"{at} has {word} {other}, before {'none' if one is None else one}"
    for word in _EXACT:
        one, other = given.schema.get(word), taken.schema.get(word)
        if other and one != other:
            yield f"{at} has {word} {other}, before {one or 'none'}"
