"""What `alembic revision --autogenerate` writes for a rename and for another type, under load, over two releases.

Release 2 is release 1 with other models and the generated revisions, nothing edited. People use both at once over 32
connections while it starts, while both serve, and while the contract is applied.
"""

import os
import shlex
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from releases.example import EXAMPLE, Database, Release, database_on, issuer, release
from releases.test_side_by_side import IN_USE, insert_profiles
from releases.traffic import Balancer, Crowd

from stack.postgres.server import Server

CONNECTIONS = 32
ANSWERS = 3000 if os.environ.get("LOAD") == "full" else 100
"""So many answers each release gives at each stage, at least."""
MODELS = "app/profiles/models.py"
FIRST_NAME = "first_name: Mapped[str | None] = mapped_column(String(100))"
SHORTER = "first_name: Mapped[str | None] = mapped_column(String(60))"
RENAMED = (EXAMPLE / "release-2" / MODELS).read_text()


@dataclass(frozen=True)
class Change:
    """A change of the models.

    Attributes:
        command: what is typed.
        column: the one that has the first name afterwards.
        models: the file as release 2 has it; empty where only the type differs.
    """

    command: str
    column: str
    models: str = ""


CHANGES = {
    "rename": Change(
        "alembic-rollout revision --autogenerate --rename profiles.first_name=given_name -m 'rename first name'",
        "given_name",
        RENAMED,
    ),
    "type": Change("alembic revision --autogenerate -m 'shorter first name'", "first_name"),
}


@dataclass
class Seen:
    """What was seen."""

    held: list[str] = field(default_factory=list)
    pending_afterwards: list[str] = field(default_factory=list)
    contract: str = ""
    answered: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    expected: dict[str, str | None] = field(default_factory=dict)
    stored: dict[str, str | None] = field(default_factory=dict)


@pytest.fixture(scope="module", params=CHANGES)
def seen(
    request: pytest.FixtureRequest,
    server: Server,
    role_passwords: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Seen:
    change = CHANGES[request.param]
    folder = tmp_path_factory.mktemp("generated")
    with issuer(CONNECTIONS) as tokens, database_on(server, role_passwords) as database:
        first = release(1, folder / "first", database, server, JWKS_URL=tokens.jwks_url)
        first.done("alembic", "upgrade", "head")
        second = generated(change, release(1, folder / "second", database, server, JWKS_URL=tokens.jwks_url))
        names = dict(insert_profiles(database))
        in_use = dict(list(names.items())[:IN_USE])
        balancer = Balancer()
        crowd = Crowd(tokens, balancer, in_use)
        seen = Seen()
        with ExitStack() as ends:
            play(seen, first, second, balancer=balancer, crowd=crowd, ends=ends)
        seen.answered = dict(balancer.answered)
        seen.wrong = crowd.wrong
        seen.expected = {user_id: name for user_id, name in names.items() if user_id not in in_use} | crowd.first_names
        seen.stored = stored(database, change.column)
    return seen


def generated(change: Change, copy: Release) -> Release:
    """Change the models of a copy of release 1, let the command write the revisions, and return it as release 2."""
    models = copy.folder / MODELS
    text = change.models or models.read_text().replace(FIRST_NAME, SHORTER)
    assert text != models.read_text()
    models.write_text(text)
    copy.done(*shlex.split(change.command))
    return replace(copy, head=max(file.name[:3] for file in versions(copy)))


def versions(copy: Release) -> list[Path]:
    return list((copy.folder / "app/db/migrations/versions").glob("[0-9]*.py"))


def stored(database: Database, column: str) -> dict[str, str | None]:
    rows = database.rows(f"SELECT user_id::text, {column} FROM profiles")  # noqa: S608 - one of two columns
    return dict(map(tuple, rows))


def play(seen: Seen, first: Release, second: Release, *, balancer: Balancer, crowd: Crowd, ends: ExitStack) -> None:
    """Roll release 2 out beside release 1, and apply the contract when release 1 has ended."""
    old = first.serve()
    ends.callback(old.process.end)
    balancer.add(old.wait_ready())
    with crowd.at_work():
        balancer.wait_for_answers(ANSWERS)
        new = second.serve()
        ends.callback(new.process.end)
        balancer.add(new.wait_ready())
        balancer.wait_for_answers(ANSWERS)
        seen.held = new.readiness()["held"]
        balancer.remove(old)
        old.process.end()
        seen.contract = second.done("alembic-rollout", "contract", "--wait", "1m")
        balancer.wait_for_answers(ANSWERS)
        seen.pending_afterwards = new.readiness()["pending"]


def test_no_request_failed_and_no_answer_was_wrong(seen: Seen) -> None:
    assert seen.wrong == []


def test_both_releases_answered_and_the_contract_was_held_until_the_first_one_ended(seen: Seen) -> None:
    assert len(seen.answered) == 2
    assert min(seen.answered.values()) >= ANSWERS
    assert seen.held
    assert seen.pending_afterwards == []
    assert f"Applied {seen.held[-1]}" in seen.contract


def test_no_value_was_lost(seen: Seen) -> None:
    assert seen.stored == seen.expected
