"""What waits at the same time goes in one request, and nothing is lost where that does not work."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from app.login_log.models import LoginEvent
from app.login_log.repository import LoginEventRepository
from app.main import create_app
from app.settings import Settings
from service_kit.database.sessions import Database
from service_kit.outbox.batches import MOST_MESSAGES
from service_kit.outbox.delivery import BATCH
from service_kit.testing.receiving import ReceivingServer
from service_kit.testing.waiting import eventually
from tests.login_log.conftest import PATH


def add_events(database: Database, count: int, *, attempts: int = 0) -> None:
    with database.session() as session:
        for number in range(count):
            LoginEventRepository(session).add(
                user_id=None, email=f"{number}@example.com", reason="unknown_account", ip_address=None, user_agent=None
            )
        session.execute(
            update(LoginEvent).values(
                request_id=func.concat("of-", func.split_part(LoginEvent.email, "@", 1)),
                attempts=LoginEvent.attempts + attempts,
            )
        )


def delivered(settings: Settings, database: Database) -> None:
    """Run the service until nothing waits."""

    def waiting() -> int:
        with database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(LoginEvent)) or 0

    with TestClient(create_app(settings)):
        eventually(lambda: waiting() == 0)


def emails(log_service: ReceivingServer) -> list[str]:
    return sorted(message["email"] for message in log_service.received)


def expected(count: int) -> list[str]:
    return sorted(f"{number}@example.com" for number in range(count))


def test_what_waits_together_goes_in_one_request_each_message_with_the_id_of_its_own(
    log_service: ReceivingServer, settings: Settings, database: Database
) -> None:
    add_events(database, 3)
    delivered(settings, database)
    assert log_service.batches == [3]
    assert len(log_service.authorizations) == 1
    assert emails(log_service) == expected(3)
    ids = {message["email"]: trace[0] for message, trace in zip(log_service.received, log_service.traces, strict=True)}
    assert ids == {f"{number}@example.com": f"of-{number}" for number in range(3)}


def test_one_that_waits_alone_goes_alone(log_service: ReceivingServer, settings: Settings, database: Database) -> None:
    add_events(database, 1)
    delivered(settings, database)
    assert (emails(log_service), log_service.batches) == (expected(1), [])


def test_many_go_in_batches_that_the_receiver_takes(
    log_service: ReceivingServer, settings: Settings, database: Database
) -> None:
    add_events(database, 2 * BATCH + 2)
    delivered(settings, database)
    assert log_service.batches == [BATCH, BATCH, 2]
    assert BATCH <= MOST_MESSAGES
    assert emails(log_service) == expected(2 * BATCH + 2)


def test_a_receiver_of_a_release_without_batches_gets_each_message_alone(
    settings: Settings, database: Database
) -> None:
    older = ReceivingServer(PATH, takes_batches=False)
    try:
        add_events(database, 5)
        delivered(settings.model_copy(update={"login_log_url": older.url}), database)
    finally:
        older.close()
    assert (emails(older), older.batches) == (expected(5), [5])
    assert {trace[0] for trace in older.traces} == {f"of-{number}" for number in range(5)}


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_batch_that_is_refused_goes_message_by_message_and_only_the_bad_one_waits(
    log_service: ReceivingServer, settings: Settings, database: Database, status: int
) -> None:
    log_service.statuses = [status, 422, 201, 201]
    add_events(database, 3)
    delivered(settings, database)
    assert log_service.batches == [3]
    refused, *others = [message["id"] for message in log_service.received]
    assert others.count(refused) == 1
    assert emails(log_service) == sorted([*expected(3), log_service.received[0]["email"]])


def test_a_message_that_was_refused_before_goes_alone(
    log_service: ReceivingServer, settings: Settings, database: Database
) -> None:
    add_events(database, 1, attempts=1)
    add_events(database, 2)
    delivered(settings, database)
    assert log_service.batches == [2]
    assert len(log_service.received) == 3


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_batch_that_meets_a_receiver_in_trouble_comes_again(
    log_service: ReceivingServer, settings: Settings, database: Database, status: int
) -> None:
    log_service.statuses = [status]
    add_events(database, 3)
    delivered(settings, database)
    assert emails(log_service) == expected(3)
