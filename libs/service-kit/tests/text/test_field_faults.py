"""Faults of fields that pydantic does not know."""

from typing import Annotated, Any

import pytest
from fastapi.testclient import TestClient
from pydantic import AfterValidator, TypeAdapter, ValidationError

from service_kit.text.field_faults import FieldFault, fault_at

SPAN = FieldFault("test_span", "must have {least} to {most} letters")


def _refused(_: str) -> str:
    raise SPAN.error(least=2, most=3)


def test_a_validator_gives_its_fault_a_code_and_a_text_with_values() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Annotated[str, AfterValidator(_refused)]).validate_python("secret")
    (error,) = caught.value.errors()
    assert (error["type"], error["msg"]) == ("test_span", "must have 2 to 3 letters")


def test_a_service_that_finds_it_itself_answers_in_the_same_way() -> None:
    fault = fault_at(("body", "phone"), SPAN.error(least=2, most=3))
    assert fault == {"loc": ["body", "phone"], "msg": "must have 2 to 3 letters", "type": "test_span"}


def test_a_code_has_one_text() -> None:
    FieldFault("test_span", SPAN.text)
    with pytest.raises(ValueError, match="two texts"):
        FieldFault("test_span", "something else")


def test_openapi_lists_the_texts_by_code(client: TestClient) -> None:
    document: dict[str, Any] = client.get("/openapi.json").json()
    texts = document["components"]["schemas"]["FieldError"]["properties"]["type"]["x-texts"]
    assert texts["unstorable"] == ["must not contain NUL characters or lone surrogates"]
    assert texts["test_span"] == [SPAN.text]
