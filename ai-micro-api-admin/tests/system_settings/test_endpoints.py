"""`/api/settings` as administrators see it. What the settings do has its tests where it is done."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service_kit.testing.databases import DatabaseUrls
from tests.types_of_fixtures import Headers

URL = "/api/settings"
KEY = "search.japanese.vector_weight"


def test_every_setting_is_listed_with_its_default(client: TestClient, admin: Headers) -> None:
    body = client.get(URL, params={"total": True}, headers=admin).json()
    assert body["total"] == len(body["items"]) == 7
    assert all(item["value"] == item["default"] and item["updated_at"] is None for item in body["items"])


def test_the_list_has_pages(client: TestClient, admin: Headers) -> None:
    whole = client.get(URL, headers=admin).json()["items"]
    pages: list[dict[str, object]] = []
    cursor: dict[str, str] = {}
    while not pages or cursor["cursor"]:
        page = client.get(URL, params={"limit": 4, **cursor}, headers=admin).json()
        pages += page["items"]
        cursor = {"cursor": page["next_cursor"]}
    assert pages == whole


def test_a_change_is_kept_and_says_whose_it_is(client: TestClient, admin: Headers, admin_id: object) -> None:
    changed = client.put(f"{URL}/{KEY}", json={"value": 0.7}, headers=admin)
    assert changed.status_code == 200, changed.text
    assert client.get(f"{URL}/{KEY}", headers=admin).json() == changed.json()
    assert (changed.json()["value"], changed.json()["default"]) == (0.7, 0.4)
    assert changed.json()["updated_by"] == str(admin_id)
    (entry,) = client.get("/api/logs/system", params={"event": "setting.changed"}, headers=admin).json()["items"]
    assert entry["details"] == {"key": KEY, "before": 0.4, "after": 0.7}


@pytest.mark.parametrize("value", [0, -1, 101, 10**400])
def test_a_value_out_of_bounds_is_refused(client: TestClient, admin: Headers, value: float) -> None:
    response = client.put(f"{URL}/{KEY}", json={"value": value}, headers=admin)
    assert (response.status_code, response.json()["code"]) == (422, "INVALID_SETTING_VALUE")


@pytest.mark.parametrize("body", ['{"value": "1"}', '{"value": true}', '{"value": null}', "{}", '{"value": 1, "x": 1}'])
def test_a_value_of_another_type_is_refused(client: TestClient, admin: Headers, body: str) -> None:
    headers = {**admin, "Content-Type": "application/json"}
    assert client.put(f"{URL}/{KEY}", content=body, headers=headers).status_code == 422


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999"])
def test_what_is_no_number_is_refused(client: TestClient, admin: Headers, value: str) -> None:
    headers = {**admin, "Content-Type": "application/json"}
    assert client.put(f"{URL}/{KEY}", content=f'{{"value": {value}}}', headers=headers).status_code in {400, 422}


def test_a_setting_that_is_none_is_not_found(client: TestClient, admin: Headers) -> None:
    response = client.put(f"{URL}/x", json={"value": 1}, headers=admin)
    assert (response.status_code, response.json()["code"]) == (404, "SETTING_NOT_FOUND")


def test_only_administrators_change_settings(client: TestClient, stranger: Headers) -> None:
    assert client.put(f"{URL}/{KEY}", json={"value": 1}, headers=stranger).status_code == 403


def test_a_stored_value_that_does_not_fit_any_more_counts_as_the_default(
    client: TestClient, admin: Headers, migrated_database: DatabaseUrls
) -> None:
    with migrated_database.engine().begin() as connection:
        connection.execute(text("INSERT INTO system_settings (key, value) VALUES (:key, '\"x\"')"), {"key": KEY})
    assert client.get(f"{URL}/{KEY}", headers=admin).json()["value"] == 0.4
