"""Running squawk, and keeping to what it says that matters here."""

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from lint.shop import Judge, Shop, readings_of, rules

from alembic_rollout.errors import RolloutError
from alembic_rollout.lint.hazards import squawk
from alembic_rollout.lint.linter import lint_revisions
from alembic_rollout.lint.rules import LEFT_OUT, RULES


def test_a_statement_that_squawk_cannot_read_hides_no_other(judge: Judge) -> None:
    sql = "ALTER TABLE orders FROBNICATE note\n\nCREATE INDEX ix ON orders (note)\n\nSELECT FROM WHERE"

    assert judge(sql) == ["require-concurrent-index-creation"]


def test_comments_of_squawks_own_accept_nothing(judge: Judge) -> None:
    sql = "-- squawk-ignore require-concurrent-index-creation\nCREATE INDEX ix ON orders (note)"

    assert judge(sql) == ["require-concurrent-index-creation"]


def test_a_settings_file_of_the_project_changes_nothing(judge: Judge, shop: Shop) -> None:
    (shop.project.folder / ".squawk.toml").write_text('excluded_rules = ["require-concurrent-index-creation"]\n')

    assert judge("CREATE INDEX ix ON orders (note)") == ["require-concurrent-index-creation"]


def test_matters_of_style_are_nobodys_business(judge: Judge) -> None:
    sql = """CREATE TABLE lines (id serial PRIMARY KEY, code char(3), name varchar(10), at timestamp)

CREATE DOMAIN positive AS int CHECK (value > 0)

ALTER TYPE mood ADD VALUE 'sad'

ALTER TABLE orders ADD COLUMN n int

ALTER TABLE orders ALTER COLUMN note DROP NOT NULL"""

    assert judge(sql) == []


def test_a_name_that_postgresql_would_cut_is_found_on_a_new_table_as_well(judge: Judge) -> None:
    assert judge(f"CREATE TABLE {'x' * 64} (id int)") == ["identifier-too-long"]


def test_the_line_is_that_of_the_call_however_many_lines_the_sql_has(shop: Shop) -> None:
    path = shop.project.revision(
        "002",
        '''
op.execute(
    """
    CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$
        SELECT 1;
        SELECT 2;
    $$
    """
)
for column in ("note", "id"):
    op.create_index(
        f"ix_{column}",
        "orders",
        [column],
    )
''',
        'op.execute("DROP FUNCTION f()")\nop.drop_index("ix_id")\nop.drop_index("ix_note")',
    )

    findings = shop.lint()
    lines = path.read_text().splitlines()
    assert [lines[finding.line - 1].strip() for finding in findings] == ["op.create_index("] * 2
    assert [finding.statement for finding in findings] == [
        "CREATE INDEX ix_note ON orders (note)",
        "CREATE INDEX ix_id ON orders (id)",
    ]


def test_a_program_that_is_missing_is_named_with_its_package(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(shop.project.folder / "python"))
    monkeypatch.setenv("PATH", str(shop.project.folder))

    with pytest.raises(RolloutError, match="pip install squawk-cli") as caught:
        shop.lint()
    assert caught.value.exit_status == 1


def test_the_program_is_found_on_the_path_where_it_is_not_beside_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = squawk.find_squawk()
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(own.parent), prepend=os.pathsep)

    assert squawk.find_squawk() == own


@pytest.mark.parametrize("script", ["echo 'cannot start' >&2; exit 2", "echo 'no JSON'"])
def test_a_program_that_does_not_work_is_reported_in_one_line(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    program = tmp_path / "squawk"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))

    with pytest.raises(RolloutError, match=r"^squawk (failed|does not work)") as caught:
        shop.lint()
    assert "\n" not in str(caught.value)


def test_every_rule_of_squawk_is_either_applied_or_left_out_for_a_reason(tmp_path: Path) -> None:
    named = {name for name, rule in RULES.items() if rule.origin == "squawk"} | LEFT_OUT.keys()
    (tmp_path / "all.sql").write_text(
        "BEGIN;\nCREATE TABLE t (id serial, a char(3), b timestamp, c varchar(3), d int);\n"
        "ALTER TABLE o ADD COLUMN x int NOT NULL, DROP COLUMN y, ALTER z TYPE text, ALTER z SET NOT NULL,"
        " ALTER z DROP NOT NULL, ADD CONSTRAINT c CHECK (true), ADD UNIQUE (x), DROP CONSTRAINT e,"
        " ADD FOREIGN KEY (x) REFERENCES p, ADD PRIMARY KEY (x), ADD COLUMN w uuid DEFAULT random();\n"
        "DROP TABLE o; DROP VIEW v; DROP TYPE t; DROP INDEX i; CREATE INDEX j ON o (x); TRUNCATE o CASCADE;\n"
        "ALTER TABLE o RENAME TO p; ALTER TABLE o RENAME a TO b; ALTER TABLE o SET SCHEMA s;\nCOMMIT;\n"
    )
    program = squawk.find_squawk()
    done = subprocess.run(
        [program, "--reporter", "json", tmp_path / "all.sql"], capture_output=True, text=True, check=False
    )
    spoken = {part.split('"')[0] for part in done.stdout.split('"rule_name":"')[1:]}

    assert len(spoken) > 15
    assert spoken <= named


def test_no_rule_is_both_applied_and_left_out() -> None:
    assert not RULES.keys() & LEFT_OUT.keys()


def test_a_hundred_revisions_are_judged_in_one_process_and_well_under_a_second(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2, 102):
        shop.project.revision(
            f"{number:03d}",
            f'op.create_table("t{number}", sa.Column("id", sa.BigInteger(), primary_key=True))\n'
            f'op.add_column("orders", sa.Column("c{number}", sa.Text()))\n'
            f'op.create_index("ix{number}", "orders", ["c{number}"])',
            f'op.drop_index("ix{number}")\nop.drop_column("orders", "c{number}")\nop.drop_table("t{number}")',
        )
    environment = shop.environment()
    readings = readings_of(environment)
    runs: list[object] = []
    run = subprocess.run

    def counted(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - those of subprocess.run
        runs.append(arguments)
        return run(*arguments, **options)

    monkeypatch.setattr(subprocess, "run", counted)

    started = time.process_time()  # of this process: on a busy machine the clock on the wall says nothing
    findings = lint_revisions(readings, environment.settings, environment.tree)
    seconds = time.process_time() - started

    assert rules(findings) == ["require-concurrent-index-creation"] * 100
    assert len(runs) == 1
    assert seconds < 1
