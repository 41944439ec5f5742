"""What the sizes of tables change: small ones are let be, of large ones it is said how large and how long."""

import json
from pathlib import Path

import pytest
from sample_project import Project

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.known.known_catalogue import Catalogue
from alembic_rollout.lint.known.sizes import Size
from alembic_rollout.lint.linter import lint_revisions
from lint.shop import DOWNGRADE_RULES, Shop, readings_of, rules

SMALL = Size(rows=200, bytes=16_384)
LARGE = Size(rows=300_000_000, bytes=61_000_000_000)
INDEX = "CREATE INDEX ix ON orders (note)"


def judged(shop: Shop, sql: str, size: Size, header: str = "", **settings: int) -> list[Finding]:
    shop.sql("002", sql, header=header)
    environment = shop.environment(lint_ignore=DOWNGRADE_RULES, **settings)
    known = Catalogue(sizes={"orders": size})
    return lint_revisions(readings_of(environment), environment.settings, environment.tree, known=lambda: known)


@pytest.mark.parametrize(
    "sql",
    [
        INDEX,
        "ALTER TABLE orders ADD CHECK (id > 0)",
        "ALTER TABLE orders ALTER COLUMN note TYPE int USING 1",
        "ALTER TABLE orders ALTER COLUMN note SET NOT NULL",
        "UPDATE orders SET note = ''",
        "ALTER TABLE public.orders ADD COLUMN u uuid DEFAULT gen_random_uuid()",
    ],
)
def test_of_a_small_table_nothing_is_said_that_only_takes_time(shop: Shop, sql: str) -> None:
    assert judged(shop, sql, SMALL, 'phase = "contract"') == []
    assert judged(shop, sql, LARGE, 'phase = "contract"') != []


@pytest.mark.parametrize(
    "sql", ["TRUNCATE orders", "LOCK TABLE orders", "ALTER TABLE orders ADD COLUMN a int NOT NULL"]
)
def test_what_harms_by_more_than_its_time_is_found_in_a_small_table_too(shop: Shop, sql: str) -> None:
    assert len(judged(shop, sql, SMALL)) == 1


@pytest.mark.parametrize("setting", ["lint_small_rows", "lint_small_megabytes"])
def test_the_limits_are_settings(shop: Shop, setting: str) -> None:
    assert judged(shop, INDEX, Size(rows=9_000, bytes=15_000_000)) == []
    found = judged(shop, INDEX, Size(rows=9_000, bytes=15_000_000), "", **{setting: 5})
    assert rules(found) == ["require-concurrent-index-creation"]


def test_a_finding_says_how_large_the_table_is(shop: Shop) -> None:
    [found] = judged(shop, INDEX, LARGE)

    assert found.message.endswith("orders has 300 million rows, 61 GB.")


def test_a_table_that_was_never_analyzed_is_told_by_its_bytes(shop: Shop) -> None:
    assert judged(shop, INDEX, Size(rows=None, bytes=8_192)) == []
    [found] = judged(shop, INDEX, Size(rows=None, bytes=900_000))
    assert found.message.endswith("orders has 900 kB.")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("ALTER TABLE orders VALIDATE CONSTRAINT ck", "reads orders (300 million rows, 61 GB): about 5 min,"),
        (
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix ON orders (note)",
            "reads orders (300 million rows, 61 GB): about",
        ),
    ],
)
def test_what_takes_long_beside_the_traffic_is_announced_and_stops_nothing(shop: Shop, sql: str, said: str) -> None:
    shop.project.revision("002", f"with op.get_context().autocommit_block():\n    op.execute({sql!r})")
    environment = shop.environment(lint_ignore=DOWNGRADE_RULES)
    known = Catalogue(sizes={"orders": LARGE})
    [found] = lint_revisions(readings_of(environment), environment.settings, environment.tree, known=lambda: known)

    assert (found.rule, found.is_warning) == ("takes-long", True)
    assert said in found.message
    assert judged(shop, "ALTER TABLE orders VALIDATE CONSTRAINT ck", SMALL) == []


def test_statistics_of_production_decide_where_there_is_no_database(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    project.database.execute("INSERT INTO t001 SELECT FROM generate_series(1, 200)")
    project.database.execute("ANALYZE t001")
    project.sql("002", "CREATE INDEX ix ON t001 (id)", "DROP INDEX ix")
    nowhere = {"MIGRATION_DATABASE_URL": "postgresql+psycopg2://nobody@127.0.0.1:1/none"}

    assert project.rollout("lint").returncode == 0
    assert project.rollout("lint", "--since", "001", **nowhere).returncode == 4

    assert project.rollout("statistics", "--output", "sizes.json").stdout.endswith("written to sizes.json.\n")
    written = json.loads((project.folder / "sizes.json").read_text())
    assert written["tables"]["t001"]["rows"] == 200
    assert project.rollout("lint", "--since", "001", ROLLOUT_LINT_STATISTICS="sizes.json", **nowhere).returncode == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"service": "other"}, "is of the service 'other', and this is 'shop'"),
        ({"revisions": {"900": "x"}}, "written at revision 900, which this tree does not have"),
        ({"revisions": {"001": "x"}}, "written at revision 001, which this tree has with another content"),
        ({"tables": 3}, "is no statistics file"),
        ({"format": 99}, "has a format that this version does not know"),
    ],
)
def test_statistics_of_another_schema_are_refused_in_one_line(
    project: Project, change: dict[str, object], said: str
) -> None:
    project.tables(1)
    document = {"format": 1, "service": "shop", "revisions": {}, "tables": {}} | change
    Path(project.folder / "sizes.json").write_text(json.dumps(document))

    done = project.rollout("lint", "--all", ROLLOUT_LINT_STATISTICS="sizes.json")

    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_statistics_that_are_missing_are_named(project: Project) -> None:
    project.tables(1)

    done = project.rollout("lint", "--all", ROLLOUT_LINT_STATISTICS="sizes.json")

    assert done.returncode == 2
    assert "sizes.json cannot be read" in done.stderr
