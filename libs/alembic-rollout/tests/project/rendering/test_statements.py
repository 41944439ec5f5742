"""The SQL that a revision would really run."""

import logging
from pathlib import Path
from typing import Literal

import alembic.context
import alembic.op
import pytest
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sample_project import Project
from sqlalchemy import create_mock_engine

from alembic_rollout.project.environment import load_environment
from alembic_rollout.project.rendering import Rendered, read_revisions


class Rendering:
    """A project without a database, whose revisions are rendered."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def of(
        self, upgrade: str = "pass", downgrade: str = "pass", direction: Literal["upgrade", "downgrade"] = "upgrade"
    ) -> Rendered:
        self.path = self.project.revision("001", upgrade, downgrade)
        [reading] = read_revisions(load_environment(Config(self.project.ini)), ["001"])
        return reading.upgrade if direction == "upgrade" else reading.downgrade

    def line(self, number: int | None) -> str:
        assert number is not None
        return self.path.read_text().splitlines()[number - 1].strip()


@pytest.fixture
def rendering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rendering:
    project = Project(tmp_path / "shop", None)  # type: ignore[arg-type] # no database is asked
    monkeypatch.chdir(project.folder)
    return Rendering(project)


def test_each_statement_is_one_with_its_line_and_without_the_version_table(rendering: Rendering) -> None:
    rendered = rendering.of(
        """
        op.create_table(
            "orders",
            sa.Column("id", sa.BigInteger(), primary_key=True),
        )
        for column in ("a", "b"):
            op.add_column("orders", sa.Column(column, sa.Text(), server_default="100%"))
        op.execute("SELECT 1; SELECT 2;")
        """
    )

    assert [statement.sql for statement in rendered.statements] == [
        "CREATE TABLE orders (\n    id BIGSERIAL NOT NULL, \n    PRIMARY KEY (id)\n)",
        "ALTER TABLE orders ADD COLUMN a TEXT DEFAULT '100%'",
        "ALTER TABLE orders ADD COLUMN b TEXT DEFAULT '100%'",
        "SELECT 1; SELECT 2",
    ]
    assert [rendering.line(statement.line) for statement in rendered.statements] == [
        "op.create_table(",
        *['op.add_column("orders", sa.Column(column, sa.Text(), server_default="100%"))'] * 2,
        'op.execute("SELECT 1; SELECT 2;")',
    ]
    assert all(statement.in_transaction for statement in rendered.statements)
    assert rendered.error is None


def test_values_are_written_out(rendering: Rendering) -> None:
    rendered = rendering.of(
        """
        from datetime import date
        from uuid import UUID
        table = sa.table("t", sa.column("id", sa.Uuid()), sa.column("day", sa.Date()), sa.column("name", sa.Text()))
        op.bulk_insert(table, [{"id": UUID(int=1), "day": date(2025, 1, 2), "name": "it's :x 100%"}])
        op.execute(sa.delete(table).where(table.c.name == "it's"))
        """
    )

    assert [statement.sql for statement in rendered.statements] == [
        "INSERT INTO t (id, day, name) VALUES ('00000000-0000-0000-0000-000000000001', '2025-01-02', 'it''s :x 100%')",
        "DELETE FROM t WHERE t.name = 'it''s'",
    ]


def test_an_autocommit_block_is_outside_of_the_transaction(rendering: Rendering) -> None:
    rendered = rendering.of(
        """
        op.execute("SELECT 1")
        with op.get_context().autocommit_block():
            op.execute("SELECT 2")
        op.execute("SELECT 3")
        op.execute("COMMIT")
        op.execute("SELECT 4")
        """
    )

    assert [(statement.sql, statement.in_transaction) for statement in rendered.statements] == [
        ("SELECT 1", True),
        ("SELECT 2", False),
        ("SELECT 3", True),
        ("COMMIT", True),
        ("SELECT 4", True),
    ]


def test_a_helper_of_this_library_is_known_by_name(rendering: Rendering) -> None:
    rendered = rendering.of('operations.drop_index_concurrently("ix")\nop.execute("SELECT 1")')

    assert [statement.helper for statement in rendered.statements] == ["drop_index_concurrently", None]


def test_the_downgrade_is_rendered_by_its_own(rendering: Rendering) -> None:
    rendered = rendering.of("raise AssertionError", 'op.drop_table("orders")', "downgrade")

    assert [statement.sql for statement in rendered.statements] == ["DROP TABLE orders"]
    assert rendered.direction == "downgrade"


def test_what_needs_an_answer_gives_what_it_did_before_and_an_error_with_its_line(rendering: Rendering) -> None:
    rendered = rendering.of('op.execute("SELECT 1")\nrows = op.get_bind().execute(sa.text("SELECT 2")).all()')

    assert [statement.sql for statement in rendered.statements] == ["SELECT 1", "SELECT 2"]
    assert rendered.error == "the result of a query is asked for (.all)"
    assert "op.get_bind()" in rendering.line(rendered.error_line)
    assert not rendered.is_missing


def test_an_error_deep_in_a_library_names_the_line_of_the_revision(rendering: Rendering) -> None:
    rendered = rendering.of('int("1")\nop.create_index("ix", "orders", [object()])')

    assert rendered.error is not None
    assert "\n" not in rendered.error
    assert "op.create_index" in rendering.line(rendered.error_line)


def test_what_is_not_implemented_is_missing(rendering: Rendering) -> None:
    rendered = rendering.of("pass", 'raise NotImplementedError("no way back")', "downgrade")

    assert (rendered.is_missing, rendered.error) == (True, "NotImplementedError: no way back")


def test_a_revision_that_asks_is_answered_as_in_a_real_run_and_the_question_is_its_error(rendering: Rendering) -> None:
    rendered = rendering.of("from alembic import context\nop.execute(f'SELECT {context.is_offline_mode()}')")

    assert [statement.sql for statement in rendered.statements] == ["SELECT False"]
    assert rendered.error == "the revision asks whether it runs offline"
    assert "is_offline_mode" in rendering.line(rendered.error_line)


def test_what_a_revision_prints_is_kept_from_the_output(
    rendering: Rendering, capfd: pytest.CaptureFixture[str]
) -> None:
    rendered = rendering.of('import sys\nprint("hello")\nprint("hello", file=sys.stderr)\nop.execute("SELECT 1")')

    assert rendered.error is None
    assert capfd.readouterr() == ("", "")


def test_alembic_says_nothing_about_contexts_that_migrate_nothing(
    rendering: Rendering, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        rendering.of('op.execute("SELECT 1")')
    assert caplog.records == []

    with caplog.at_level(logging.INFO):
        MigrationContext.configure(dialect_name="postgresql")
    assert caplog.records != [], "afterwards it speaks again"


def test_a_migration_that_renders_goes_on_with_its_own_operations(rendering: Rendering) -> None:
    sent: list[str] = []
    engine = create_mock_engine("postgresql+psycopg2://", lambda statement, *_: sent.append(str(statement)))
    outer = MigrationContext.configure(dialect=engine.dialect, opts={"as_sql": True})

    with Operations.context(outer):
        rendering.of('op.execute("SELECT 1")')
        assert alembic.op.get_context() is outer
        rendering.of("raise ValueError")
        assert alembic.op.get_context() is outer
    assert alembic.op._proxy is None  # type: ignore[attr-defined]
    assert alembic.context._proxy is None  # type: ignore[attr-defined]


def test_one_revision_knows_nothing_of_another(rendering: Rendering) -> None:
    enum = 'op.create_table("t", sa.Column("mood", sa.Enum("a", name="mood")))'

    first, second = rendering.of(enum), rendering.of(enum)

    assert len(first.statements) == 2
    assert first.statements == second.statements
