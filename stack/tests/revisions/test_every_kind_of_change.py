"""One test for each kind of change of the models, from models.py to the head and back, without an edit by hand."""

import pytest
from revisions.developer import Developer

CLASS = '    """A user\'s profile; the key is the account\'s id, the `sub` of their tokens."""\n'
ARGUMENTS = '(Index(None, "created_at", "user_id"),)'
SQLALCHEMY = "from sqlalchemy import Index, String\n"
TABLE = '''

class Device(UuidPrimaryKey, Timestamps, Base):
    """A device of a person."""

    __tablename__ = "devices"

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("profiles.user_id"), index=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
'''
HNSW = """        Index(
            "ix_documents_centre",
            "centre",
            postgresql_using="hnsw",
            postgresql_with={"m": 8, "ef_construction": 32},
            postgresql_ops={"centre": "vector_cosine_ops"},
        ),
"""
VECTORS = """    uploaded_by: Mapped[UUID]
    centre: Mapped[Any | None] = mapped_column(VECTOR(64))
    small: Mapped[Any | None] = mapped_column(HALFVEC(64))
"""


def constraints(*more: str) -> tuple[str, str]:
    return ARGUMENTS, ARGUMENTS.replace(",)", f", {', '.join(more)})")


def imports(*names: str) -> tuple[str, str]:
    return SQLALCHEMY, f"from sqlalchemy import {', '.join(sorted(['Index', 'String', *names]))}\n"


def test_a_table_comes_in_one_plain_revision_and_goes_in_a_contract(developer: Developer) -> None:
    before = developer.models.read_text()
    developer.changes(imports("ForeignKey"), ("import Base, Timestamps", "import Base, Timestamps, UuidPrimaryKey"))
    developer.adds(TABLE)
    [made] = written = developer.generates("add devices")
    assert made.kind == "add_devices"
    assert "update_updated_at_column" in made.text
    developer.ships(written)
    developer.models.write_text(before)
    [gone] = written = developer.generates("drop devices")
    assert gone.kind == "drop_devices (contract)"
    developer.ships(written)


def test_an_index_is_built_beside_the_traffic(developer: Developer) -> None:
    before = developer.models.read_text()
    developer.changes(
        constraints(
            'Index(None, "phone")',
            'Index("ix_profiles_named", "email", postgresql_where="first_name IS NOT NULL")',
            'Index("ix_profiles_lower", text("lower(email)"))',
        ),
        imports("text"),
    )
    [built] = written = developer.generates("index profiles")
    assert built.text.count("operations.create_index_concurrently(") == 3
    developer.ships(written)
    developer.changes(("first_name IS NOT NULL", "last_name IS NOT NULL"))
    written = developer.generates("index others")
    developer.ships(written)
    developer.models.write_text(before)
    developer.ships(developer.generates("drop indexes"))


def test_a_unique_constraint_takes_an_index_that_was_built_beside_the_traffic(developer: Developer) -> None:
    before = developer.models.read_text()
    developer.changes(constraints('UniqueConstraint("email")'), imports("UniqueConstraint"))
    written = developer.generates("unique email")
    assert "checks = {" in "".join(file.text for file in written)
    developer.ships(written)
    developer.models.write_text(before)
    [gone] = written = developer.generates("drop unique email")
    assert gone.kind == "drop_unique_email (contract)"
    developer.ships(written)


def test_a_foreign_key_is_added_not_valid_and_validated_in_the_next_revision(developer: Developer) -> None:
    developer.adds('    friend_id: Mapped[UUID | None] = mapped_column(ForeignKey("profiles.user_id"))')
    developer.changes(imports("ForeignKey"))
    written = developer.generates("add friends")
    assert len(written) > 1
    developer.ships(written)


def test_a_check_is_found_added_changed_and_removed(developer: Developer) -> None:
    before = developer.models.read_text()
    developer.changes(constraints('CheckConstraint("email <> \'\'", name="email")'), imports("CheckConstraint"))
    developer.ships(developer.generates("check email"))
    developer.changes(("email <> ''", "length(email) > 2"))
    developer.ships(developer.generates("longer email"))
    developer.models.write_text(before)
    [gone] = written = developer.generates("drop check")
    developer.ships(written)
    assert gone.text


def test_not_null_asks_for_the_value_of_rows_that_have_none(developer: Developer) -> None:
    developer.changes(("display_name: Mapped[str | None]", "display_name: Mapped[str]"))
    written = developer.fills_in(developer.generates("require display name"), "'unnamed'")
    developer.ships(written)
    assert set(developer.rows("SELECT display_name FROM profiles")) == {"display 1", "display 2", "unnamed"}
    developer.changes(("display_name: Mapped[str]", "display_name: Mapped[str | None]"))
    developer.ships(developer.generates("optional display name"))


def test_a_required_column_comes_nullable_and_asks_for_a_value(developer: Developer) -> None:
    developer.adds("    nickname: Mapped[str] = mapped_column(String(30), index=True)")
    written = developer.generates("add nickname")
    assert [file.kind for file in written] == [
        "add_nickname",
        "add_nickname_backfill",
        "add_nickname_indexes",
        "add_nickname_not_null (contract)",
    ]
    assert "value-to-fill-in" in developer.said
    developer.ships(developer.fills_in(written, "first_name"))
    assert set(developer.rows("SELECT nickname = first_name FROM profiles")) == {True}


def test_a_column_with_a_default_needs_no_value(developer: Developer) -> None:
    developer.adds(
        '    is_public: Mapped[bool] = mapped_column(server_default=text("false"))',
        '    card: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))',
    )
    developer.changes(imports("text"))
    developer.ships(developer.generates("add defaults"))
    assert len(set(developer.rows("SELECT card FROM profiles"))) == 30


def test_a_column_goes_in_a_contract_whose_downgrade_restores_it(developer: Developer) -> None:
    developer.changes(("    bio: Mapped[str | None] = mapped_column(String(2000))\n", ""))
    [gone] = written = developer.generates("drop bio")
    assert gone.kind == "drop_bio (contract)"
    developer.ships(written)


def test_a_column_is_renamed_over_two_releases(developer: Developer) -> None:
    developer.changes(("first_name:", "given_name:"))
    written = developer.generates("rename first name", "profiles.first_name=given_name")
    assert written[-1].kind.endswith("(contract)")
    developer.ships(written)
    assert "name 1" in developer.rows("SELECT given_name FROM profiles")


def test_a_drop_and_an_add_of_one_type_say_how_to_say_that_it_is_a_rename(developer: Developer) -> None:
    developer.changes(("first_name:", "given_name:"))
    developer.generates("rename first name")
    assert "profiles.first_name=given_name" in developer.said


def test_a_type_of_which_only_the_catalogue_changes_is_changed_in_place(developer: Developer) -> None:
    developer.changes(
        ("mapped_column(String(16))", "mapped_column(String(32))"),
        ("mapped_column(String(2000))", "mapped_column(Text)"),
        imports("Text"),
    )
    [changed] = written = developer.generates("longer texts")
    assert changed.text.count("op.alter_column(") >= 2
    developer.ships(written)


def test_another_type_is_a_column_that_takes_the_old_ones_place(developer: Developer) -> None:
    developer.changes(
        (
            "phone: Mapped[str | None] = mapped_column(String(16))",
            "phone: Mapped[int | None] = mapped_column(BigInteger)",
        )
    )
    developer.changes(imports("BigInteger"))
    written = developer.generates("phone as a number")
    assert [file.kind for file in written][-1].endswith("(contract)")
    developer.ships(written)
    assert set(developer.rows("SELECT phone FROM profiles")) == {0}


def test_a_table_is_renamed_at_once_with_a_view_under_its_former_name(developer: Developer) -> None:
    developer.changes(('__tablename__ = "profiles"', '__tablename__ = "people"'))
    written = developer.generates("rename profiles", "profiles=people")
    developer.ships(written)
    assert developer.rows("SELECT count(*) FROM people") == [30]


def test_a_label_of_an_enum_is_renamed_in_a_contract(developer: Developer) -> None:
    developer.changes(imports("Enum"))
    developer.adds('    mood: Mapped[str | None] = mapped_column(Enum("good", "bad", name="mood"))')
    developer.generates("add mood")
    developer.types("alembic upgrade head")
    developer.changes(('"good", "bad"', '"good", "sad"'))
    [renamed] = written = developer.generates("sad mood", "mood.bad=sad")
    assert renamed.kind == "sad_mood (contract)"
    developer.ships(written)


def test_a_label_that_goes_says_what_it_costs(developer: Developer) -> None:
    developer.changes(imports("Enum"))
    developer.adds('    mood: Mapped[str | None] = mapped_column(Enum("good", "bad", name="mood"))')
    developer.generates("add mood")
    developer.types("alembic upgrade head")
    developer.changes(('"good", "bad"', '"good"'))
    developer.generates("no bad mood")
    assert "Left to do" in developer.said


def test_an_exclusion_constraint_says_that_it_cannot_be_built_beside_the_traffic(developer: Developer) -> None:
    developer.changes(
        constraints('ExcludeConstraint((text("email"), "="), name="ex_profiles_email", using="btree")'),
        imports("text"),
        ("from sqlalchemy.orm", "from sqlalchemy.dialects.postgresql import ExcludeConstraint\nfrom sqlalchemy.orm"),
    )
    developer.generates("exclude email")
    assert "cannot be built beside traffic" in developer.said


def test_a_vector_brings_its_import_and_an_index_its_options(developer_of_admin: Developer) -> None:
    developer = developer_of_admin
    developer.changes(
        ("from sqlalchemy import (\n", "from pgvector.sqlalchemy import HALFVEC, VECTOR\nfrom sqlalchemy import (\n"),
        (
            '        Index(None, "collection_id", "created_at", "id"),\n',
            f'        Index(None, "collection_id", "created_at", "id"),\n{HNSW}',
        ),
        ("    uploaded_by: Mapped[UUID]\n", VECTORS),
    )
    written = developer.generates("add vectors")
    assert "from pgvector.sqlalchemy import HALFVEC, VECTOR\n" in written[0].text
    developer.ships(written)
    developer.changes(('"m": 8', '"m": 12'))
    written = developer.generates("more neighbours")
    developer.ships(written)


def test_an_enum_comes_grows_and_goes(developer: Developer) -> None:
    before = developer.models.read_text()
    developer.changes(imports("Enum"))
    developer.adds('    mood: Mapped[str | None] = mapped_column(Enum("good", "bad", name="mood"))')
    developer.ships(developer.generates("add mood"))
    developer.changes(('"good", "bad"', '"best", "good", "bad"'))
    written = developer.generates("best mood")
    developer.types("alembic upgrade head")
    assert developer.rows("SELECT unnest(enum_range(NULL::mood))::text") == ["best", "good", "bad"]
    developer.types("alembic check")
    developer.models.write_text(before)
    written = developer.generates("drop mood")
    developer.ships(written)


def test_defaults_comments_identities_and_null_are_found(developer: Developer) -> None:
    before = developer.models.read_text()
    developer.changes(
        ("mapped_column(String(35))", 'mapped_column(String(35), server_default="ja", comment="BCP 47")'),
        imports("Computed", "Identity"),
    )
    developer.adds(
        "    number: Mapped[int] = mapped_column(Identity())",
        '    initial: Mapped[str | None] = mapped_column(String(1), Computed("left(email, 1)", persisted=False))',
    )
    developer.ships(developer.generates("defaults"))
    developer.changes(
        ('comment="BCP 47"', 'comment="a language"'),
        ("number: Mapped[int] = mapped_column(Identity())", "number: Mapped[int | None] = mapped_column()"),
    )
    developer.ships(developer.generates("no identity"))
    developer.models.write_text(before)
    developer.ships(developer.generates("no defaults"))


def test_a_table_that_gets_an_updated_at_gets_its_trigger(developer: Developer) -> None:
    developer.changes(("import Base, Timestamps", "import Base, Timestamps, UuidPrimaryKey"))
    without = '\n\nclass Device(UuidPrimaryKey, Base):\n    """A device."""\n\n    __tablename__ = "devices"\n'
    developer.adds(without)
    developer.ships(developer.generates("add devices"))
    developer.changes(("class Device(UuidPrimaryKey, Base)", "class Device(UuidPrimaryKey, Timestamps, Base)"))
    written = developer.generates("devices with times")
    developer.ships(written)
    triggers = "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'devices'::regclass AND NOT tgisinternal"
    assert developer.rows(triggers) == [1]


def test_partitions_and_what_drift_ignore_names_are_left_alone(developer: Developer) -> None:
    developer.rows("CREATE TABLE events (at timestamptz NOT NULL) PARTITION BY RANGE (at)")
    developer.rows("CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')")
    pyproject = developer.folder / "pyproject.toml"
    content = pyproject.read_text()
    pyproject.write_text(content.replace("drift_ignore = [", 'drift_ignore = ["table events", '))
    assert pyproject.read_text() != content
    developer.types("alembic check")
    assert developer.generates("nothing") == []
    assert "Models and database agree" in developer.said


@pytest.mark.parametrize("message", ["ニックネームを追加", "Ajouter l'été"])
def test_a_message_of_another_language_gives_a_file_that_the_tree_accepts(developer: Developer, message: str) -> None:
    developer.adds("    nickname: Mapped[str | None] = mapped_column(String(30))")
    written = developer.generates(message)
    developer.ships(written)
