"""The labels of revisions, compared with what PostgreSQL locks, reads and rewrites when it runs them."""

from collections.abc import Iterator

import pytest
from databases import Server
from sqlalchemy import Connection, Engine, NullPool, create_engine

from lint.labelled.case import BASE, Case
from lint.labelled.dangerous_revisions import DANGEROUS
from lint.labelled.everyday_dangerous import EVERYDAY_DANGEROUS
from lint.labelled.everyday_safe import EVERYDAY_SAFE
from lint.labelled.nearly_dangerous import NEARLY_DANGEROUS
from lint.labelled.nearly_safe import NEARLY_SAFE
from lint.labelled.safe_revisions import SAFE

ROWS = """
INSERT INTO customers (name, email, city, balance, credit, legacy_code)
    SELECT 'n', 'e' || i, 'c', i, i, 'l' || i FROM generate_series(1, 500) i;
INSERT INTO orders (customer_id, amount, total, ref, note, placed_at)
    SELECT i, i, i, 'r' || i, 'n', now() FROM generate_series(1, 500) i;
INSERT INTO audit_logs (entry) SELECT i FROM generate_series(1, 500) i;
INSERT INTO measurements SELECT date '2023-01-01' + i % 365, i FROM generate_series(1, 500) i;
INSERT INTO measurements_2024 SELECT date '2024-01-01' + i % 365, i FROM generate_series(1, 500) i;
REFRESH MATERIALIZED VIEW order_totals
"""
READS_OR_WRITES_ALL = {
    *("not-null-scan", "check-scan", "foreign-key-scan", "attach-partition-scan", "table-rewrite"),
    *("adding-field-with-default", "changing-column-type", "require-concurrent-index-creation"),
    *("require-concurrent-reindex", "disallowed-unique-constraint", "query-under-lock"),
}
FAILS = (
    "cluster-verbose",
    "enum-type-change",
    "all-in-tablespace",
    "alter-matview-tablespace",
    "unique-nulls-nd",
    "text-to-varchar",
    "unique-default",
    "virtual-name-required",
)
"""Nothing can be seen of a statement that the base schema makes fail."""

_TABLES = """
SELECT c.oid, pg_relation_filenode(c.oid),
    pg_stat_get_xact_numscans(c.oid) + pg_stat_get_xact_tuples_returned(c.oid),
    EXISTS (SELECT FROM pg_locks l WHERE l.relation = c.oid AND l.pid = pg_backend_pid()
        AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'AccessExclusiveLock'))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'm') AND c.oid = ANY(%(oids)s)
"""


@pytest.fixture(scope="module")
def in_use(server: Server) -> Iterator[Engine]:
    """A database with the base schema and some hundred rows in it, whose tests roll back what they do."""
    with server.database() as made:
        made.execute(f"{BASE};{ROWS}".replace("%", "%%"))
        engine = create_engine(made.url, poolclass=NullPool)
        yield engine


def in_one_transaction(case: Case) -> bool:
    return len(case.scripts) == 1 and case.scripts[0].statements is not None and case.name not in FAILS


@pytest.mark.parametrize(
    "case",
    [
        each
        for each in [*DANGEROUS, *EVERYDAY_DANGEROUS, *NEARLY_SAFE]
        if READS_OR_WRITES_ALL.intersection(each.rules) and in_one_transaction(each)
    ],
    ids=lambda case: case.name,
)
def test_a_scan_or_rewrite_that_is_found_is_one(in_use: Engine, case: Case) -> None:
    assert heavy_tables(in_use, case) != set()


@pytest.mark.parametrize(
    "case",
    [each for each in [*SAFE, *EVERYDAY_SAFE, *NEARLY_DANGEROUS] if in_one_transaction(each)],
    ids=lambda case: case.name,
)
def test_a_revision_that_is_safe_reads_and_rewrites_nothing_under_a_lock(in_use: Engine, case: Case) -> None:
    assert heavy_tables(in_use, case) == set()


def heavy_tables(engine: Engine, case: Case) -> set[int]:
    """Return the tables that a revision reads or rewrites while others have to wait."""
    heavy: set[int] = set()
    with engine.connect() as connection:
        oids = list(connection.exec_driver_sql("SELECT oid FROM pg_class WHERE relkind IN ('r', 'm')").scalars())
        before = seen(connection, oids)
        for statement in case.scripts[0].statements or ():
            connection.exec_driver_sql(statement.replace("%", "%%"))
            after = seen(connection, oids)
            heavy |= {
                oid
                for oid, (file, reads, is_locked) in after.items()
                if is_locked and (file != before[oid][0] or reads > before[oid][1] + 100)
            }
            before |= {oid: (before[oid][0], reads, is_locked) for oid, (_, reads, is_locked) in after.items()}
        connection.rollback()
    return heavy


def seen(connection: Connection, oids: list[int]) -> dict[int, tuple[int, int, bool]]:
    rows = connection.exec_driver_sql(_TABLES, {"oids": oids})
    return {oid: (file, reads or 0, is_locked) for oid, file, reads, is_locked in rows}
