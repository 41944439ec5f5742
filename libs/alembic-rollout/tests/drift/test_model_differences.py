"""Drift of what the models have: each difference is one sentence."""

from textwrap import dedent

import pytest
from sample_project import Project

from drift.shop import MODELS, findings


@pytest.mark.parametrize(
    ("change", "name", "text"),
    [
        (
            "ALTER TABLE profiles DROP COLUMN bio",
            "column profiles.bio",
            "table profiles: column bio is in the models and not in the database",
        ),
        (
            "ALTER TABLE profiles ADD COLUMN age int",
            "column profiles.age",
            "table profiles: column age is in the database and not in the models",
        ),
        (
            "ALTER TABLE profiles ALTER email DROP NOT NULL",
            "column profiles.email",
            "table profiles: column email is NOT NULL in the models and may be NULL in the database",
        ),
        (
            "ALTER TABLE profiles ALTER email TYPE varchar(100)",
            "column profiles.email",
            "table profiles: column email has the type VARCHAR(320) in the models and VARCHAR(100) in the database",
        ),
        (
            "ALTER TABLE profiles ALTER nickname SET DEFAULT 'nobody'",
            "column profiles.nickname",
            "table profiles: column nickname has the default none in the models and \"'nobody'::text\" in the database",
        ),
        (
            "ALTER TABLE profiles DROP CONSTRAINT ck_profiles_email",
            "constraint ck_profiles_email",
            (
                "table profiles: check constraint ck_profiles_email is in the models and not in the database:"
                " email = lower(email)"
            ),
        ),
        (
            "ALTER TABLE profiles DROP CONSTRAINT uq_profiles_email",
            "constraint uq_profiles_email",
            "table profiles: unique constraint uq_profiles_email is in the models and not in the database: (email)",
        ),
        (
            "ALTER TABLE pets DROP CONSTRAINT fk_pets_profile_id",
            "constraint fk_pets_profile_id",
            (
                "table pets: foreign key fk_pets_profile_id is in the models and not in the database:"
                " (profile_id) -> profiles (id) ON DELETE CASCADE"
            ),
        ),
        (
            "CREATE INDEX ix_by_hand ON profiles (email)",
            "index ix_by_hand",
            (
                "table profiles: index ix_by_hand is in the database and not in the models:"
                " CREATE INDEX ix_by_hand ON profiles (email)"
            ),
        ),
        (
            "DROP INDEX ix_profiles_nickname; CREATE INDEX ix_profiles_nickname ON profiles (email, nickname)",
            "index ix_profiles_nickname",
            (
                "table profiles: index ix_profiles_nickname is CREATE INDEX ix_profiles_nickname ON profiles (nickname)"
                " in the models and CREATE INDEX ix_profiles_nickname ON profiles (email, nickname) in the database"
            ),
        ),
        (
            "DROP TABLE pets",
            "table pets",
            "table pets is in the models and not in the database",
        ),
        (
            "COMMENT ON TABLE pets IS 'cats'",
            "comment pets",
            "the comment on table pets is in the database and not in the models",
        ),
    ],
)
def test_a_change_by_hand_is_one_sentence(shop: Project, change: str, name: str, text: str) -> None:
    shop.database.execute(change)

    assert findings(shop) == {name: text}


def test_an_invalid_index_is_found_though_the_models_have_it(shop: Project) -> None:
    shop.database.execute("INSERT INTO profiles (email, nickname) VALUES ('a', 'x'), ('b', 'x')")
    shop.database.execute("DROP INDEX ix_profiles_nickname")
    with pytest.raises(Exception, match="could not create unique index"):
        shop.database.execute("CREATE UNIQUE INDEX CONCURRENTLY ix_profiles_nickname ON profiles (nickname)")
    shop.database.execute("DELETE FROM profiles")
    source = MODELS.replace('"nickname")', '"nickname", unique=True)')

    found = findings(shop, source=source)
    assert list(found) == ["index ix_profiles_nickname"]
    assert found["index ix_profiles_nickname"].startswith("table profiles: index ix_profiles_nickname is invalid: ")

    shop.database.execute("REINDEX INDEX ix_profiles_nickname")
    assert findings(shop, source=source) == {}


NOT_VALID = """
    ALTER TABLE profiles DROP CONSTRAINT ck_profiles_email;
    ALTER TABLE profiles ADD CONSTRAINT ck_profiles_email CHECK (email = lower(email)) NOT VALID
"""


def test_an_unvalidated_constraint_is_found_though_the_models_have_it(shop: Project) -> None:
    shop.database.execute(NOT_VALID)

    found = findings(shop)
    assert list(found) == ["constraint ck_profiles_email"]
    assert (
        "ALTER TABLE profiles VALIDATE CONSTRAINT ck_profiles_email ends that" in found["constraint ck_profiles_email"]
    )

    shop.database.execute("ALTER TABLE profiles VALIDATE CONSTRAINT ck_profiles_email")
    assert findings(shop) == {}


def test_a_constraint_that_the_models_want_unvalidated_is_no_drift(shop: Project) -> None:
    shop.database.execute(NOT_VALID)
    source = MODELS.replace('name="ck_profiles_email"', 'name="ck_profiles_email", postgresql_not_valid=True')

    assert findings(shop, source=source) == {}


def test_a_constraint_that_the_models_leave_unnamed_is_no_drift(shop: Project) -> None:
    source = MODELS + 'Table("ages", metadata, Column("age", Integer, CheckConstraint("age > 0")))'
    shop.database.execute("CREATE TABLE ages (age int CHECK (age > 0))")

    assert findings(shop, source=source) == {}


def test_labels_of_an_enum_that_are_not_those_of_the_models_are_found(shop: Project) -> None:
    shop.database.execute("CREATE TYPE mood AS ENUM ('sad', 'glad'); ALTER TABLE pets ADD mood mood, ADD moods mood[]")

    def with_labels(*labels: str) -> dict[str, str]:
        columns = f"""
            from sqlalchemy import Enum
            from sqlalchemy.dialects.postgresql import ARRAY

            mood = Enum(*{labels!r}, name="mood")
            metadata.tables["pets"].append_column(Column("mood", mood))
            metadata.tables["pets"].append_column(Column("moods", ARRAY(mood)))
        """
        return findings(shop, source=MODELS + dedent(columns))

    assert with_labels("sad", "glad") == with_labels("glad", "sad") == {}
    assert with_labels("sad", "glad", "mad") == {
        "type mood": "type mood has the labels 'sad', 'glad', 'mad' in the models and 'sad', 'glad' in the database"
    }
    assert list(with_labels("sad")) == ["type mood"]


def test_a_column_that_is_computed_otherwise_is_found(shop: Project) -> None:
    shop.database.execute("ALTER TABLE pets ADD COLUMN double int GENERATED ALWAYS AS (id * 3) STORED")
    computed = (
        'from sqlalchemy import Computed\n\nmetadata.tables["pets"].append_column(Column("double", Integer, {}))\n'
    )

    assert findings(shop, source=MODELS + computed.format('Computed("id * 3")')) == {}
    assert findings(shop, source=MODELS + computed.format('Computed("id * 2")')) == {
        "column pets.double": (
            "table pets: column double is computed by another expression in the models than in the database"
        )
    }


def test_types_that_read_alike_in_generic_sql_differ(shop: Project) -> None:
    shop.database.execute("ALTER TABLE pets ADD COLUMN size varchar(1)")
    source = MODELS + dedent("""
        from sqlalchemy import Enum

        metadata.tables["pets"].append_column(Column("size", Enum("S", "L", name="size")))
    """)

    (text,) = findings(shop, source=source).values()

    assert text == "table pets: column size has the type size in the models and VARCHAR(1) in the database"


def test_types_that_read_alike_in_sql_differ_as_python_has_them(shop: Project) -> None:
    shop.database.execute("ALTER TABLE pets ADD COLUMN size varchar(1)")
    source = MODELS + dedent("""
        metadata.tables["pets"].append_column(Column("size", String(1)))
    """)

    def compare_type(*_: object) -> bool:
        return True

    found = findings(shop, source=source, compare_type=compare_type)

    assert found["column pets.size"] == (
        "table pets: column size has the type VARCHAR(1) (String(length=1)) in the models"
        " and VARCHAR(1) (VARCHAR(length=1)) in the database"
    )
