"""The helpers ask the database what is left to do, and what they send is what they have shown."""

from sample_project import Project

from upgrade.test_decided_statements import IS_READ

TABLES = """
    CREATE TABLE users (id bigserial PRIMARY KEY, name text, note text);
    CREATE TABLE orders (id bigserial PRIMARY KEY, user_id bigint, amount int);
    INSERT INTO users (name) SELECT 'n' || i FROM generate_series(1, 50) i;
    INSERT INTO orders (user_id, amount) SELECT i, i FROM generate_series(1, 50) i
"""
HELPERS = (
    'operations.create_index_concurrently("ix_orders_amount", "orders", ["amount"])',
    'operations.backfill("users", set_="note = name", where="note IS NULL", batch_size=7)',
    'operations.backfill("orders", set_="amount = amount + 1", schema="public", batch_size=7)',
    'operations.set_not_null("users", "note")',
    'operations.set_not_null("orders", "user_id", fill="0")',
    'operations.add_check("ck_amount", "orders", "amount > 0")',
    'operations.add_foreign_key("fk_user", "orders", "users", ["user_id"], ["id"], ondelete="CASCADE")',
    'op.execute("ALTER TABLE orders ADD CONSTRAINT ck_later CHECK (id > 0) NOT VALID")',
    'operations.validate_constraint("orders", "ck_later")',
    'operations.drop_index_concurrently("ix_orders_amount")',
    'operations.expand_rename("users", "note", "remark", type_=sa.Text())',
    'operations.backfill("users", set_="remark = note", where="remark IS DISTINCT FROM note")',
    'operations.contract_rename("users", "note", "remark")',
)


def test_every_helper_runs_on_a_database_in_use(project: Project) -> None:
    project.sql("001", TABLES, "DROP TABLE orders, users")
    project.upgrade()
    for number, helper in enumerate(HELPERS, start=2):
        project.revision(f"{number:03d}", helper)

    done = project.alembic("upgrade", "head", ROLLOUT_LINT="off", ROLLOUT_BACKUP="never")

    assert done.returncode == 0, done.stderr
    assert project.database.scalar("SELECT count(*) FROM users WHERE remark = name") == 50


def test_a_helper_that_works_on_another_table_than_it_has_shown_is_refused(project: Project) -> None:
    project.sql("001", TABLES, "DROP TABLE orders, users")
    project.upgrade()
    project.revision("002", f'operations.backfill("orders" if {IS_READ} else "users", set_="id = id")')

    done = project.alembic("upgrade", "head", ROLLOUT_LINT="off", ROLLOUT_BACKUP="never")

    assert "002 was about to run what it did not show when it was read" in done.stderr
    assert project.database.scalar("SELECT version_num FROM alembic_version") == "001"
