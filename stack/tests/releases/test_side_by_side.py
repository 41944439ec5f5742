"""The whole example under load: each release beside the one before it, until the old column is gone.

It is played once; the tests look at what was seen.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from subprocess import CompletedProcess
from typing import Any

import pytest
from releases.example import Database, Release, database_on, issuer, release
from releases.traffic import Balancer, Crowd

from stack.postgres.server import Server

PEOPLE = 4
PROFILES = 3000
IN_USE = 400
"""So many of the profiles from before the rename change while it goes on; the others stay as they are."""
ANSWERS = 60
"""So many answers each release gives at each stage, at least."""
LONG_AGO = "2026-01-05 09:00:00+00"


@dataclass
class Seen:
    """What was seen, stage by stage."""

    answers_of_release_1_while_release_2_started: int = 0
    rows_with_different_names: int = -1
    output_of_release_3: str = ""
    readiness_while_held: dict[str, Any] = field(default_factory=dict)
    contract_at_once: CompletedProcess[str] | None = None
    contract_said_that_it_waits: str = ""
    contract_status: int | None = None
    contract_output: str = ""
    readiness_afterwards: dict[str, Any] = field(default_factory=dict)
    starts_afterwards: dict[int, tuple[int, str]] = field(default_factory=dict)
    backups: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    expected: dict[str, str | None] = field(default_factory=dict)
    stored: dict[str, str | None] = field(default_factory=dict)
    updated_without_reason: int = -1


@pytest.fixture(scope="module")
def seen(server: Server, role_passwords: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Seen:
    folder = tmp_path_factory.mktemp("releases")
    with issuer(PEOPLE) as tokens, database_on(server, role_passwords) as database:
        releases = {number: release(number, folder, database, server, JWKS_URL=tokens.jwks_url) for number in (1, 2, 3)}
        releases[1].done("alembic", "upgrade", "head")
        names = insert_profiles(database)
        in_use, untouched = dict(names[:IN_USE]), dict(names[IN_USE:])
        balancer = Balancer()
        crowd = Crowd(tokens, balancer, in_use)
        seen = Seen()
        with ExitStack() as ends:
            play(seen, releases, balancer=balancer, crowd=crowd, database=database, ends=ends)
        seen.backups = [file.name for file in (folder / "backups").glob("*.dump")]
        seen.wrong = crowd.wrong
        seen.expected = untouched | crowd.first_names
        seen.stored = dict(map(tuple, database.rows("SELECT user_id::text, given_name FROM profiles")))
        seen.updated_without_reason = database.rows(
            "SELECT count(*) FROM profiles WHERE user_id::text = ANY (:untouched) AND updated_at <> :long_ago",
            untouched=list(untouched),
            long_ago=LONG_AGO,
        )[0][0]
    return seen


def insert_profiles(database: Database) -> list[tuple[str, str | None]]:
    """Insert profiles as they were long ago, some without a first name; return ids and first names."""
    rows = database.rows(
        "INSERT INTO profiles (user_id, first_name, created_at, updated_at)"
        " SELECT gen_random_uuid(), CASE WHEN number % 10 > 0 THEN gen_random_uuid()::text END, :long_ago, :long_ago"
        " FROM generate_series(1, :count) AS number RETURNING user_id::text, first_name",
        long_ago=LONG_AGO,
        count=PROFILES,
    )
    return [(user_id, first_name) for user_id, first_name in rows]


def play(
    seen: Seen,
    releases: Mapping[int, Release],
    *,
    balancer: Balancer,
    crowd: Crowd,
    database: Database,
    ends: ExitStack,
) -> None:
    """Roll the three releases out, one after the other, while people use the service."""
    first = releases[1].serve()
    ends.callback(first.process.end)
    balancer.add(first.wait_ready())
    with crowd.at_work():
        balancer.wait_for_answers(ANSWERS)

        answers = balancer.answered[first.name]
        second = releases[2].serve()
        ends.callback(second.process.end)
        second.wait_ready()
        seen.answers_of_release_1_while_release_2_started = balancer.answered[first.name] - answers
        balancer.add(second)
        balancer.wait_for_answers(ANSWERS)
        balancer.remove(first)
        first.process.end()

        third = releases[3].serve()
        ends.callback(third.process.end)
        balancer.add(third.wait_ready())
        balancer.wait_for_answers(ANSWERS)
        seen.output_of_release_3 = third.process.output
        seen.readiness_while_held = third.readiness()
        seen.rows_with_different_names = database.rows(
            "SELECT count(*) FROM profiles WHERE first_name IS DISTINCT FROM given_name"
        )[0][0]

        seen.contract_at_once = releases[3].run("alembic-rollout", "contract")
        contract = releases[3].start("alembic-rollout", "contract", "--wait", "1m")
        ends.callback(contract.end)
        seen.contract_said_that_it_waits = contract.wait_until_it_says("is held by")
        balancer.remove(second)
        second.process.end()
        seen.contract_status = contract.wait_ended()
        seen.contract_output = contract.output
        balancer.wait_for_answers(ANSWERS)
        seen.readiness_afterwards = third.readiness()
        for number in (1, 2):
            again = releases[number].serve()
            ends.callback(again.process.end)
            seen.starts_afterwards[number] = (again.process.wait_ended(), again.process.output)


def test_no_request_failed_and_no_answer_was_wrong(seen: Seen) -> None:
    assert seen.wrong == []


def test_no_value_was_lost(seen: Seen) -> None:
    assert seen.stored == seen.expected


def test_release_1_answered_while_release_2_migrated(seen: Seen) -> None:
    assert seen.answers_of_release_1_while_release_2_started > 0


def test_both_columns_are_equal_in_every_row_whichever_release_wrote(seen: Seen) -> None:
    assert seen.rows_with_different_names == 0


def test_the_backfill_does_not_pass_for_a_change_of_the_profiles(seen: Seen) -> None:
    assert seen.updated_without_reason == 0


def test_the_contract_revision_is_held_for_release_2_which_is_named(seen: Seen) -> None:
    held = "Contract revision 006 is held while an older release is connected: ai-micro-api-user@005 (pid "
    assert held in seen.output_of_release_3
    assert "ai-micro-api-user@003" not in seen.output_of_release_3


def test_release_3_is_ready_while_its_contract_revision_is_held(seen: Seen) -> None:
    assert seen.readiness_while_held == {
        "status": "ready",
        "current": "005",
        "required": "005",
        "pending": ["006"],
        "held": ["006"],
    }


def test_contract_without_waiting_fails_and_says_which_release_blocks_it(seen: Seen) -> None:
    assert seen.contract_at_once is not None
    assert seen.contract_at_once.returncode == 1
    assert "006 stays held by ai-micro-api-user@005 (pid " in seen.contract_at_once.stdout


def test_contract_that_waits_applies_the_revision_when_release_2_has_ended(seen: Seen) -> None:
    assert "006 is held by ai-micro-api-user@005 (pid " in seen.contract_said_that_it_waits
    assert (seen.contract_status, "Applied 006" in seen.contract_output) == (0, True), seen.contract_output
    assert seen.readiness_afterwards == {
        "status": "ready",
        "current": "006",
        "required": "005",
        "pending": [],
        "held": [],
    }


def test_a_backup_was_taken_before_the_column_was_dropped_and_only_then(seen: Seen) -> None:
    assert [name.split("-", 2)[2] for name in seen.backups] == ["005-before-upgrade.dump"]


@pytest.mark.parametrize("number", [1, 2])
def test_an_older_release_refuses_to_start_afterwards(seen: Seen, number: int) -> None:
    status, output = seen.starts_afterwards[number]
    assert status == 3
    assert "The contract revision 006 removed what this code uses" in output
