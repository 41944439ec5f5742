"""What PostgreSQL makes of the statements of two releases while revisions are applied."""

import pytest

from inventory.conftest import Ask

READ = "SELECT profiles.email, profiles.age FROM profiles WHERE profiles.id = $1"
BY_EMAIL = "SELECT id FROM profiles WHERE email = $1"
INSERT = "INSERT INTO profiles (id, email) VALUES ($1, $2) RETURNING id"
UPSERT = "INSERT INTO profiles (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING"
PARTIAL = "INSERT INTO profiles (id, email, kind) VALUES ($1, $2, $3) ON CONFLICT (age) WHERE kind = 'main' DO NOTHING"
MOVE = """
WITH gone AS (DELETE FROM profiles WHERE id = $1 RETURNING email)
INSERT INTO profiles (id, email) SELECT $2, email FROM gone
"""
WITHOUT_EMAIL = "INSERT INTO profiles (id, given) VALUES ($1, $2)"
ALL = (READ, BY_EMAIL, INSERT, UPSERT, PARTIAL)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE profiles ADD COLUMN bio text",
        "ALTER TABLE profiles ADD COLUMN plan text NOT NULL DEFAULT 'free'",
        "ALTER TABLE profiles ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY",
        "ALTER TABLE profiles ADD COLUMN low text GENERATED ALWAYS AS (lower(email)) STORED",
        "CREATE INDEX ix ON profiles (id, email)",
        "CREATE UNIQUE INDEX uq_2 ON profiles (email); DROP INDEX uq_email",
        "ALTER TABLE profiles ALTER COLUMN email TYPE text",
        "CREATE TABLE pets (id bigint PRIMARY KEY)",
    ],
)
def test_what_the_previous_release_survives_is_no_finding(ask: Ask, change: str) -> None:
    asked = ask(("expand", change), previous=ALL, new=ALL)
    assert (asked.breaks_previous, asked.needs_contract, asked.not_asked) == ([], [], {})


@pytest.mark.parametrize(
    ("change", "statement", "reason"),
    [
        ("ALTER TABLE profiles DROP COLUMN age CASCADE", READ, "column profiles.age does not exist"),
        ("ALTER TABLE profiles RENAME TO people", READ, 'relation "profiles" does not exist'),
        ("ALTER TABLE profiles ADD COLUMN plan text NOT NULL", INSERT, "leaves out profiles.plan, which is required"),
        (
            "ALTER TABLE profiles ADD COLUMN plan text, ADD CONSTRAINT c CHECK (plan IS NOT NULL) NOT VALID",
            INSERT,
            "leaves out profiles.plan, which is required",
        ),
        ("ALTER TABLE profiles ALTER COLUMN kind SET NOT NULL", INSERT, "leaves out profiles.kind"),
        ("DROP INDEX uq_email", UPSERT, "no unique or exclusion constraint matching the ON CONFLICT"),
        ("DROP INDEX uq_kind", PARTIAL, "no unique or exclusion constraint matching the ON CONFLICT"),
        ("DROP INDEX uq_email", BY_EMAIL, "no index takes the place of uq_email, which found its rows"),
        (
            "ALTER TABLE profiles ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY",
            INSERT,
            'cannot insert a non-DEFAULT value into column "id"',
        ),
        ("ALTER TABLE profiles ALTER COLUMN age TYPE text USING age::text", "SELECT age + 1 FROM profiles", "operator"),
    ],
)
def test_a_statement_that_a_revision_breaks_is_named(ask: Ask, change: str, statement: str, reason: str) -> None:
    [broken] = ask(("expand", change), previous=[statement]).breaks_previous

    assert (broken.statement, broken.revision) == (statement, "002")
    assert reason in broken.reason


def test_a_statement_is_held_against_the_first_revision_that_breaks_it(ask: Ask) -> None:
    changes = (
        ("expand", "ALTER TABLE profiles ADD COLUMN bio text"),
        ("expand", "ALTER TABLE profiles DROP COLUMN age CASCADE"),
        ("expand", "DROP TABLE profiles"),
    )
    asked = ask(*changes, previous=[READ, BY_EMAIL])
    assert [(one.statement, one.revision) for one in asked.breaks_previous] == [(READ, "003"), (BY_EMAIL, "004")]


def test_a_trigger_that_fills_a_column_lets_the_previous_release_leave_it_out(ask: Ask) -> None:
    change = """
        ALTER TABLE profiles ADD COLUMN plan text NOT NULL;
        CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN NEW.plan := coalesce(NEW.plan, 'free'); RETURN NEW; END $$;
        CREATE TRIGGER fill BEFORE INSERT ON profiles FOR EACH ROW EXECUTE FUNCTION fill()
    """
    assert ask(("expand", change), previous=[INSERT]).breaks_previous == []


def test_a_contract_revision_and_what_follows_it_wait_for_the_previous_release(ask: Ask) -> None:
    changes = (
        ("expand", "ALTER TABLE profiles ADD COLUMN bio text"),
        ("contract", "ALTER TABLE profiles DROP COLUMN age CASCADE"),
        ("expand", "ALTER TABLE profiles DROP COLUMN email CASCADE"),
    )
    assert ask(*changes, previous=[READ, BY_EMAIL]).breaks_previous == []


def test_the_new_release_has_to_work_while_contract_revisions_are_held(ask: Ask) -> None:
    changes = (
        ("expand", "ALTER TABLE profiles ADD COLUMN given text"),
        ("contract", "ALTER TABLE profiles RENAME COLUMN kind TO sort"),
        ("contract", "ALTER TABLE profiles ALTER COLUMN email DROP NOT NULL"),
    )
    asked = ask(*changes, new=["SELECT sort FROM profiles", "SELECT given FROM profiles", WITHOUT_EMAIL])
    assert {one.statement: one.revision for one in asked.needs_contract} == {
        "SELECT sort FROM profiles": "003",
        WITHOUT_EMAIL: "004",
    }


def test_what_cannot_be_prepared_to_begin_with_is_named_and_not_held_against_a_revision(ask: Ask) -> None:
    asked = ask(("expand", "DROP TABLE profiles"), previous=["SELECT a FROM only_of_the_session"])
    assert asked.breaks_previous == []
    assert "does not exist" in asked.not_asked["SELECT a FROM only_of_the_session"]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT $1",
        "SELECT $1 IS NULL OR email = $2 FROM profiles",
        "SELECT id FROM profiles WHERE id = $1 OR email = $1",
        "SELECT concat(email, $1), $2 FROM profiles LIMIT $3",
        "UPDATE profiles SET email = $1, kind = concat($1, 'x') WHERE id = ANY($2)",
        "COPY profiles (id, email) FROM STDIN (FORMAT binary)",
        "DELETE FROM profiles WHERE id IN ($1)",
        MOVE,
        "SELECT pg_advisory_xact_lock($1)",
        "SELECT id FROM profiles WHERE TIMESTAMPTZ '2026-01-01' < now() - $1",
    ],
)
def test_values_of_unknown_type_can_be_asked_for(ask: Ask, statement: str) -> None:
    assert ask(("expand", "SELECT 1"), previous=[statement]).not_asked == {}


def test_a_copy_is_asked_like_an_insert(ask: Ask) -> None:
    copy = "COPY profiles (id, email) FROM STDIN (FORMAT binary)"
    [broken] = ask(("expand", "ALTER TABLE profiles ADD COLUMN plan text NOT NULL"), previous=[copy]).breaks_previous
    assert broken.statement == copy
