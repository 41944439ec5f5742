"""What breaks clients: each kind of change, made in the document of the user service."""

import copy
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stack.commands import openapi
from stack.openapi import documents, gate
from stack.openapi.breaking import breaking_changes
from stack.openapi.gate import accepted_lines, judge
from stack.paths import ROOT
from stack.services.service import service_named
from stack.terminal import Terminal

OLD: dict[str, Any] = json.loads((ROOT / "docs/openapi/user.json").read_text())
ONE = "/profiles/{user_id}"
Change = Callable[[dict[str, Any]], object]


def schema(document: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - JSON
    return document["components"]["schemas"][name]


def properties(document: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - JSON
    return schema(document, name)["properties"]


def changed(change: Change) -> list[str]:
    new = copy.deepcopy(OLD)
    change(new)
    return breaking_changes(OLD, new)


def listing(document: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    return document["paths"]["/profiles"]["get"]


def created(document: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    return document["paths"]["/profiles"]["post"]


BREAKS: dict[str, tuple[Change, str]] = {
    "a path": (lambda new: new["paths"].pop(ONE), f"DELETE {ONE} is gone"),
    "an operation": (lambda new: new["paths"][ONE].pop("delete"), f"DELETE {ONE} is gone"),
    "a property of an answer": (
        lambda new: properties(new, "ProfileOut").pop("email"),
        f"GET {ONE}: answer 200.email is gone",
    ),
    "a property that can be missing": (
        lambda new: schema(new, "ProfileOut")["required"].remove("email"),
        f"GET {ONE}: answer 200.email can be missing",
    ),
    "a property that can be null": (
        lambda new: properties(new, "ProfileOut").update(user_id={"anyOf": [{"type": "null"}, {"type": "string"}]}),
        f"GET {ONE}: answer 200.user_id can be null",
    ),
    "another value of an answer": (
        lambda new: properties(new, "Health")["status"].update(const="fine", enum=["fine"]),
        "GET /healthz: answer 200.status can be 'fine'",
    ),
    "a property of a request that is required": (
        lambda new: schema(new, "ProfileCreate").update(required=["bio"]),
        "POST /profiles: body.bio is required",
    ),
    "a property of a request that is gone": (
        lambda new: properties(new, "ProfileCreate").pop("bio"),
        "POST /profiles: body.bio is refused",
    ),
    "another type of a request": (
        lambda new: properties(new, "ProfileCreate").update(bio={"type": "integer"}),
        "POST /profiles: body.bio can be string",
    ),
    "a smaller limit of a request": (
        lambda new: properties(new, "ProfileCreate")["bio"]["anyOf"][0].update(maxLength=1),
        "POST /profiles: body.bio has maxLength 1",
    ),
    "a parameter that is required": (
        lambda new: listing(new)["parameters"].append(
            {"name": "x", "in": "query", "required": True, "schema": {"type": "string"}}
        ),
        "GET /profiles: parameter x (query) is required",
    ),
    "a parameter that is gone": (
        lambda new: listing(new)["parameters"].pop(0),
        "GET /profiles: parameter ",
    ),
    "another status of success": (
        lambda new: created(new)["responses"].update({"202": created(new)["responses"].pop("201")}),
        "POST /profiles: answers 202",
    ),
    "another media type of a body": (
        lambda new: created(new)["requestBody"].update(content={"text/plain": {}}),
        "POST /profiles: a body of application/json is refused",
    ),
    "a token": (
        lambda new: new["paths"]["/healthz"]["get"].update(security=[{"token": []}]),
        "GET /healthz: a token is needed",
    ),
}


def renamed(new: dict[str, Any]) -> None:
    """Give a schema another name."""
    text = json.dumps(new).replace('schemas/ProfileOut"', 'schemas/Person"')
    new.clear()
    new.update(json.loads(text))
    new["components"]["schemas"]["Person"] = new["components"]["schemas"].pop("ProfileOut")


SAFE: dict[str, Change] = {
    "nothing": lambda new: new,
    "an optional property of a request": lambda new: properties(new, "ProfileCreate").update(x={"type": "string"}),
    "a property of an answer more": lambda new: properties(new, "ProfileOut").update(x={"type": "string"}),
    "a value of a request more": lambda new: properties(new, "ProfileCreate")["bio"]["anyOf"].append(
        {"type": "integer"}
    ),
    "an optional parameter": lambda new: listing(new)["parameters"].append(
        {"name": "x", "in": "query", "schema": {"type": "string"}}
    ),
    "a path more": lambda new: new["paths"].update({"/new": new["paths"]["/profiles"]}),
    "another description": lambda new: schema(new, "ProfileOut").update(description="x", title="y"),
    "another name of a schema": renamed,
    "another name of a parameter in the path": lambda new: new["paths"].update(
        {"/profiles/{id}": new["paths"].pop(ONE)}
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_breaks_clients_is_named(name: str) -> None:
    change, said = BREAKS[name]
    assert any(line.startswith(said) for line in changed(change)), changed(change)


@pytest.mark.parametrize("name", SAFE)
def test_what_clients_survive_is_not_named(name: str) -> None:
    assert changed(SAFE[name]) == []


def test_schemas_that_hold_themselves_are_compared_once() -> None:
    tree = {
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/T"}}},
    }
    answer = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/T"}}}}}
    document = {"paths": {"/": {"get": {"responses": answer}}}, "components": {"schemas": {"T": tree}}}
    new = copy.deepcopy(document)
    new["components"]["schemas"]["T"]["properties"]["children"] = {"type": "string"}  # type: ignore[index]
    assert breaking_changes(document, copy.deepcopy(document)) == []
    assert breaking_changes(document, new) == ["GET /: answer 200.children can be string"]


def test_an_accepted_change_passes_and_one_that_is_none_any_more_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    new = copy.deepcopy(OLD)
    del new["paths"]["/profiles"]["get"]
    monkeypatch.setattr(gate, "last_release", lambda: "v1.0.0")
    monkeypatch.setattr(gate, "released_document", lambda _service, _tag: OLD)
    monkeypatch.setattr(gate, "document_of", lambda _service: new)
    monkeypatch.setattr(gate, "released_services", lambda _tag: ["user"])
    user = [service_named("user")]
    assert judge(user).breaks == ("user: GET /profiles is gone",)
    lines = accepted_lines("# nothing lists them\nuser: GET /profiles is gone\n\nuser: PUT /old is gone\n")
    monkeypatch.setattr(gate, "accepted_lines", lambda _text: lines)
    assert judge(user) == gate.Verdict("v1.0.0", outdated=("user: PUT /old is gone",))


def test_a_service_that_is_gone_as_a_whole_is_named_and_can_be_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "last_release", lambda: "v1.0.0")
    monkeypatch.setattr(documents, "git", lambda _root, *_: "docs/openapi/billing.json\ndocs/openapi/accepted.txt")
    assert judge([]) == gate.Verdict("v1.0.0", breaks=("billing: the service is gone",))
    monkeypatch.setattr(gate, "accepted_lines", lambda _text: ["billing: the service is gone"])
    assert judge([]) == gate.Verdict("v1.0.0")


def test_the_kept_document_of_a_service_that_is_gone_is_removed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(openapi, "FOLDER", tmp_path)
    monkeypatch.setattr(openapi, "judge", lambda _services: gate.Verdict(None))
    (tmp_path / "billing.json").write_text("{}")
    (tmp_path / "accepted.txt").touch()
    said = io.StringIO()
    assert openapi.keep_documents([], terminal=Terminal([], stream=said))
    assert [file.name for file in tmp_path.iterdir()] == ["accepted.txt"]
    assert "Removed billing.json: there is no such service." in said.getvalue()


def test_before_the_first_release_there_is_nothing_to_compare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "last_release", lambda: None)
    assert judge([service_named("user")]) == gate.Verdict(None)
