"""Tables: created plain, dropped in a contract revision, and those that are left alone."""

import pytest

from autogenerate.developer import Developer

ONE = 'Table("t", metadata, Column("id", Integer, primary_key=True))\n'
UPDATED = """
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at = now(); RETURN NEW; END $$
"""


def test_new_tables_are_plain_with_all_that_is_theirs(developer: Developer) -> None:
    developer.begin(ONE)
    files = developer.change(
        ONE
        + """
Table(
    "u", metadata, Column("id", Integer, primary_key=True), Column("t_id", ForeignKey("t.id", ondelete="CASCADE")),
    Column("name", Text, nullable=False, unique=True, comment="a name"), Column("n", Integer, index=True),
    CheckConstraint("n > 0", name="n"), CheckConstraint("n % 2 = 0 AND name NOT LIKE '100%'", name="even"),
    comment="a table",
)
"""
    )
    assert list(files) == ["002_change.py"]
    assert "operations." not in files["002_change.py"]


def test_dropped_tables_go_in_a_contract_revision_and_are_restored_whole(developer: Developer) -> None:
    developer.begin(
        ONE
        + """
Table("a", metadata, Column("id", Integer, primary_key=True), Column("name", Text, unique=True, comment="c"))
Table(
    "b", metadata, Column("id", Integer, primary_key=True), Column("a_id", ForeignKey("a.id"), index=True),
    CheckConstraint("a_id > 0", name="a_id"), comment="b",
)
"""
    )
    developer.project.sql(
        "002",
        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
        " CREATE TRIGGER b_touch BEFORE UPDATE ON b FOR EACH ROW EXECUTE FUNCTION touch()",
        "DROP TRIGGER b_touch ON b; DROP FUNCTION touch()",
    )
    developer.project.upgrade()
    files = developer.change(ONE)
    (text,) = files.values()
    assert 'phase = "contract"' in text
    assert text.index('op.drop_table("b")') < text.index('op.drop_table("a")')


def test_an_updated_at_gets_the_trigger_that_the_other_tables_have(developer: Developer) -> None:
    developer.begin(ONE)
    developer.project.sql("002", UPDATED, "DROP FUNCTION touch()")
    developer.project.upgrade()
    stamped = 'Column("updated_at", DateTime(timezone=True), server_default=text("now()"), nullable=False)'
    files = developer.change(
        f'Table("t", metadata, Column("id", Integer, primary_key=True), {stamped})\n'
        f'Table("u", metadata, Column("id", Integer, primary_key=True), {stamped})\n'
    )
    assert list(files) == ["003_change.py"]
    rows = developer.project.database.rows("SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1")
    assert rows == [("t_updated_at",), ("u_updated_at",)]


def test_partitions_and_what_drift_ignores_are_left_alone(developer: Developer) -> None:
    parted = """
Table(
    "p", metadata, Column("id", Integer, primary_key=True), postgresql_partition_by="RANGE (id)",
)
"""
    developer.begin(ONE + parted)
    pyproject = developer.project.folder / "pyproject.toml"
    pyproject.write_text(
        pyproject.read_text()
        + 'drift_ignore = ["table audit_*", "column t.legacy", "index ix_by_hand", "constraint ck_by_hand"]\n'
    )
    developer.project.database.execute(
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (10); CREATE TABLE audit_log (id int PRIMARY KEY);"
        " ALTER TABLE t ADD legacy int, ADD CONSTRAINT ck_by_hand CHECK (legacy > 0);"
        " CREATE INDEX ix_by_hand ON t (legacy)"
    )
    assert developer.generate() == []
    assert developer.project.alembic("check").returncode == 0


@pytest.mark.parametrize("key", ['ForeignKey("{}.id")', 'ForeignKey("{}.id", name="{}_key", use_alter=True)'])
def test_tables_that_refer_to_each_other_come_and_go(developer: Developer, key: str) -> None:
    developer.begin(ONE)
    circle = "".join(
        f'Table("{one}", metadata, Column("id", Integer, primary_key=True), Column("{other}_id",'
        f" {key.format(other, one + other)}), Column('own', ForeignKey('{one}.id')))\n"
        for one, other in ("ab", "bc", "ca")
    )
    assert list(developer.change(ONE + circle)) == ["002_change.py"]
    [text] = developer.change(ONE).values()
    assert 'phase = "contract"' in text
