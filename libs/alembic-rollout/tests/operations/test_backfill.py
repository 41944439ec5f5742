import logging

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from databases import Database

from alembic_rollout import operations
from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.operations import batches
from operations.conftest import RunsHelpers
from operations.counters import LOGGER, batches_of, counters, counts, increment, positions


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id int PRIMARY KEY", "g"),
        ("id bigint PRIMARY KEY", "g - 500"),
        ("id uuid PRIMARY KEY", "gen_random_uuid()"),
        ("id text PRIMARY KEY", "g || ' ''%s'' \\ % 鍵 '"),
        ("id numeric(9, 2) PRIMARY KEY", "g / 7.0"),
        ("id timestamptz PRIMARY KEY", "now() + g * interval '1.000001 s'"),
        ("id char(8) PRIMARY KEY", "g"),
        ('id text COLLATE "C" PRIMARY KEY', "chr(64 + g % 60) || g"),
    ],
)
@pytest.mark.usefixtures("driver")
def test_every_row_is_changed_exactly_once_whatever_its_key_is(
    database: Database, run: RunsHelpers, key: str, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    counters(database, 1203, key=key, value=value)
    run(lambda: increment(batch_size=7, pause=0))
    assert counts(database) == [(1, 1203)]
    assert batches_of(caplog) > 3


@pytest.mark.usefixtures("driver")
def test_a_composite_key_is_followed_across_the_changes_of_its_first_column(
    database: Database, run: RunsHelpers
) -> None:
    database.execute("CREATE TABLE counters (tenant int, code text, n int DEFAULT 0, PRIMARY KEY (tenant, code))")
    database.execute("INSERT INTO counters SELECT mod(g, 3), 'code ' || g FROM generate_series(1, 1000) AS g")
    run(lambda: increment(batch_size=10, pause=0))
    assert counts(database) == [(1, 1000)]


def test_a_batch_reads_the_range_of_its_key_and_nothing_else(database: Database, run: RunsHelpers) -> None:
    database.execute("CREATE TABLE counters (tenant int, code int, n int DEFAULT 0, PRIMARY KEY (tenant, code))")
    database.execute("INSERT INTO counters SELECT mod(g, 2), g FROM generate_series(1, 20000) AS g")
    database.execute("VACUUM ANALYZE counters")
    scans = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'counters'"
    database.execute("SELECT pg_stat_force_next_flush()")
    before = database.scalar(scans)
    run(lambda: increment(where="n = 0", batch_size=500, pause=0))
    assert counts(database) == [(1, 20000)]
    assert database.scalar(scans) in {before, int(str(before)) + 1}  # `counts` above


def test_only_rows_for_which_the_condition_is_true_are_changed(database: Database, run: RunsHelpers) -> None:
    counters(database, 900)
    database.execute("UPDATE counters SET note = CASE mod(id, 3) WHEN 0 THEN 'yes' WHEN 1 THEN 'no' END")
    run(lambda: increment(where="note = 'yes'", batch_size=10, pause=0))
    assert database.rows("SELECT note, n, count(*) FROM counters GROUP BY 1, 2 ORDER BY 1") == [
        ("no", 0, 300),
        ("yes", 1, 300),
        (None, 0, 300),
    ]


def test_rows_that_match_far_apart_are_found_over_many_looks(
    database: Database, run: RunsHelpers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_LONGEST_LOOK", 50)
    counters(database, 1000)
    run(lambda: increment(where="id IN (3, 499, 500, 501, 1000)", batch_size=2, pause=0))
    assert database.rows("SELECT id FROM counters WHERE n = 1 ORDER BY id") == [(3,), (499,), (500,), (501,), (1000,)]
    assert positions(database) == [(1000, 5, True)]


def test_an_empty_table_is_done_at_once(database: Database, run: RunsHelpers) -> None:
    counters(database, 0)
    run(lambda: increment(where="n = 0"))
    assert positions(database) == [(0, 0, True)]


@pytest.mark.usefixtures("driver")
def test_names_are_quoted_and_sql_is_taken_as_it_stands(database: Database, run: RunsHelpers) -> None:
    database.execute('CREATE SCHEMA "Sales"')
    database.execute('CREATE TABLE "Sales"."Order" ("Id" int PRIMARY KEY, "Text" text)')
    database.execute("""INSERT INTO "Sales"."Order" SELECT g, '50%% :off {x}' FROM generate_series(1, 50) AS g""")
    run(
        lambda: operations.backfill(
            "Order",
            schema="Sales",
            set_=""""Text" = replace("Text", ':off', ' % {0} off')""",
            where="""("Text" LIKE '%:off%' OR "Text" ~ '\\{') AND "Order"."Id" > 0 -- all of them""",
            batch_size=8,
            pause=0,
        )
    )
    assert database.rows('SELECT DISTINCT "Text" FROM "Sales"."Order"') == [("50%  % {0} off {x}",)]


def test_a_partitioned_table_is_one_table(database: Database, run: RunsHelpers) -> None:
    database.execute("CREATE TABLE counters (id int PRIMARY KEY, n int DEFAULT 0) PARTITION BY RANGE (id)")
    for low in (0, 100, 200):
        database.execute(f"CREATE TABLE counters_{low} PARTITION OF counters FOR VALUES FROM ({low}) TO ({low + 100})")
    database.execute("INSERT INTO counters SELECT g FROM generate_series(0, 299) AS g")
    run(lambda: increment(batch_size=7, pause=0))
    assert counts(database) == [(1, 300)]


def test_a_table_without_a_primary_key_says_what_to_name(database: Database, run: RunsHelpers) -> None:
    database.execute("CREATE TABLE counters (id int NOT NULL, n int DEFAULT 0)")
    with pytest.raises(RolloutError, match=r"public\.counters has no primary key: .*NOT NULL and indexed.*key="):
        run(increment)


def test_a_named_key_need_not_be_unique(database: Database, run: RunsHelpers) -> None:
    database.execute("CREATE TABLE counters (day int NOT NULL, n int DEFAULT 0)")
    database.execute("CREATE INDEX ON counters (day DESC)")
    database.execute("INSERT INTO counters SELECT mod(g, 11) FROM generate_series(1, 500) AS g")
    run(lambda: increment(key=("day",), batch_size=20, pause=0))
    assert counts(database) == [(1, 500)]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("maybe", r"counters\.maybe may be NULL"),
        ("plain", "No index of public.counters begins with plain"),
        ("partly", "No index of public.counters begins with partly"),
        ("gone", "has no column gone"),
    ],
)
def test_a_key_that_would_leave_rows_out_or_read_everything_is_refused(
    database: Database, run: RunsHelpers, key: str, message: str
) -> None:
    database.execute("CREATE TABLE counters (maybe int, plain int NOT NULL, partly int NOT NULL, n int)")
    database.execute("CREATE INDEX ON counters (maybe)")
    database.execute("CREATE INDEX ON counters (partly) WHERE n > 0")
    database.execute("CREATE INDEX ON counters (n, plain)")
    with pytest.raises(RolloutError, match=message):
        run(lambda: increment(key=(key,)))


@pytest.mark.parametrize(
    ("name", "message"),
    [("missing", "There is no table missing: .*in a revision before"), ("a_view", "a_view is a view, not a table")],
)
def test_what_is_no_table_is_refused(database: Database, run: RunsHelpers, name: str, message: str) -> None:
    database.execute("CREATE VIEW a_view AS SELECT 1 AS n")
    with pytest.raises(RolloutError, match=message):
        run(lambda: operations.backfill(name, set_="n = 1"))


@pytest.mark.parametrize("options", [{"batch_size": 0}, {"pause": -1}])
def test_arguments_that_make_no_sense_are_refused_before_anything_happens(
    database: Database, run: RunsHelpers, options: dict[str, int]
) -> None:
    counters(database, 5)
    with pytest.raises(UsageError, match=r"=-?[01]"):
        run(lambda: increment(**options))
    assert counts(database) == [(0, 5)]


def test_the_sessions_own_settings_are_back_afterwards(database: Database, run: RunsHelpers) -> None:
    from alembic import op  # noqa: PLC0415 - a proxy, there inside a revision

    counters(database, 20)
    after: list[tuple[object, ...]] = []

    def upgrade() -> None:
        increment()
        names = ("lock_timeout", "statement_timeout", "enable_seqscan", "jit")
        after.append(tuple(op.get_bind().exec_driver_sql(f"SHOW {name}").scalar() for name in names))

    run(upgrade, options="-c lock_timeout=1234 -c statement_timeout=5678 -c jit=on")
    assert after == [("1234ms", "5678ms", "on", "on")]


def test_it_runs_read_committed_whatever_the_default_is(database: Database, run: RunsHelpers) -> None:
    counters(database, 20)
    set_ = "n = n + 1, note = current_setting('transaction_isolation')"
    run(
        lambda: operations.backfill("counters", set_=set_),
        options="-c default_transaction_isolation=serializable",
    )
    assert database.rows("SELECT DISTINCT n, note FROM counters") == [(1, "read committed")]


def test_outside_a_revision_it_says_where_it_belongs(database: Database) -> None:
    counters(database, 1)
    with database.engine().connect() as connection:
        context = MigrationContext.configure(connection)
        with (
            Operations.context(context),
            context.begin_transaction(),
            pytest.raises(UsageError, match=r"call it in a revision's upgrade\(\)"),
        ):
            increment()


def test_a_transaction_of_somebody_elses_is_not_committed(database: Database) -> None:
    counters(database, 1)
    with database.engine().connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        context = MigrationContext.configure(connection)
        with (
            Operations.context(context),
            context.begin_transaction(),
            pytest.raises(RolloutError, match=r"operations\.backfill has to commit.*not Alembic's own"),
        ):
            increment()
