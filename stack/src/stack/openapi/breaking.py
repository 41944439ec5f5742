"""Names the changes of an OpenAPI document that a client of the last release does not survive."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stack.openapi.schemas import Comparison, Side

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
Json = Mapping[str, Any]


def breaking_changes(old: Json, new: Json) -> list[str]:
    """Return what has changed in a way that breaks clients, a line each.

    Responses of success are compared, and their bodies; headers and errors are not.

    Args:
        old: the document of the last release.
        new: the document of now.
    """
    operations = dict(_operations(new))
    found: list[str] = []
    for key, (title, operation) in _operations(old):
        if key not in operations:
            found.append(f"{title} is gone")
            continue
        change = _Change(old, new, operation, operations[key][1])
        found += [f"{title}: {reason}" for reason in change.reasons()]
    return sorted(found)


def _operations(document: Json) -> Iterator[tuple[tuple[str, str], tuple[str, Json]]]:
    """Yield each operation under its method and path; what a parameter in the path is called does not count."""
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                shared = item.get("parameters", [])
                operation = {**item[method], "parameters": [*shared, *item[method].get("parameters", [])]}
                yield (method, re.sub(r"\{[^}]*\}", "{}", path)), (f"{method.upper()} {path}", operation)


@dataclass(frozen=True, slots=True)
class _Change:
    old_document: Json
    new_document: Json
    old: Json
    new: Json

    def reasons(self) -> Iterator[str]:
        yield from self._parameters()
        yield from self._body()
        yield from self._responses()
        if self.new.get("security") and not self.old.get("security"):
            yield "a token is needed"

    def _parameters(self) -> Iterator[str]:
        before = {_key(one): one for one in _resolved(self.old["parameters"], self.old_document)}
        now = {_key(one): one for one in _resolved(self.new["parameters"], self.new_document)}
        for key, one in now.items():
            if one.get("required") and not before.get(key, {}).get("required"):
                yield f"parameter {_name(one)} is required"
        for key, one in before.items():
            if key in now:
                yield from self._request(one, now[key], f"parameter {_name(one)}")
            elif key[0] != "path":
                yield f"parameter {_name(one)} is gone"

    def _body(self) -> Iterator[str]:
        old, new = self.old.get("requestBody", {}), self.new.get("requestBody", {})
        if new.get("required") and not old.get("required"):
            yield "a body is required"
        for media_type, content in old.get("content", {}).items():
            if media_type in new.get("content", {}):
                yield from self._request(content, new["content"][media_type], "body")
            else:
                yield f"a body of {media_type} is refused"

    def _responses(self) -> Iterator[str]:
        old, new = _successes(self.old), _successes(self.new)
        for status in new.keys() - old.keys():
            yield f"answers {status}"
        for status in old.keys() & new.keys():
            contents = new[status].get("content", {})
            for media_type, content in old[status].get("content", {}).items():
                if media_type not in contents:
                    yield f"answer {status} is not {media_type}"
                    continue
                given, taken = self._side(contents[media_type], is_new=True), self._side(content, is_new=False)
                yield from Comparison(is_response=True).reasons(given, taken, f"answer {status}")

    def _request(self, old: Json, new: Json, at: str) -> Iterator[str]:
        given, taken = self._side(old, is_new=False), self._side(new, is_new=True)
        return Comparison(is_response=False).reasons(given, taken, at)

    def _side(self, owner: Json, *, is_new: bool) -> Side:
        return Side(owner.get("schema", {}), self.new_document if is_new else self.old_document)


def _resolved(parameters: list[Json], document: Json) -> Iterator[Json]:
    for one in parameters:
        yield Side(one, document).resolved.schema


def _key(parameter: Json) -> tuple[str, str]:
    # Parameters in the path are known by their place, which the path compares.
    return parameter["in"], "" if parameter["in"] == "path" else parameter["name"]


def _name(parameter: Json) -> str:
    return f"{parameter['name']} ({parameter['in']})"


def _successes(operation: Json) -> dict[str, Json]:
    return {status: one for status, one in operation["responses"].items() if status.startswith(("2", "3"))}
