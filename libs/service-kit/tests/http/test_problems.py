"""Problems: what they say, and where OpenAPI says it."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from service_kit.http.problems import Problem, ValidationFailed


class ShelfFull(Problem, status=409, code="SHELF_FULL"):
    """There is no room."""

    OF_SO_MANY = "The shelf has room for {count} books."
    texts = (OF_SO_MANY,)


def test_a_problem_says_one_of_its_texts_with_values() -> None:
    assert ShelfFull.saying(ShelfFull.OF_SO_MANY, count=7).detail == "The shelf has room for 7 books."


def test_a_value_is_text_whatever_it_holds() -> None:
    assert ShelfFull.saying(ShelfFull.OF_SO_MANY, count="{0}").detail == "The shelf has room for {0} books."


def test_what_a_problem_does_not_list_it_does_not_say() -> None:
    with pytest.raises(ValueError, match="does not list"):
        ShelfFull.saying("Something else.")


def test_openapi_lists_what_problems_say_by_code(client: TestClient) -> None:
    document: dict[str, Any] = client.get("/openapi.json").json()
    texts = document["components"]["schemas"]["Problem"]["properties"]["code"]["x-texts"]
    assert texts["SHELF_FULL"] == [ShelfFull.OF_SO_MANY]
    assert texts["VALIDATION_FAILED"] == [ValidationFailed.UNSTORABLE]
