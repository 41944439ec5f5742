"""A mistake in a call is one line that says what to correct, and changes nothing."""

from collections.abc import Callable

import pytest
from databases import Database

from alembic_rollout import operations
from alembic_rollout.errors import RolloutError, UsageError
from operations.conftest import RunsHelpers

BACKFILL = operations.backfill
INDEX = operations.create_index_concurrently
FOREIGN_KEY = operations.add_foreign_key


@pytest.fixture(autouse=True)
def tables(database: Database) -> None:
    database.execute(
        "CREATE TABLE users (id int PRIMARY KEY, name text, twice int GENERATED ALWAYS AS (id * 2) STORED)"
    )
    database.execute("CREATE TABLE teams (id int PRIMARY KEY, code text)")
    database.execute("INSERT INTO users SELECT g, 'name' FROM generate_series(1, 3) AS g")


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: BACKFILL("users", set_="nam = 'x'"), r'column "nam" of relation "users" does not exist'),
        (lambda: BACKFILL("users", set_="name = 'x'", where="nam = 1"), r'column "nam" does not exist'),
        (lambda: BACKFILL("users", set_="name = 'x'", where="name = "), "syntax error"),
        (lambda: BACKFILL("users", set_="id = now()"), 'column "id" is of type integer'),
        (lambda: BACKFILL("users", set_="twice = 1"), 'column "twice" can only be updated to DEFAULT'),
        (lambda: BACKFILL("users", set_="name = missing(id)"), r"function missing\(integer\) does not exist"),
        (lambda: INDEX("ix", "users", ["nam"]), 'column "nam" does not exist'),
        (lambda: INDEX("ix", "users", ["name"], using="nothing"), 'access method "nothing" does not exist'),
        (lambda: operations.add_check("ck", "users", "nam > 0"), 'column "nam" does not exist'),
        (lambda: operations.add_check("ck", "users", "name"), "must be type boolean"),
        (lambda: FOREIGN_KEY("fk", "users", "teams", ["team"], ["id"]), 'column "team" referenced in foreign key'),
        (lambda: FOREIGN_KEY("fk", "users", "teams", ["name"], ["code"]), "no unique constraint matching given keys"),
        (lambda: FOREIGN_KEY("fk", "users", "teams", ["name"], ["id"]), "cannot be implemented"),
    ],
)
def test_what_the_server_does_not_understand_is_to_be_corrected(
    run: RunsHelpers, database: Database, call: Callable[[], None], message: str
) -> None:
    with pytest.raises(RolloutError, match=rf"^operations\.\w+: .*{message}.* Correct the call in the revision\.$"):
        run(call)
    assert database.scalar("SELECT count(*) FROM users WHERE name = 'name'") == 3
    assert database.scalar("SELECT count(*) FROM pg_constraint WHERE conname IN ('ck', 'fk')") == 0
    assert database.scalar("SELECT to_regclass('ix') IS NULL") is True


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: operations.set_not_null("users", "nam"), "public.users has no column nam: "),
        (lambda: operations.set_not_null("user", "name"), 'There is no table "user": '),
        (lambda: operations.validate_constraint("users", "ck"), "public.users has no constraint ck: "),
        (lambda: operations.add_check("ck", "user", "true"), 'There is no table "user": '),
        (lambda: INDEX("ix", "users_pkey", ["id"]), "users_pkey is an index, not a table: "),
        (lambda: INDEX("users", "teams", ["code"]), "users is not an index: choose another name"),
        (lambda: INDEX("ix", "teams", []), "ix: name at least one column"),
        (lambda: FOREIGN_KEY("fk", "users", "teams", [], []), "fk: name at least one column"),
        (lambda: FOREIGN_KEY("fk", "users", "teams", ["id"], ["id", "code"]), "fk: 1 local column, 2 remote columns"),
        (lambda: FOREIGN_KEY("fk", "users", "teem", ["id"], ["id"]), "There is no table teem: "),
        (lambda: BACKFILL("users", set_=" "), "set_=' ': "),
        (lambda: BACKFILL("users", set_="name = 'x'", where=" "), "where=' ': "),
        (lambda: BACKFILL("users", set_="name = 'x'", key=()), r"key=\(\): "),
    ],
)
def test_what_is_missing_is_named_with_a_remedy(run: RunsHelpers, call: Callable[[], None], message: str) -> None:
    with pytest.raises(RolloutError, match=message) as raised:
        run(call)
    assert "\n" not in str(raised.value)


def test_rights_that_are_missing_are_not_the_calls_mistake(database: Database, run: RunsHelpers) -> None:
    with database.connect(database.superuser_url) as connection:
        connection.exec_driver_sql("CREATE TABLE foreign_table (id int PRIMARY KEY, n int)")
    with pytest.raises(Exception, match="permission denied for table foreign_table") as raised:
        run(lambda: BACKFILL("foreign_table", set_="n = 1"))
    assert not isinstance(raised.value, UsageError | RolloutError)
