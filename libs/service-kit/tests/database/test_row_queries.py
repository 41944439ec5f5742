"""A hot read by the driver's own cursor: the same row and the same errors as by SQLAlchemy."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from sample.application import Note
from sqlalchemy import Connection, Table, bindparam, event, func, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from service_kit.database.models import table_of
from service_kit.database.row_queries import RowQuery
from service_kit.database.sessions import Database, UnstorableValueError
from service_kit.settings.service_settings import TokenCheckingSettings
from service_kit.testing.databases import DatabaseUrls

NOTES: Table = table_of(Note)
BY_ID = RowQuery(select(NOTES).where(NOTES.c.id == bindparam("id")))
BY_TEXT = RowQuery(select(NOTES.c.id).where(NOTES.c.text == bindparam("text")))


@pytest.fixture
def database(settings: TokenCheckingSettings) -> Iterator[Database]:
    database = Database(settings, application_name="tests")
    yield database
    database.close_unused()


def add_note(database: Database, words: str) -> UUID:
    with database.session() as session:
        added: UUID = session.scalars(NOTES.insert().values(text=words).returning(NOTES.c.id)).one()
    return added


def test_a_row_has_what_sqlalchemy_would_give(database: Database) -> None:
    added = add_note(database, "100 % of 花子's")
    with database.reading() as connection:
        row = BY_ID.one_or_none(connection, id=added)
        assert row is not None
        assert row == connection.execute(select(NOTES).where(NOTES.c.id == added)).one()
        assert BY_TEXT.one_or_none(connection, text="100 % of 花子's") == (added,)
    assert row.id == added
    assert isinstance(row.created_at, datetime)


def test_no_row_is_none(database: Database) -> None:
    with database.reading() as connection:
        assert BY_ID.one_or_none(connection, id=uuid4()) is None


def test_a_connection_that_breaks_is_an_error_of_sqlalchemys_and_leaves_the_pool(
    database: Database, migrated_database: DatabaseUrls
) -> None:
    with database.reading() as connection:
        broken = connection.scalar(text("SELECT pg_backend_pid()"))
        with migrated_database.engine().connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": broken})
        with pytest.raises(DBAPIError) as raised:
            BY_ID.one_or_none(connection, id=uuid4())
    assert raised.value.connection_invalidated
    with database.reading() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != broken


def test_a_statement_that_takes_too_long_is_ended_by_the_server(settings: TokenCheckingSettings) -> None:
    database = Database(settings.model_copy(update={"database_statement_timeout_ms": 100}), application_name="tests")
    with database.reading() as connection, pytest.raises(OperationalError, match="statement timeout") as raised:
        RowQuery(select(func.pg_sleep(60).label("slept"))).one_or_none(connection)
    assert not raised.value.connection_invalidated
    database.close_unused()


def test_an_error_does_not_show_values(database: Database) -> None:
    query = RowQuery(select((1 / func.length(bindparam("wanted"))).label("quotient"), bindparam("secret").label("s")))
    with database.reading() as connection, pytest.raises(DBAPIError, match="division by zero") as raised:
        query.one_or_none(connection, wanted="", secret="a value")
    assert "a value" not in str(raised.value)


def test_a_text_that_cannot_be_stored_is_named_as_such(database: Database) -> None:
    with database.reading() as connection, pytest.raises(UnstorableValueError):
        BY_TEXT.one_or_none(connection, text="a\0b")


def test_who_listens_to_statements_hears_of_it(database: Database) -> None:
    heard: list[str] = []

    def listen(_: Connection, __: object, statement: str, *___: object) -> None:
        heard.append(statement)

    event.listen(database.engine, "before_cursor_execute", listen)
    with database.reading() as connection:
        BY_ID.one_or_none(connection, id=uuid4())
    assert len(heard) == 1
    assert "FROM notes" in heard[0]
