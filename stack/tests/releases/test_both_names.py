"""What the trigger of revision 004 makes of every write: each release sees what the other one wrote."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from releases.example import SECONDS, Database, database_on, release
from sqlalchemy import text

from stack.postgres.server import Server

LONG_AGO = "2026-01-05 09:00:00+00"
BACKFILL = "UPDATE profiles SET given_name = first_name WHERE given_name IS DISTINCT FROM first_name AND user_id = :id"
BACKFILL_OF_THE_WAY_BACK = (
    "UPDATE profiles SET first_name = given_name WHERE first_name IS DISTINCT FROM given_name AND user_id = :id"
)


@pytest.fixture(scope="module")
def database(
    server: Server, role_passwords: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A database at 004: both columns and the trigger are there, nothing is backfilled."""
    with database_on(server, role_passwords) as made:
        release(2, tmp_path_factory.mktemp("release"), made, server).done("alembic", "upgrade", "004")
        yield made


Profile = Callable[..., UUID]


@pytest.fixture
def profile(database: Database) -> Profile:
    """Insert a profile as it was before the trigger; None is what no release has written yet."""

    def insert(*, first_name: str | None, given_name: str | None) -> UUID:
        user_id = uuid4()
        with database.engine(database.superuser).connect() as connection:
            connection.execute(text("SET session_replication_role = replica"))  # no trigger fires
            connection.execute(
                text(
                    "INSERT INTO profiles (user_id, first_name, given_name, created_at, updated_at)"
                    " VALUES (:id, :first_name, :given_name, :long_ago, :long_ago)"
                ),
                {"id": user_id, "first_name": first_name, "given_name": given_name, "long_ago": LONG_AGO},
            )
        return user_id

    return insert


def names(database: Database, user_id: UUID) -> tuple[str | None, str | None]:
    """Return first_name and given_name."""
    first_name, given_name = database.rows(
        "SELECT first_name, given_name FROM profiles WHERE user_id = :id", id=user_id
    )[0]
    return first_name, given_name


def is_updated(database: Database, user_id: UUID) -> bool:
    """Return True if updated_at has moved."""
    found: Any = database.rows(
        "SELECT updated_at <> :long_ago FROM profiles WHERE user_id = :id", id=user_id, long_ago=LONG_AGO
    )[0][0]
    return bool(found)


@pytest.mark.parametrize("column", ["first_name", "given_name"])
@pytest.mark.parametrize("name", ["花子", None])
def test_an_insert_that_names_one_column_fills_both(database: Database, column: str, name: str | None) -> None:
    user_id = uuid4()
    database.rows(f"INSERT INTO profiles (user_id, {column}) VALUES (:id, :name)", id=user_id, name=name)  # noqa: S608
    assert names(database, user_id) == (name, name)


@pytest.mark.parametrize("column", ["first_name", "given_name"])
@pytest.mark.parametrize("name", ["花子", None])
def test_an_update_of_one_column_changes_both(
    database: Database, profile: Profile, column: str, name: str | None
) -> None:
    user_id = profile(first_name="before", given_name="before")
    database.rows(f"UPDATE profiles SET {column} = :name WHERE user_id = :id", id=user_id, name=name)  # noqa: S608
    assert names(database, user_id) == (name, name)
    assert is_updated(database, user_id)


@pytest.mark.parametrize("column", ["first_name", "given_name"])
def test_an_insert_that_turns_into_an_update_changes_both(database: Database, profile: Profile, column: str) -> None:
    user_id = profile(first_name="before", given_name="before")
    database.rows(
        f"INSERT INTO profiles (user_id, {column}) VALUES (:id, 'after')"  # noqa: S608
        f" ON CONFLICT (user_id) DO UPDATE SET {column} = EXCLUDED.{column}",
        id=user_id,
    )
    assert names(database, user_id) == ("after", "after")


def test_a_statement_that_gives_both_columns_means_the_new_one(database: Database, profile: Profile) -> None:
    user_id = profile(first_name="before", given_name="before")
    database.rows("UPDATE profiles SET first_name = 'old', given_name = 'new' WHERE user_id = :id", id=user_id)
    assert names(database, user_id) == ("new", "new")


@pytest.mark.parametrize("column", ["first_name", "given_name"])
@pytest.mark.parametrize(
    ("first_name", "given_name"),
    [("花子", "花子"), ("花子", None), (None, "花子")],
    ids=["filled", "not yet filled", "not yet filled by the downgrade"],
)
def test_a_statement_that_repeats_a_name_leaves_both_as_they_are(
    database: Database, profile: Profile, column: str, first_name: str | None, given_name: str | None
) -> None:
    user_id = profile(first_name=first_name, given_name=given_name)
    database.rows(f"UPDATE profiles SET {column} = {column}, bio = 'x' WHERE user_id = :id", id=user_id)  # noqa: S608
    assert names(database, user_id) == (first_name, given_name)
    assert is_updated(database, user_id)


def test_the_backfill_fills_the_new_column_and_changes_no_profile(database: Database, profile: Profile) -> None:
    user_id = profile(first_name="花子", given_name=None)
    database.rows(BACKFILL, id=user_id)
    assert names(database, user_id) == ("花子", "花子")
    assert not is_updated(database, user_id)


@pytest.mark.parametrize("name", ["花", None])
def test_the_backfill_leaves_alone_what_release_1_has_written_before_it_came(
    database: Database, profile: Profile, name: str | None
) -> None:
    user_id = profile(first_name="花子", given_name=None)
    database.rows("UPDATE profiles SET first_name = :name WHERE user_id = :id", id=user_id, name=name)
    database.rows(BACKFILL, id=user_id)
    assert names(database, user_id) == (name, name)
    assert is_updated(database, user_id)


def test_a_change_of_something_else_before_the_backfill_leaves_the_name_to_it(
    database: Database, profile: Profile
) -> None:
    user_id = profile(first_name="花子", given_name=None)
    database.rows("UPDATE profiles SET bio = 'x' WHERE user_id = :id", id=user_id)
    assert names(database, user_id) == ("花子", None)
    assert is_updated(database, user_id)
    database.rows(BACKFILL, id=user_id)
    assert names(database, user_id) == ("花子", "花子")


def test_the_backfill_of_the_downgrade_fills_the_old_column_and_changes_no_profile(
    database: Database, profile: Profile
) -> None:
    user_id = profile(first_name=None, given_name="花子")
    database.rows(BACKFILL_OF_THE_WAY_BACK, id=user_id)
    assert names(database, user_id) == ("花子", "花子")
    assert not is_updated(database, user_id)


@pytest.mark.parametrize(("statement", "name"), [("bio = 'x'", "花子"), ("given_name = '花'", "花")])
def test_what_release_3_writes_before_the_backfill_of_the_downgrade_is_kept(
    database: Database, profile: Profile, statement: str, name: str
) -> None:
    user_id = profile(first_name=None, given_name="花子")
    database.rows(f"UPDATE profiles SET {statement} WHERE user_id = :id", id=user_id)  # noqa: S608
    database.rows(BACKFILL_OF_THE_WAY_BACK, id=user_id)
    assert names(database, user_id) == (name, name)
    assert is_updated(database, user_id)


@pytest.mark.parametrize(("first", "second"), [("first_name", "given_name"), ("given_name", "first_name")])
def test_of_two_releases_that_write_one_row_at_the_same_time_the_later_one_prevails(
    database: Database, profile: Profile, first: str, second: str
) -> None:
    user_id = profile(first_name="before", given_name="before")
    with database.engine().connect() as connection:
        connection.execute(text("BEGIN"))
        connection.execute(text(f"UPDATE profiles SET {first} = 'earlier' WHERE user_id = :id"), {"id": user_id})  # noqa: S608
        later = threading.Thread(
            target=database.rows,
            args=(f"UPDATE profiles SET {second} = 'later' WHERE user_id = :id",),  # noqa: S608
            kwargs={"id": user_id},
        )
        later.start()
        wait_until_somebody_waits(database)
        connection.execute(text("COMMIT"))
        later.join(SECONDS)
    assert names(database, user_id) == ("later", "later")


def wait_until_somebody_waits(database: Database) -> None:
    """Wait until a session of the database waits for another one's lock."""
    deadline = time.monotonic() + SECONDS
    while not database.rows(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    ):
        assert time.monotonic() < deadline, "no session waits"
