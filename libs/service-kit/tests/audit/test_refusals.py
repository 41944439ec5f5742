"""A flood of refused acts fills neither the table nor the pool."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row, text
from structlog.testing import capture_logs

from service_kit.audit.acts import TargetType
from service_kit.audit.refusals import Refusals
from service_kit.audit.tables import AUDIT_EVENTS
from service_kit.audit.trail import Actor, AuditTrail, Target
from service_kit.database.sessions import Database
from service_kit.settings.service_settings import TokenCheckingSettings
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.waiting import eventually


@pytest.fixture
def database(settings: TokenCheckingSettings, migrated_database: DatabaseUrls) -> Iterator[Database]:
    owner = migrated_database.engine(migrated_database.owner)
    AUDIT_EVENTS.metadata.create_all(owner, tables=[AUDIT_EVENTS])
    database = Database(settings, application_name="tests")
    yield database
    database.engine.dispose()


def rows(database: Database) -> list[Row[Any]]:
    with database.reading() as connection:
        return list(connection.execute(text("SELECT * FROM audit_events ORDER BY occurred_at")).all())


def note(refusals: Refusals, actor: UUID, times: int, reason: str = "FORBIDDEN") -> None:
    for _ in range(times):
        refusals.note("ACCESS", reason, actor=Actor(actor), target=None)


async def until(condition: Callable[[], bool]) -> None:
    await asyncio.to_thread(eventually, condition)


def test_the_first_is_written_at_once_and_the_rest_of_the_minute_as_one(database: Database) -> None:
    actor = uuid4()

    async def flood() -> None:
        refusals = Refusals(database, AuditTrail("sample", delivered=False))
        async with refusals.recording():
            note(refusals, actor, 1)
            await until(lambda: len(rows(database)) == 1)
            note(refusals, actor, 999)

    asyncio.run(flood())
    assert [(row.actor_id, row.result, row.occurrences) for row in rows(database)] == [
        (actor, "refused", 1),
        (actor, "refused", 999),
    ]


def test_actors_and_reasons_are_recorded_apart(database: Database) -> None:
    one, other = uuid4(), uuid4()

    async def flood() -> None:
        refusals = Refusals(database, AuditTrail("sample", delivered=False))
        async with refusals.recording():
            note(refusals, one, 3)
            note(refusals, other, 1)
            note(refusals, one, 1, reason="WRONG_PASSWORD")

    asyncio.run(flood())
    assert sorted((row.actor_id == one, row.reason, row.occurrences) for row in rows(database)) == [
        (False, "FORBIDDEN", 1),
        (True, "FORBIDDEN", 1),
        (True, "FORBIDDEN", 2),
        (True, "WRONG_PASSWORD", 1),
    ]


def test_acts_on_different_targets_are_recorded_apart(database: Database) -> None:
    actor, targets = Actor(uuid4()), [Target(TargetType.ACCOUNT, uuid4()) for _ in range(3)]

    async def flood() -> None:
        refusals = Refusals(database, AuditTrail("sample", delivered=False))
        async with refusals.recording():
            for target in targets:
                refusals.note("account.changed", "FORBIDDEN", actor=actor, target=target)

    asyncio.run(flood())
    assert {row.target_id for row in rows(database)} == {str(target.id) for target in targets}


def test_one_who_tries_many_targets_does_not_hide_the_acts_of_others(database: Database) -> None:
    prober, other = Actor(uuid4()), Actor(uuid4())

    async def flood() -> None:
        refusals = Refusals(database, AuditTrail("sample", delivered=False))
        async with refusals.recording():
            for _ in range(1500):
                refusals.note("ACCESS", "FORBIDDEN", actor=prober, target=Target(TargetType.ACCOUNT, uuid4()))
            refusals.note("ACCESS", "FORBIDDEN", actor=other, target=Target(TargetType.ACCOUNT, uuid4()))

    asyncio.run(flood())
    found = rows(database)
    assert sum(row.occurrences for row in found if row.actor_id == prober.id) == 1500
    assert len([row for row in found if row.actor_id == prober.id]) == 22
    assert [row.target_id is None for row in found if row.actor_id == other.id] == [False]


def test_each_minute_has_its_own(database: Database) -> None:
    actor = uuid4()

    async def flood() -> None:
        refusals = Refusals(database, AuditTrail("sample", delivered=False), seconds_gathered=0.05)
        async with refusals.recording():
            note(refusals, actor, 3)
            await until(lambda: len(rows(database)) == 2)
            note(refusals, actor, 1)
            await until(lambda: len(rows(database)) == 3)

    asyncio.run(flood())
    assert [row.occurrences for row in rows(database)] == [1, 2, 1]


def test_a_thousand_actors_in_a_minute_are_recorded_apart_and_no_more(database: Database) -> None:
    async def flood() -> None:
        refusals = Refusals(database, AuditTrail("sample", delivered=False))
        async with refusals.recording():
            for _ in range(1500):
                note(refusals, uuid4(), 1)

    asyncio.run(flood())
    found = rows(database)
    assert len(found) == 1002
    assert sum(row.occurrences for row in found) == 1500
    assert [row.occurrences for row in found if row.actor_id is None] in ([1, 499], [499, 1])


def test_what_cannot_be_written_is_tried_again(database: Database, migrated_database: DatabaseUrls) -> None:
    def rights(statement: str) -> None:
        with migrated_database.engine().begin() as connection:
            connection.execute(text(statement))

    async def flood() -> None:
        refusals = Refusals(database, AuditTrail("sample", delivered=False), seconds_gathered=0.05)
        rights("REVOKE INSERT ON audit_events FROM apidb_app")
        with capture_logs() as logs:
            async with refusals.recording():
                note(refusals, uuid4(), 1)
                await until(lambda: "refusals_not_recorded" in [line["event"] for line in logs])
                rights("GRANT INSERT ON audit_events TO apidb_app")
                await until(lambda: len(rows(database)) == 1)

    asyncio.run(flood())
