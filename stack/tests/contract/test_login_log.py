"""What the auth service sends to the login log is what the admin service's OpenAPI document asks for.

The document is the contract, and the only place where it is written: the sender's messages, lengths, scope and reading
of the answers are compared with it.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from stack.services.service import service_named

DELIVERED, REFUSED, UNAVAILABLE = "DELIVERED", "REFUSED", "UNAVAILABLE"
FAULTS_OF_THE_MESSAGE = {400, 413, 422}


def said_by(script: str, service_name: str) -> dict[str, Any]:
    """Return what a script of this folder prints in a service's environment."""
    service = service_named(service_name)
    done = subprocess.run(
        [str(service.folder / ".venv" / "bin" / "python"), str(Path(__file__).with_name(script))],
        check=False,
        cwd=service.folder,
        env=os.environ | {"PYTHONPATH": str(service.folder)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.fixture(scope="module")
def sender() -> dict[str, Any]:
    return said_by("login_log_of_auth.py", "auth")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return said_by("openapi_of_admin.py", "admin")


@pytest.fixture(scope="module")
def operation(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"]["/api/logs/login"]["post"]
    return found


@pytest.fixture(scope="module")
def batch_operation(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"]["/api/logs/login/batch"]["post"]
    return found


def body_of(operation: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = operation["requestBody"]["content"]["application/json"]["schema"]
    return {**body, "components": document["components"]}


@pytest.fixture(scope="module")
def schema(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    return body_of(operation, document)


@pytest.fixture(scope="module")
def members(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def test_every_message_fits_the_schema(sender: dict[str, Any], schema: dict[str, Any]) -> None:
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    assert len(sender["messages"]) == len(sender["reasons"]) + 2
    assert [error.message for body in sender["messages"] for error in validator.iter_errors(body)] == []


def test_a_full_batch_fits_its_schema(
    sender: dict[str, Any], batch_operation: dict[str, Any], document: dict[str, Any]
) -> None:
    validator = jsonschema_rs.validator_for(body_of(batch_operation, document), validate_formats=True)
    assert len(sender["batch"]["messages"]) > 1
    assert [error.message for error in validator.iter_errors(sender["batch"])] == []


def test_the_request_of_an_attempt_goes_beside_it_alone_and_in_a_batch(
    sender: dict[str, Any], operation: dict[str, Any], batch_operation: dict[str, Any], document: dict[str, Any]
) -> None:
    headers = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}
    assert sender["request_id"]["header"] in headers
    schemas = document["components"]["schemas"]
    batch = schemas[body_of(batch_operation, document)["$ref"].rpartition("/")[2]]
    enclosed = schemas[batch["properties"]["messages"]["items"]["$ref"].rpartition("/")[2]]
    assert longest(enclosed["properties"]["request_id"]) == sender["request_id"]["length"]
    assert all(message["request_id"] for message in sender["batch"]["messages"])


def test_a_release_before_the_field_gets_no_member_that_it_would_refuse(
    sender: dict[str, Any], members: dict[str, Any]
) -> None:
    # Beside the message, not in it: unknown members are refused, and a batch has had its envelope since it exists.
    assert "request_id" not in members["properties"]
    assert not any("request_id" in body for body in sender["messages"])


def test_every_member_is_sent(sender: dict[str, Any], members: dict[str, Any]) -> None:
    always = set(members["properties"]) - {"occurrences"}
    assert all(always <= set(body) for body in sender["messages"])
    assert set().union(*sender["messages"]) == set(members["properties"])


def test_the_longest_text_of_the_one_is_the_longest_of_the_other(
    sender: dict[str, Any], members: dict[str, Any]
) -> None:
    accepted = {name: longest(member) for name, member in members["properties"].items()}
    assert {name: length for name, length in accepted.items() if length} == sender["lengths"]


def longest(member: dict[str, Any]) -> int | None:
    kinds = [member, *member.get("anyOf", [])]
    return next((kind["maxLength"] for kind in kinds if "maxLength" in kind), None)


def test_examples_name_a_reason_that_is_sent(sender: dict[str, Any], members: dict[str, Any]) -> None:
    assert {example["reason"] for example in members["examples"]} <= {*sender["reasons"], None}


def test_each_answer_of_the_document_is_understood(
    sender: dict[str, Any], operation: dict[str, Any], batch_operation: dict[str, Any]
) -> None:
    for status in map(int, {**operation["responses"], **batch_operation["responses"]}):
        expected = DELIVERED if status < 300 else REFUSED if status in FAULTS_OF_THE_MESSAGE else UNAVAILABLE
        assert (status, sender["meanings"][str(status)]) == (status, expected)


def test_no_answer_that_the_document_does_not_have_counts_as_delivered(
    sender: dict[str, Any], operation: dict[str, Any], batch_operation: dict[str, Any]
) -> None:
    delivered = {status for status, meaning in sender["meanings"].items() if meaning == DELIVERED}
    assert delivered == {
        status for status in {**operation["responses"], **batch_operation["responses"]} if status < "300"
    }
