"""The logs in a browser: filters, times and the file of the audit log."""

import json
import time
import uuid
from typing import Any

import httpx
from console_page import Looks, Visit


def test_a_failed_sign_in_is_found_and_runs_no_script(visit: Visit, description: dict[str, Any]) -> None:
    email = f"{uuid.uuid4().hex}<script>window.ran=1</script>"
    httpx.post(f"{description['auth']}/auth/login", json={"email": email, "password": "wrong"})
    shown = visit("/logs/login")
    shown.page.get_by_label("Part of the email").fill(email[:32])
    shown.page.get_by_label("Result").select_option("false")
    row = shown.main.locator("tbody tr", has_text=email)
    ends = time.monotonic() + 30
    while not row.count():  # it is delivered in the background
        assert time.monotonic() < ends, "the sign-in is not in the log"
        shown.page.get_by_role("button", name="Filter").click()
    assert "refused" in row.inner_text()
    assert shown.page.evaluate("window.ran") is None
    assert shown.faults == []


def test_a_request_is_followed_from_one_log_through_the_others(
    visit: Visit, description: dict[str, Any], administrator: httpx.Client
) -> None:
    request_id = f"followed-{uuid.uuid4().hex}"
    same = {"X-Request-ID": request_id}
    administrator.post("/api/knowledgebase", json={"name": request_id}, headers=same).raise_for_status()
    unknown = {"email": "no-one@example.com", "password": "wrong"}
    httpx.post(f"{description['auth']}/auth/login", json=unknown, headers=same)
    shown = visit("/logs/system")
    shown.main.locator("tbody tr", has_text=request_id).get_by_role("link", name=request_id, exact=True).click()
    assert shown.main.locator("h1").text_content() == f"Request {request_id}"
    ends = time.monotonic() + 30
    while shown.main.locator("tbody tr").count() < 3:  # the sign-in is delivered in the background
        assert time.monotonic() < ends, "the sign-in is not in the log"
        shown.page.get_by_role("button", name="Show").click()
    rows = shown.main.locator("tbody tr").all_inner_texts()
    assert [("no-one@example.com" in row, "knowledge_base.created" in row) for row in rows] == [
        (False, True),
        (False, False),
        (True, False),
    ]
    assert "KNOWLEDGE_BASE_CREATED" in rows[1]
    assert shown.faults == []


def test_the_audit_log_is_narrowed_and_saved(
    visit: Visit, administrator: httpx.Client, description: dict[str, Any]
) -> None:
    made = administrator.post("/api/knowledgebase", json={"name": "監査"}).raise_for_status().json()
    shown = visit("/logs/audit")
    shown.page.get_by_label("Id of the target").fill(made["id"])
    shown.page.get_by_label("From (GMT+9)").fill("2020-01-01T00:00:00")
    shown.page.get_by_role("button", name="Filter").click()
    assert shown.main.locator("tbody tr").count() == 1
    assert "KNOWLEDGE_BASE_CREATED" in shown.main.locator("tbody").inner_text()
    assert description["administrator"]["email"] in shown.main.locator("tbody").inner_text()
    with shown.page.expect_download() as saved:
        shown.page.get_by_role("link", name="Download these").click()
    (line,) = saved.value.path().read_text().splitlines()
    assert json.loads(line)["target_id"] == made["id"]


def test_moments_are_read_and_written_in_the_time_zone_of_the_browser(visit: Visit) -> None:
    """It is nine hours ahead; without scripts the form says that it is in UTC."""
    shown = visit("/logs/audit", Looks(language="ja"))
    label = "開始（JST）"
    shown.page.get_by_label(label).fill("2020-01-01T09:00:30")
    with shown.page.expect_navigation():
        shown.page.get_by_role("button", name="絞り込む").click()
    assert "since=2020-01-01T00%3A00%3A30" in shown.page.url
    assert shown.page.get_by_label(label).input_value() == "2020-01-01T09:00:30"


def test_a_filter_that_is_wrong_is_kept_and_explained(visit: Visit) -> None:
    shown = visit("/logs/audit?action=NO_SUCH_ACTION&since=2020-01-01T00:00")
    assert shown.page.locator("[name=action]").input_value() == "NO_SUCH_ACTION"
    assert shown.page.locator(".field-problem").count() == 1
    assert shown.violations() == []


def test_a_sign_in_stays_a_low_row_on_a_narrow_window(visit: Visit, description: dict[str, Any]) -> None:
    email = f"{uuid.uuid4().hex[:8]}@example.com"
    browser = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0"}
    signed_in = {"email": email, "password": "wrong"}
    httpx.post(f"{description['auth']}/auth/login", json=signed_in, headers=browser)
    shown = visit(f"/logs/login?q={email}", Looks(width=390))
    row = shown.main.locator("tbody tr", has_text="Mozilla")
    ends = time.monotonic() + 30
    while not row.count():  # it is delivered in the background
        assert time.monotonic() < ends
        shown.page.reload()
    box = row.bounding_box()
    assert box is not None
    assert box["height"] < 150
    assert not shown.is_wider_than_its_window()
