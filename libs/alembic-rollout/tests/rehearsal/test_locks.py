"""The locks and rewrites that a rehearsal reports are those that the revisions really take."""

from sample_project import Project

from rehearsal.rehearsed import Rehearse

AUTOCOMMIT = "with op.get_context().autocommit_block():\n    "


def test_the_locks_of_a_transaction_are_told_by_relation_and_mode(shop: Project, rehearse: Rehearse) -> None:
    shop.sql(
        "002",
        "ALTER TABLE profiles ADD COLUMN bio text; UPDATE pets SET name = 'x'",
        "ALTER TABLE profiles DROP COLUMN bio",
    )

    rehearsed = rehearse()

    assert rehearsed.error is None
    assert rehearsed.locks("002") == {"profiles": ["ACCESS EXCLUSIVE"], "pets": ["ROW EXCLUSIVE"]}
    assert rehearsed.locks("002", "down") == {"profiles": ["ACCESS EXCLUSIVE"]}


def test_a_foreign_key_locks_both_tables(shop: Project, rehearse: Rehearse) -> None:
    shop.sql(
        "002",
        "ALTER TABLE pets ADD CONSTRAINT fk FOREIGN KEY (profile_id) REFERENCES profiles",
        "ALTER TABLE pets DROP CONSTRAINT fk",
    )

    locks = rehearse().locks("002")

    assert locks["pets"][0] == locks["profiles"][0] == "SHARE ROW EXCLUSIVE"


def test_what_a_revision_makes_itself_is_not_told(shop: Project, rehearse: Rehearse) -> None:
    shop.sql(
        "002",
        "CREATE TABLE toys (id bigint); ALTER TABLE toys ADD COLUMN name text; CREATE INDEX ix ON toys (name)",
        "DROP TABLE toys",
    )
    shop.sql("003", "ALTER TABLE toys ADD COLUMN colour text", "ALTER TABLE toys DROP COLUMN colour")

    rehearsed = rehearse()

    assert rehearsed.locks("002") == {}
    assert rehearsed.locks("003") == {"toys": ["ACCESS EXCLUSIVE"]}
    assert rehearsed.locks("002", "down") == {"toys": ["ACCESS EXCLUSIVE"]}


def test_a_lock_on_an_index_is_told_where_it_says_more_than_that_on_its_table(
    shop: Project, rehearse: Rehearse
) -> None:
    shop.database.execute("CREATE INDEX ix ON pets (name)")
    shop.sql("002", "ALTER INDEX ix SET (fillfactor = 50)", "ALTER INDEX ix RESET (fillfactor)")
    shop.sql("003", "DROP INDEX ix", "CREATE INDEX ix ON pets (name)")

    rehearsed = rehearse()

    assert list(rehearsed.locks("002")) == ["ix"]
    assert rehearsed.locks("003") == {"pets": ["ACCESS EXCLUSIVE"]}
    assert rehearsed.locks("003", "down") == {"pets": ["SHARE"]}


def test_a_table_with_another_type_of_column_is_written_anew(shop: Project, rehearse: Rehearse) -> None:
    shop.sql(
        "002",
        "ALTER TABLE profiles ALTER age TYPE bigint; ALTER TABLE pets ADD COLUMN born date",
        "ALTER TABLE profiles ALTER age TYPE int; ALTER TABLE pets DROP COLUMN born",
    )
    shop.sql(
        "003",
        "ALTER TABLE profiles ALTER email TYPE varchar(200)",
        "ALTER TABLE profiles ALTER email TYPE varchar(100)",
    )

    rehearsed = rehearse()

    assert rehearsed.revision("002")["up"]["rewritten"] == ["profiles"]
    assert rehearsed.revision("003")["up"]["rewritten"] == []
    assert rehearsed.revision("003")["down"]["rewritten"] == ["profiles"]


def test_an_index_that_is_built_concurrently_is_seen_to_let_rows_be_written(shop: Project, rehearse: Rehearse) -> None:
    shop.revision(
        "002",
        AUTOCOMMIT + 'op.create_index("ix", "pets", ["name"], postgresql_concurrently=True)',
        AUTOCOMMIT + 'op.drop_index("ix", postgresql_concurrently=True)',
    )

    rehearsed = rehearse()

    assert rehearsed.error is None
    assert rehearsed.locks("002") == {"pets": ["SHARE UPDATE EXCLUSIVE"]}
    assert rehearsed.locks("002", "down")["pets"] == ["SHARE UPDATE EXCLUSIVE"]
    assert rehearsed.revision("002")["up"]["is_sampled"]


def test_a_strong_lock_outside_a_transaction_is_seen_however_short_it_is(shop: Project, rehearse: Rehearse) -> None:
    shop.revision(
        "002",
        AUTOCOMMIT + 'op.execute("ALTER TABLE pets ADD COLUMN born date")',
        AUTOCOMMIT + 'op.execute("ALTER TABLE pets DROP COLUMN born")',
    )

    for _ in range(3):
        rehearsed = rehearse()
        assert rehearsed.locks("002")["pets"][0] == "ACCESS EXCLUSIVE"
        assert rehearsed.locks("002", "down")["pets"][0] == "ACCESS EXCLUSIVE"


def test_a_lock_that_a_revision_holds_in_a_transaction_of_its_own_making_does_not_stop_it(
    shop: Project, rehearse: Rehearse
) -> None:
    shop.revision(
        "002",
        """
        with op.get_context().autocommit_block():
            op.execute("BEGIN")
            op.execute("LOCK TABLE pets IN ACCESS EXCLUSIVE MODE")
            op.execute("ALTER TABLE pets ADD COLUMN born date")
            op.execute("COMMIT")
        """,
        'op.drop_column("pets", "born")',
    )

    rehearsed = rehearse()

    assert rehearsed.error is None
    assert rehearsed.locks("002")["pets"][0] == "ACCESS EXCLUSIVE"


def test_the_helpers_of_this_library_can_be_rehearsed(shop: Project, rehearse: Rehearse) -> None:
    shop.revision(
        "002",
        'operations.backfill("profiles", set_="age = 0", where="age IS NULL")',
        "pass",
    )

    rehearsed = rehearse()

    assert rehearsed.error is None
    assert rehearsed.locks("002")["profiles"][0] == "ROW EXCLUSIVE"


def test_locks_that_an_autocommit_block_lets_go_of_are_told_all_the_same(shop: Project, rehearse: Rehearse) -> None:
    shop.revision(
        "002",
        """
        op.execute("ALTER TABLE profiles ADD COLUMN bio text")
        with op.get_context().autocommit_block():
            op.execute("SELECT 1")
        """,
        'op.execute("ALTER TABLE profiles DROP COLUMN bio")',
    )

    assert rehearse().locks("002")["profiles"] == ["ACCESS EXCLUSIVE"]
