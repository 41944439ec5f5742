"""What only a superuser can create is left out of a rehearsal's copy, with what depends on it, and it is said."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from reserved_objects import RESERVED, create_reserved
from sample_project import Project
from sqlalchemy import URL

from alembic_rollout.databases.programs import Ended
from alembic_rollout.rehearsal import clone
from alembic_rollout.rehearsal.rehearsing import rehearse as rehearse_now
from alembic_rollout.rehearsal.report import print_report
from rehearsal.rehearsed import MakeEnvironment, Rehearse

(FOREIGN, *_) = RESERVED


def test_what_only_a_superuser_can_create_is_left_out_and_named(shop: Project, rehearse: Rehearse) -> None:
    create_reserved(shop.database)
    shop.sql("002", "ALTER TABLE profiles ADD note text", "ALTER TABLE profiles DROP note")

    rehearsed = rehearse()

    assert rehearsed.error is None
    named = [(name, one["reason"]) for one in rehearsed.document["left_out"] for name in (one["what"], *one["with_it"])]
    expected = {name for kind in RESERVED for name in (kind.what, *kind.with_it)}
    assert {name for name, _ in named} >= expected
    assert {name for name, _ in named} - expected == {"function public.word_out(public.word)"}
    assert all(reason for _, reason in named)


def test_the_copy_says_what_it_is_without_in_one_line(
    shop: Project, environment: MakeEnvironment, capsys: pytest.CaptureFixture[str]
) -> None:
    create_reserved(shop.database, FOREIGN)
    shop.sql("002", "ALTER TABLE profiles ADD note text", "ALTER TABLE profiles DROP note")

    print_report(rehearse_now(environment(), "head"))

    lines = [line for line in capsys.readouterr().out.splitlines() if "without" in line]
    expected = (
        'The copy is without foreign data wrapper w (permission denied to create foreign-data wrapper "w");'
        " so without server away, foreign table public.far, foreign table public.far_part, view public.on_far."
    )
    assert lines == [expected]


def test_a_revision_that_needs_what_is_left_out_fails_with_the_reason(shop: Project, rehearse: Rehearse) -> None:
    create_reserved(shop.database, FOREIGN)
    shop.database.execute("CREATE TABLE faraway (id int)")
    shop.sql("002", "CREATE VIEW two AS SELECT id FROM far", "DROP VIEW two")

    said = str(rehearse().error)

    assert said.startswith(
        'Upgrading to 002 fails in the rehearsal: relation "far" does not exist. The copy is without'
    )
    assert "foreign data wrapper w (permission denied" in said


def test_a_failure_that_has_nothing_to_do_with_it_does_not_mention_it(shop: Project, rehearse: Rehearse) -> None:
    create_reserved(shop.database, FOREIGN)
    shop.sql("002", "CREATE VIEW two AS SELECT id FROM faraway", "DROP VIEW two")

    assert str(rehearse().error) == 'Upgrading to 002 fails in the rehearsal: relation "faraway" does not exist'


def test_a_policy_for_a_role_that_another_server_does_not_have_is_left_out_and_named(
    shop: Project, rehearse: Rehearse, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.database.execute(f"CREATE POLICY own ON profiles TO {shop.database.app} USING (true)")
    shop.sql("002", "ALTER TABLE profiles ADD note text", "ALTER TABLE profiles DROP note")
    run_program = clone._run_program

    def of_another_server(command: Sequence[str], url: URL) -> Ended:
        ended = run_program(command, url)
        return replace(ended, output=ended.output.replace(f" TO {shop.database.app} ", " TO elsewhere_app "))

    monkeypatch.setattr(clone, "_run_program", of_another_server)

    rehearsed = rehearse()

    assert rehearsed.error is None
    assert [(one["what"], one["reason"]) for one in rehearsed.document["left_out"]] == [
        ("policy public.profiles own", 'role "elsewhere_app" does not exist')
    ]


def test_a_foreign_table_of_an_extensions_wrapper_is_in_the_copy(
    project: Project, foreign: str, rehearse: Rehearse
) -> None:
    project.sql("001", "ALTER FOREIGN TABLE far ADD note text", "ALTER FOREIGN TABLE far DROP note")

    rehearsed = rehearse(admin_url=foreign)

    assert rehearsed.error is None
    assert rehearsed.document["left_out"] == []
