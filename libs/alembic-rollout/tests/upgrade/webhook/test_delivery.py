"""The webhook is told once, and within five seconds whatever it does."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing

import pytest
from sample_project import Project

from alembic_rollout.settings import Settings
from upgrade.webhook.servers import (
    MOST_SECONDS,
    PATH,
    TOKEN,
    Webhook,
    assert_no_token,
    drip,
    say_nothing,
    serve_raw,
    told,
    warning,
)

# Delivery


def test_the_message_has_a_text_for_people_and_the_fields_beside_it(webhook: Webhook) -> None:
    told(webhook.settings(), "it failed", revision="002", attempts=3)

    assert webhook.requests == [{"text": "it failed", "revision": "002", "attempts": 3}]
    assert webhook.paths == [f"{PATH}?key=q-{TOKEN}"]


def test_nothing_is_sent_where_no_webhook_is_set(caplog: pytest.LogCaptureFixture) -> None:
    assert told(Settings()) < 0.5
    assert caplog.records == []


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_in_trouble_is_tried_once_more(
    webhook: Webhook, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    webhook.statuses = [status, 200]

    told(webhook.settings())

    assert len(webhook.requests) == 2
    assert caplog.records == []


def test_a_server_that_stays_in_trouble_is_tried_twice_and_one_warning_says_so(
    webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    webhook.statuses = [500]

    told(webhook.settings())

    assert len(webhook.requests) == 2
    assert warning(caplog) == "Webhook http://127.0.0.1/... failed: status 500"


def test_a_refusal_is_not_argued_with(webhook: Webhook, caplog: pytest.LogCaptureFixture) -> None:
    webhook.statuses = [404]

    told(webhook.settings())

    assert len(webhook.requests) == 1
    assert warning(caplog).endswith("status 404")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(webhook: Webhook, status: int, caplog: pytest.LogCaptureFixture) -> None:
    webhook.statuses = [status]
    webhook.location = f"{webhook.url}/elsewhere"

    told(webhook.settings())

    assert len(webhook.requests) == 1
    assert warning(caplog).endswith(f"status {status}")


# Never for long


def test_a_port_where_nobody_listens_costs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as unused:
        port = unused.getsockname()[1]

    assert told(Settings(webhook_url=f"http://127.0.0.1:{port}{PATH}")) < MOST_SECONDS
    assert "Connection refused" in warning(caplog)
    assert_no_token(caplog.text)


@pytest.mark.parametrize("answer", [say_nothing, drip])
def test_a_server_that_does_not_come_to_an_end_is_left(
    answer: Callable[[socket.socket, threading.Event], None], caplog: pytest.LogCaptureFixture
) -> None:
    over = threading.Event()
    url, thread = serve_raw(answer, over)
    try:
        assert told(Settings(webhook_url=f"{url}{PATH}")) < MOST_SECONDS
    finally:
        over.set()
        thread.join()
    assert warning(caplog).startswith("Webhook http://127.0.0.1/... failed: ")
    assert_no_token(caplog.text)


def test_a_name_server_that_does_not_answer_is_left(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    over = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        over.wait()
        raise OSError("name resolution ended")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        seconds = told(Settings(webhook_url=f"https://hooks.example{PATH}"))
    finally:
        over.set()

    assert seconds < MOST_SECONDS
    assert warning(caplog) == "Webhook https://hooks.example/... failed: timeout, no answer within 4 s"


@pytest.mark.parametrize(
    "url",
    [
        f"file:///etc/{TOKEN}",
        f"https://[half-an-address/{TOKEN}",
        f"http://127.0.0.1:{TOKEN}/",
        f"http:///{TOKEN}",
        f"http://127.0.0.1:1/with a space/{TOKEN}",
        TOKEN,
    ],
)
def test_an_address_that_cannot_be_used_is_a_warning_without_it(url: str, caplog: pytest.LogCaptureFixture) -> None:
    assert told(Settings(webhook_url=url)) < MOST_SECONDS

    assert warning(caplog).startswith("Webhook ")
    assert_no_token(caplog.text)


def test_a_dead_webhook_does_not_keep_a_failing_migration(project: Project) -> None:
    over = threading.Event()
    asked_at: list[float] = []

    def note_and_say_nothing(connection: socket.socket, over: threading.Event) -> None:
        asked_at.append(time.monotonic())
        say_nothing(connection, over)

    url, thread = serve_raw(note_and_say_nothing, over)
    project.sql("001", "SELECT 1 / 0")
    try:
        done = project.alembic("upgrade", "head", ROLLOUT_LINT="off", ROLLOUT_WEBHOOK_URL=f"{url}{PATH}", NO_PROXY="*")
        ended_at = time.monotonic()
    finally:
        over.set()
        thread.join()

    assert done.returncode == 1
    assert "Webhook http://127.0.0.1/... failed: timeout" in done.stderr
    assert ended_at - asked_at[0] < MOST_SECONDS + 1  # and the process's own end


def test_contract_revisions_that_are_held_are_one_message(project: Project, webhook: Webhook) -> None:
    project.tables(1)
    project.upgrade()
    for number in ("002", "003"):
        project.revision(number, header='phase = "contract"')

    with project.database.engine(f"{project.database.app_url}?application_name=shop@001").connect():
        project.upgrade(ROLLOUT_LINT="off", ROLLOUT_WEBHOOK_URL=f"{webhook.url}{PATH}", NO_PROXY="*")

    (sent,) = webhook.requests
    assert (sent["revision"], sent["outcome"]) == ("002, 003", "held")
    assert sent["error"].startswith("shop@001 (pid ")
    assert "; " not in sent["error"], "one connection is named once"


@pytest.mark.parametrize("kind", ["a revision that fails", "a refusal", "a tree with two heads"])
def test_a_start_that_fails_again_and_again_is_sent_the_first_and_the_tenth_time(
    project: Project, webhook: Webhook, kind: str
) -> None:
    project.tables(1)
    project.upgrade()
    project.sql("002", "SELECT 1 / 0" if kind == "a revision that fails" else "ALTER TABLE t001 DROP COLUMN id")
    if kind == "a tree with two heads":
        project.sql("003", "SELECT 1", after="001")
    for _ in range(11):
        assert project.alembic("upgrade", "head", ROLLOUT_WEBHOOK_URL=f"{webhook.url}{PATH}", NO_PROXY="*").returncode
    assert [request["occurrences"] for request in webhook.requests] == [1, 10]
    assert "(number 10 in a row)" in webhook.requests[1]["text"]
    assert project.database.scalar("SELECT count(*) FROM alembic_rollout_history") == 2
