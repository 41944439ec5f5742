"""`--sql`: plain SQL with the same result, outside the revision's transaction, each statement with its origin."""

from sample_project import Project

HEAD = "UPDATE alembic_version SET version_num='002' WHERE alembic_version.version_num = '001';"


def rendered(project: Project, upgrade: str) -> list[str]:
    """The statements of a revision between the first COMMIT and the last BEGIN that it causes."""
    project.revision("001", 'op.execute("SELECT 1")')
    project.revision("002", f'op.execute("SELECT before")\n{upgrade}\nop.execute("SELECT after")')
    done = project.alembic("upgrade", "001:002", "--sql", ROLLOUT_LINT="off")
    assert done.returncode == 0, done.stderr
    statements = [part.strip() for part in done.stdout.split("\n\n") if part.strip()]
    first, last = statements.index("SELECT before;"), statements.index("SELECT after;")
    assert statements[first + 1] == "COMMIT;"
    assert statements[last - 1] == "BEGIN;"
    assert HEAD in statements[last:]
    return statements[first + 2 : last - 1]


def test_a_backfill_is_one_update(any_project: Project) -> None:
    helper = """
operations.backfill("Users", schema="crm", set_="name = '50% :x'", where="name IS NULL -- yet", key=("id",))
"""
    assert rendered(any_project, helper) == [
        "-- alembic-rollout: backfill\nUPDATE crm.\"Users\" SET name = '50% :x'\nWHERE name IS NULL -- yet\n;"
    ]


def test_a_backfill_of_everything_has_no_condition(any_project: Project) -> None:
    assert rendered(any_project, 'operations.backfill("users", set_="n = 0")') == [
        "-- alembic-rollout: backfill\nUPDATE users SET n = 0;"
    ]


def test_an_index_is_created_concurrently(any_project: Project) -> None:
    helper = """
operations.create_index_concurrently(
    "uq_users", "users", ["tenant", sa.text("lower(email)")], unique=True, where="email LIKE '%@%'", using="btree",
    include=["name"], ops={"tenant": "int4_ops", "lower(email)": "text_pattern_ops"}, with_={"fillfactor": 70},
    nulls_not_distinct=True, schema="crm",
)
"""
    statement = (
        "CREATE UNIQUE INDEX CONCURRENTLY uq_users ON crm.users USING btree (tenant int4_ops,"
        " lower(email) text_pattern_ops) INCLUDE (name) NULLS NOT DISTINCT WITH (fillfactor = 70)"
        " WHERE email LIKE '%@%';"
    )
    assert rendered(any_project, helper) == [f"-- alembic-rollout: create_index_concurrently\n{statement}"]


def test_an_index_is_dropped_concurrently(any_project: Project) -> None:
    assert rendered(any_project, 'operations.drop_index_concurrently("ix_users", schema="crm")') == [
        "-- alembic-rollout: drop_index_concurrently\nDROP INDEX CONCURRENTLY crm.ix_users;"
    ]


def test_a_foreign_key_is_added_and_then_validated(any_project: Project) -> None:
    helper = """
operations.add_foreign_key(
    "fk_orders_user", "orders", "users", ["tenant", "user_id"], ["tenant", "id"], source_schema="shop",
    referent_schema="crm", ondelete="SET NULL", onupdate="CASCADE", initially_deferred=True,
)
"""
    comment = "-- alembic-rollout: add_foreign_key\nALTER TABLE shop.orders "
    definition = (
        "FOREIGN KEY (tenant, user_id) REFERENCES crm.users (tenant, id)"
        " ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED"
    )
    assert rendered(any_project, helper) == [
        f"{comment}ADD CONSTRAINT fk_orders_user {definition} NOT VALID;",
        f"{comment}VALIDATE CONSTRAINT fk_orders_user;",
    ]


def test_a_check_is_added_and_then_validated(any_project: Project) -> None:
    comment = "-- alembic-rollout: add_check\nALTER TABLE orders "
    assert rendered(any_project, 'operations.add_check("ck_price", "orders", "price > 0 -- always")') == [
        f"{comment}ADD CONSTRAINT ck_price CHECK (price > 0 -- always\n) NOT VALID;",
        f"{comment}VALIDATE CONSTRAINT ck_price;",
    ]


def test_not_null_comes_by_way_of_a_check(any_project: Project) -> None:
    comment = "-- alembic-rollout: set_not_null\nALTER TABLE users "
    assert rendered(any_project, 'operations.set_not_null("users", "Name")') == [
        f'{comment}ADD CONSTRAINT "alembic_rollout_not_null_Name" CHECK ("Name" IS NOT NULL) NOT VALID;',
        f'{comment}VALIDATE CONSTRAINT "alembic_rollout_not_null_Name";',
        f'{comment}ALTER COLUMN "Name" SET NOT NULL;',
        f'{comment}DROP CONSTRAINT "alembic_rollout_not_null_Name";',
    ]


def test_a_constraint_of_an_earlier_revision_is_validated(any_project: Project) -> None:
    assert rendered(any_project, 'operations.validate_constraint("users", "ck", schema="crm")') == [
        "-- alembic-rollout: validate_constraint\nALTER TABLE crm.users VALIDATE CONSTRAINT ck;"
    ]
