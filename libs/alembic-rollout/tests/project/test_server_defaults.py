"""Defaults of columns: what the models create is no difference, and another default is, for every ordinary type."""

import enum
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from databases import Database
from sample_project import Project
from sqlalchemy import func, text
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType

from alembic_rollout.project.environment import load_environment
from alembic_rollout.project.server_defaults import PLUGIN


class Vector(UserDefinedType[str]):
    """The type of the extension vector, as the package pgvector has it."""

    cache_ok = True

    def __init__(self, dimensions: int = 0) -> None:
        self.dimensions = dimensions

    def get_col_spec(self, **_: object) -> str:
        return f"VECTOR({self.dimensions})"


ischema_names["vector"] = Vector


class Colour(enum.Enum):
    red = "r"
    blue = "b"


# A type, a default, and another one.
COLUMNS: dict[str, tuple[Any, Any, Any]] = {
    "json": (sa.JSON(), "{}", '{"a": 1}'),
    "json text": (sa.JSON(), text("'[]'::json"), "{}"),
    "json with quotes": (sa.JSON(), '{"a": "it\'s: \\"%\\""}', "{}"),
    "jsonb": (pg.JSONB(), "{}", "[]"),
    "jsonb text": (pg.JSONB(), text("'{}'::jsonb"), text("'[1]'::jsonb")),
    "string with a quote": (sa.String(20), "it's", "its"),
    "string with quotes at its ends": (sa.String(20), "'a'", "a"),
    "string with a percent": (sa.String(20), "100%", "99%"),
    "string with a colon": (sa.String(20), "a:b", "a:c"),
    "string with a backslash": (sa.String(20), "a\\b", "a\\\\b"),
    "empty string": (sa.String(20), "", " "),
    "text": (sa.Text(), "a", "b"),
    "text by a function": (sa.Text(), text("upper('a')"), text("upper('b')")),
    "char": (sa.CHAR(5), "a", "b"),
    "unicode": (sa.Unicode(5), "日本", "日"),
    "null": (sa.Text(), text("NULL"), "x"),
    "boolean": (sa.Boolean(), sa.false(), sa.true()),
    "boolean as text": (sa.Boolean(), "0", "1"),
    "boolean as SQL": (sa.Boolean(), text("false"), text("true")),
    "integer": (sa.Integer(), "0", "1"),
    "integer as SQL": (sa.Integer(), text("-1"), text("-2")),
    "bigint": (sa.BigInteger(), "9000000000", "9000000001"),
    "smallint": (sa.SmallInteger(), "3", "4"),
    "numeric": (sa.Numeric(10, 2), "0", "0.5"),
    "numeric as SQL": (sa.Numeric(10, 2), text("0.00"), text("0.01")),
    "float": (sa.Float(), "0.5", "0.25"),
    "double": (sa.Double(), text("1e3"), text("1e4")),
    "date": (sa.Date(), "2024-01-31", "2024-02-01"),
    "time": (sa.Time(), "12:30", "12:31"),
    "current date": (sa.Date(), func.current_date(), text("CURRENT_DATE + 1")),
    "timestamp": (sa.DateTime(), func.now(), "2024-01-31 12:00"),
    "timestamptz": (sa.DateTime(timezone=True), func.now(), text("now() + interval '1 day'")),
    "current timestamp": (sa.DateTime(timezone=True), text("CURRENT_TIMESTAMP"), text("clock_timestamp()")),
    "timestamp in utc": (sa.DateTime(), text("timezone('utc', now())"), text("timezone('utc', now()) + '1 h'")),
    "interval": (sa.Interval(), "1 day", "2 days"),
    "uuid": (sa.Uuid(), func.gen_random_uuid(), text("uuidv7()")),
    "uuid as text": (sa.Uuid(), str(uuid.UUID(int=1)), str(uuid.UUID(int=2))),
    "bytea": (sa.LargeBinary(), "\\xdeadbeef", "\\x00"),
    "enum": (sa.Enum("sad", "glad", name="mood"), "sad", "glad"),
    "enum of Python": (sa.Enum(Colour, name="colour"), "red", "blue"),
    "enum without a type": (sa.Enum("sad", "glad", name="mood", native_enum=False), "sad", "glad"),
    "array of text": (pg.ARRAY(sa.Text()), "{}", "{a}"),
    "array as SQL": (pg.ARRAY(sa.Integer()), text("ARRAY[]::integer[]"), text("ARRAY[1]")),
    "array of enums": (pg.ARRAY(sa.Enum("sad", "glad", name="mood")), "{sad}", "{glad}"),
    "inet": (pg.INET(), "127.0.0.1", "127.0.0.2"),
    "cidr": (pg.CIDR(), "10.0.0.0/8", "11.0.0.0/8"),
    "macaddr": (pg.MACADDR(), "08:00:2b:01:02:03", "08:00:2b:01:02:04"),
    "money": (pg.MONEY(), "1", "2"),
    "bit": (pg.BIT(3), "101", "100"),
    "bit varying": (pg.BIT(3, varying=True), "101", "100"),
    "tsvector": (pg.TSVECTOR(), "a b", "a c"),
    "tsquery": (pg.TSQUERY(), "a & b", "a | b"),
    "range": (pg.INT4RANGE(), "[1,5)", "[1,6)"),
    "range of times": (pg.TSTZRANGE(), "empty", "(,)"),
    "oid": (pg.OID(), "1", "2"),
    "domain": (pg.DOMAIN("share", sa.Integer()), "1", "2"),
    "vector": (Vector(2), "[1, 2]", "[1, 3]"),
}


@pytest.fixture
def connection(database: Database) -> Iterator[sa.Connection]:
    with database.connect(database.superuser_url) as superuser:
        superuser.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS vector")
    with database.engine().connect() as connection:
        yield connection


def changed(connection: sa.Connection, metadata: sa.MetaData, **options: Any) -> list[str]:  # noqa: ANN401 - Alembic's
    """Return `column: aspect` of everything that the models would change."""
    given = {"compare_server_default": True, "autogenerate_plugins": ["alembic.autogenerate.*", PLUGIN], **options}
    context = MigrationContext.configure(connection, opts=given)
    found = []
    for difference in compare_metadata(context, metadata):
        found += [f"{one[3]}: {one[0]}" for one in (difference if isinstance(difference, list) else [difference])]
    return found


def models(*columns: sa.Column[Any]) -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), *columns)
    return metadata


@pytest.mark.parametrize(("type_", "default", "another"), COLUMNS.values(), ids=list(COLUMNS))
def test_what_the_models_create_is_no_difference_and_another_default_is_one(
    connection: sa.Connection,
    type_: Any,  # noqa: ANN401 - whatever a column takes
    default: Any,  # noqa: ANN401
    another: Any,  # noqa: ANN401
) -> None:
    metadata = models(sa.Column("c", type_, server_default=default))
    metadata.create_all(connection)

    assert changed(connection, metadata) == []
    assert changed(connection, models(sa.Column("c", type_, server_default=another))) == ["c: modify_default"]
    connection.exec_driver_sql("SELECT 1")  # the transaction goes on


@pytest.mark.parametrize(
    ("definition", "model"),
    [
        ("numeric DEFAULT '0'", sa.Column("c", sa.Numeric, server_default=text("0"))),
        ("numeric DEFAULT 0.00", sa.Column("c", sa.Numeric, server_default="0")),
        (
            "timestamptz DEFAULT CURRENT_TIMESTAMP",
            sa.Column("c", sa.DateTime(timezone=True), server_default=func.now()),
        ),
        ("boolean DEFAULT 'f'", sa.Column("c", sa.Boolean, server_default=sa.false())),
        ("jsonb DEFAULT '{\"a\":1}'", sa.Column("c", pg.JSONB, server_default='{"a": 1}')),
        ("text DEFAULT 'a' || 'b'", sa.Column("c", sa.Text, server_default="ab")),
        ("int[] DEFAULT '{}'", sa.Column("c", pg.ARRAY(sa.Integer), server_default=text("ARRAY[]::int[]"))),
        ("text DEFAULT NULL", sa.Column("c", sa.Text, server_default=text("NULL"))),
        ("int DEFAULT nextval('numbers')", sa.Column("c", sa.Integer, server_default=text("nextval('numbers')"))),
    ],
)
def test_two_ways_to_write_one_value_are_no_difference(
    connection: sa.Connection, definition: str, model: sa.Column[Any]
) -> None:
    connection.exec_driver_sql(
        f"CREATE SEQUENCE numbers; CREATE TABLE t (id serial PRIMARY KEY, c {definition})".replace("%", "%%")
    )

    assert changed(connection, models(model)) == []


def test_a_default_that_came_or_went_is_a_difference(connection: sa.Connection) -> None:
    models(sa.Column("had", sa.Text, server_default="x"), sa.Column("has", sa.Text)).create_all(connection)

    wanted = models(sa.Column("had", sa.Text), sa.Column("has", sa.Text, server_default="x"))

    assert changed(connection, wanted) == ["had: modify_default", "has: modify_default"]


def test_a_comparison_takes_no_number_of_a_sequence(connection: sa.Connection) -> None:
    connection.exec_driver_sql("CREATE SEQUENCE one; CREATE SEQUENCE other")
    models(sa.Column("c", sa.Integer, server_default=text("nextval('one')"))).create_all(connection)

    wanted = models(sa.Column("c", sa.Integer, server_default=text("nextval('other')")))

    assert changed(connection, wanted) == ["c: modify_default"]
    assert connection.exec_driver_sql(
        "SELECT is_called FROM one UNION ALL SELECT is_called FROM other"
    ).scalars().all() == [
        False,
        False,
    ]


def test_identity_computed_and_serial_columns_are_left_to_alembic(connection: sa.Connection) -> None:
    metadata = models(
        sa.Column("a", sa.Integer, sa.Identity()), sa.Column("b", sa.Integer, sa.Computed("id * 2", persisted=True))
    )
    metadata.create_all(connection)

    assert changed(connection, metadata) == []


def test_a_default_that_is_no_value_of_the_columns_type_is_a_difference(connection: sa.Connection) -> None:
    models(sa.Column("c", sa.Integer, server_default="1")).create_all(connection)

    assert changed(connection, models(sa.Column("c", sa.Integer, server_default="many"))) == ["c: modify_default"]


def test_a_default_that_cannot_be_compared_is_a_difference_that_names_its_column(
    connection: sa.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    models(sa.Column("c", sa.Integer, server_default="1")).create_all(connection)

    wanted = models(sa.Column("c", sa.Integer, server_default=text("no_such_function()")))

    assert changed(connection, wanted) == ["c: modify_default"]
    assert "The default of t.c counts as different: 1 in the database cannot be compared with no_such_function()" in (
        caplog.text
    )


def test_a_connection_in_autocommit_may_compare(database: Database) -> None:
    metadata = models(sa.Column("c", sa.JSON, server_default="{}"))
    with database.connect() as connection:
        metadata.create_all(connection)

        assert changed(connection, metadata) == []
        assert changed(connection, models(sa.Column("c", sa.JSON, server_default="[]"))) == ["c: modify_default"]


def test_the_projects_own_comparison_comes_first(connection: sa.Connection) -> None:
    models(sa.Column("c", sa.JSON, server_default="{}")).create_all(connection)
    wanted = models(sa.Column("c", sa.JSON, server_default="[]"))

    def none_of_mine(*_: object) -> None:
        return None

    def the_same(*_: object) -> bool:
        return False

    assert changed(connection, wanted, compare_server_default=none_of_mine) == ["c: modify_default"]
    assert changed(connection, wanted, compare_server_default=the_same) == []
    assert changed(connection, wanted, compare_server_default=False) == []


@pytest.mark.parametrize("default", ['"{}"', '"it\'s"'])
@pytest.mark.parametrize("driver", ["psycopg2", "psycopg"])
def test_check_autogenerate_and_drift_survive_ordinary_defaults(project: Project, default: str, driver: str) -> None:
    type_ = "sa.JSON()" if default == '"{}"' else "sa.String(20)"
    column = f'sa.Column("c", {type_}, server_default={default})'
    (project.folder / "models.py").write_text(
        "import sqlalchemy as sa\n\nmetadata = sa.MetaData()\n"
        f'sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), {column})\n'
    )
    project.revision("001", f'op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), {column})')
    url = sa.make_url(project.database.url).set(drivername=f"postgresql+{driver}")
    variables = {"MIGRATION_DATABASE_URL": url.render_as_string(hide_password=False)}
    project.upgrade(**variables)

    for done in (
        project.alembic("check", **variables),
        project.rollout("drift", "--ignore", "extension *", **variables),
    ):
        assert done.returncode == 0, done.stderr
    generated = project.alembic("revision", "--autogenerate", "-m", "nothing", **variables)
    assert generated.returncode == 0, generated.stderr
    assert list(project.versions.glob("002*")) == []


def test_a_projects_own_plugins_stay(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.folder)
    environment = load_environment(Config(project.ini))
    assert environment.configure_options()["autogenerate_plugins"] == ["alembic.autogenerate.*", PLUGIN]

    environment.options["autogenerate_plugins"] = ["alembic.autogenerate.tables"]
    assert environment.configure_options()["autogenerate_plugins"] == ["alembic.autogenerate.tables", PLUGIN]
