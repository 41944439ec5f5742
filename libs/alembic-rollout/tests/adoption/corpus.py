"""Projects that use what Alembic's env.py and revisions can do, each small."""

from adoption.twins import Revision, Sample

CONVENTION = """
from sqlalchemy import MetaData
metadata = MetaData(naming_convention={
    "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
})
"""
TOKENS = """
from sqlalchemy import MetaData
def short(constraint, table):
    return table.name[:3] + str(len(constraint.columns))
metadata = MetaData(naming_convention={
    "short": short, "ix": "i_%(column_0_label)s", "pk": "p_%(short)s", "uq": "u_%(short)s_%(column_0_key)s"
})
"""
TWO = """
from sqlalchemy import MetaData
class A: metadata = MetaData(naming_convention={"pk": "pk_a_%(table_name)s"})
class B: metadata = MetaData(naming_convention={"pk": "pk_b_%(table_name)s"})
"""
UNNAMED = Revision(
    "001",
    None,
    """
    op.create_table("customers", sa.Column("id", sa.Integer()), sa.Column("email", sa.Text(), unique=True),
        sa.Column("age", sa.Integer(), sa.CheckConstraint("age > 0", name="age")), sa.PrimaryKeyConstraint("id"))
    op.create_table("orders", sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("customer", sa.Integer(), sa.ForeignKey("customers.id"), index=True),
        sa.UniqueConstraint("id", "customer"))
    """,
    'op.drop_table("orders")\nop.drop_table("customers")',
)
LATER = Revision(
    "002",
    "001",
    """
    op.add_column("orders", sa.Column("parent", sa.Integer(), sa.ForeignKey("orders.id")))
    op.create_unique_constraint(None, "orders", ["parent", "customer"])
    op.create_foreign_key(None, "orders", "customers", ["parent"], ["id"])
    op.create_index(None, "orders", ["parent"])
    """,
    'op.drop_column("orders", "parent")',
)
PLAIN = Revision(
    "001",
    None,
    'op.create_table("shop", sa.Column("id", sa.Integer(), primary_key=True))',
    'op.drop_table("shop")',
)
MORE = Revision("002", "001", 'op.add_column("shop", sa.Column("name", sa.Text()))', 'op.drop_column("shop", "name")')
TREE = (PLAIN, MORE)

NAMES = (
    Sample(
        "a naming convention names what a revision does not",
        (
            UNNAMED,
            LATER,
            Revision(
                "003",
                "002",
                """
                op.drop_constraint("fk_orders_customer_customers", "orders", type_="foreignkey")
                op.drop_constraint("fk_orders_parent_customers", "orders", type_="foreignkey")
                op.drop_constraint("pk_customers", "customers", type_="primary")
                """,
                """
                op.create_primary_key(None, "customers", ["id"])
                op.create_foreign_key(None, "orders", "customers", ["parent"], ["id"])
                op.create_foreign_key(None, "orders", "customers", ["customer"], ["id"])
                """,
            ),
        ),
        models=CONVENTION,
    ),
    Sample("the same, named by a string", (UNNAMED, LATER), models=CONVENTION, rollout_target='"models:metadata"'),
    Sample("the same, by a function", (UNNAMED, LATER), models=CONVENTION, rollout_target="lambda: models.metadata"),
    Sample("tokens of the convention's own", (UNNAMED, LATER), models=TOKENS),
    Sample("no convention", (UNNAMED,)),
    Sample("no models", (UNNAMED, LATER), target="None"),
    Sample(
        "several MetaData have no convention", (UNNAMED,), models=TWO, target="[models.A.metadata, models.B.metadata]"
    ),
    Sample("a list of one has none either", (UNNAMED,), models=CONVENTION, target="[models.metadata]"),
    Sample("a tuple", (UNNAMED,), models=TWO, target="(models.A.metadata, models.B.metadata)"),
    Sample(
        "a list of strings",
        (UNNAMED,),
        models=TWO,
        target="[models.A.metadata, models.B.metadata]",
        rollout_target='["models:A.metadata", "models:B.metadata"]',
    ),
    Sample(
        "a batch operation names by the convention",
        (
            UNNAMED,
            Revision(
                "002",
                "001",
                """
                with op.batch_alter_table("orders") as batch:
                    batch.add_column(sa.Column("code", sa.Text()))
                    batch.create_unique_constraint(None, ["code"])
                """,
                """
                with op.batch_alter_table("orders") as batch:
                    batch.drop_constraint("uq_orders_code", type_="unique")
                    batch.drop_column("code")
                """,
            ),
        ),
        models=CONVENTION,
        options="render_as_batch=True",
    ),
)
OPTIONS = (
    Sample("version_table", TREE, options='version_table="Shop Versions"'),
    Sample(
        "version_table_schema",
        TREE,
        options='version_table_schema="meta", include_schemas=True',
        setup=("CREATE SCHEMA meta",),
    ),
    Sample("version_table_pk", TREE, options="version_table_pk=False"),
    Sample("transaction_per_migration", TREE, options="transaction_per_migration=True"),
    Sample("transactional_ddl", TREE, options="transactional_ddl=False"),
    Sample(
        "what concerns autogenerate only",
        (UNNAMED, LATER),
        models=CONVENTION,
        env="def render(kind, item, context): return False\ndef name(name, kind, parents): return False",
        options='compare_type=False, compare_server_default=False, upgrade_token="up", downgrade_token="down",'
        ' alembic_module_prefix="o.", sqlalchemy_module_prefix="s.", user_module_prefix="m.", render_item=render,'
        " include_name=name, include_object=lambda *_: False, template_args={'a': 1}, include_symbol=None,"
        " process_revision_directives=lambda *_: None, autogenerate_plugins=['alembic.autogenerate.*'], tag='t'",
    ),
    Sample(
        "on_version_apply",
        (
            Revision("000", None, 'op.execute("CREATE TABLE applied (id text)")', 'op.execute("DROP TABLE applied")'),
            Revision("001", "000", PLAIN.upgrade, PLAIN.downgrade),
            MORE,
        ),
        env="""
def applied(ctx, step, heads, run_args, **_):
    if ctx.connection is not None and step.is_upgrade and step.up_revision_id == "001":
        ctx.connection.exec_driver_sql("INSERT INTO applied VALUES ('001')")
        ctx.connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS made_by_hook ()")
def also(ctx, **_):
    pass
""",
        options="on_version_apply=[applied, also]",
        back="001",
    ),
    Sample("None is the default of every option", TREE, options="on_version_apply=None, include_object=None"),
)
TREES = (
    Sample(
        "branches, their labels, what they depend on, and a merge",
        (
            PLAIN,
            Revision(
                "a1", "001", 'op.execute("CREATE TABLE a1 ()")', 'op.execute("DROP TABLE a1")', "branch_labels = 'a'"
            ),
            Revision(
                "b1", "001", 'op.execute("CREATE TABLE b1 ()")', 'op.execute("DROP TABLE b1")', "depends_on = 'a'"
            ),
            Revision("c1", ("a1", "b1"), "pass", "pass"),
            Revision("c2", "c1", 'op.execute("CREATE TABLE c2 ()")', 'op.execute("DROP TABLE c2")'),
        ),
        back="001",
    ),
    Sample(
        "two heads",
        (
            PLAIN,
            Revision("a1", "001", 'op.execute("CREATE TABLE a1 ()")', 'op.execute("DROP TABLE a1")'),
            Revision("b1", "001", 'op.execute("CREATE TABLE b1 ()")', 'op.execute("DROP TABLE b1")'),
        ),
        back="001",
    ),
    Sample(
        "two trees in two folders",
        (
            PLAIN,
            MORE,
            Revision("x1", None, 'op.execute("CREATE TABLE x1 ()")', 'op.execute("DROP TABLE x1")', folder="extra"),
        ),
        ini="version_locations = migrations/versions:extra",
        back="001",
    ),
)
REVISIONS = (
    Sample(
        "types, defaults, comments, computed and identity columns",
        (
            Revision(
                "001",
                None,
                """
                op.create_table("goods",
                    sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
                    sa.Column("kind", sa.Enum("a", "b", name="kind"), nullable=False, server_default="a"),
                    sa.Column("price", sa.Numeric(10, 2), sa.CheckConstraint("price >= 0")),
                    sa.Column("gross", sa.Numeric(10, 2), sa.Computed("price * 1.1", persisted=True)),
                    sa.Column("about", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), comment="it's"),
                    sa.Column("made", sa.DateTime(timezone=True), server_default=sa.func.now()), comment="100% goods")
                """,
                'op.drop_table("goods")\nsa.Enum(name="kind").drop(op.get_bind())',
            ),
            Revision(
                "002",
                "001",
                """
                op.alter_column("goods", "kind", server_default=None, existing_type=sa.Enum(name="kind"))
                op.alter_column("goods", "made", new_column_name="made_at", nullable=False,
                    existing_server_default=sa.func.now())
                op.create_table_comment("goods", "less")
                """,
                """
                op.alter_column("goods", "kind", server_default="a", existing_type=sa.Enum(name="kind"))
                op.alter_column("goods", "made_at", new_column_name="made", nullable=True)
                op.create_table_comment("goods", "100% goods", existing_comment="less")
                """,
            ),
        ),
    ),
    Sample(
        "an autocommit block",
        (
            PLAIN,
            Revision(
                "002",
                "001",
                """
                with op.get_context().autocommit_block():
                    op.create_index("ix_shop", "shop", ["id"], postgresql_concurrently=True)
                """,
                """
                with op.get_context().autocommit_block():
                    op.drop_index("ix_shop", "shop", postgresql_concurrently=True)
                """,
            ),
        ),
    ),
    Sample(
        "rows by bulk_insert, a Session, SQL with percent signs and colons",
        (
            Revision(
                "001",
                None,
                """
                shop = op.create_table("shop", sa.Column("id", sa.Integer()), sa.Column("n", sa.Text()))
                op.bulk_insert(shop, [{"id": 1, "n": "50%"}, {"id": 2, "n": "it's 10:30"}])
                op.execute("UPDATE shop SET n = n || '%' WHERE n LIKE '50%'")
                op.execute(sa.text("INSERT INTO shop VALUES (:id, '\\\\:x')").bindparams(id=3))
                """,
                'op.drop_table("shop")',
            ),
            Revision(
                "002",
                "001",
                """
                from sqlalchemy.orm import Session
                if not context.is_offline_mode():
                    names = Session(bind=op.get_bind()).execute(sa.text("SELECT n FROM shop ORDER BY id")).scalars()
                    for number, name in enumerate(names):
                        op.execute(f"CREATE TABLE t{number} ()")
                        op.create_table_comment(f"t{number}", name)
                """,
                'for number in range(3): op.execute(f"DROP TABLE t{number}")',
            ),
        ),
    ),
    Sample(
        "other schemas",
        (
            Revision(
                "001",
                None,
                """
                op.execute("CREATE SCHEMA crm")
                op.create_table("people", sa.Column("id", sa.Integer(), primary_key=True), schema="crm")
                op.create_table("calls", sa.Column("person", sa.Integer(), sa.ForeignKey("crm.people.id")))
                op.create_index(None, "people", ["id"], schema="crm")
                """,
                'op.drop_table("calls")\nop.drop_table("people", schema="crm")\nop.execute("DROP SCHEMA crm")',
            ),
        ),
        models=CONVENTION,
        options="include_schemas=True",
    ),
    Sample(
        "an operation of the project's own",
        (Revision("001", None, 'op.create_view("v", "SELECT 1 AS one")', 'op.execute("DROP VIEW v")'),),
        env="""
from alembic.operations import MigrateOperation, Operations
@Operations.register_operation("create_view")
class CreateView(MigrateOperation):
    def __init__(self, name, sql): self.name, self.sql = name, sql
    @classmethod
    def create_view(cls, operations, name, sql): return operations.invoke(cls(name, sql))
@Operations.implementation_for(CreateView)
def create_view(operations, operation): operations.execute(f"CREATE VIEW {operation.name} AS {operation.sql}")
""",
    ),
    Sample(
        "arguments of -x",
        (
            Revision(
                "001",
                None,
                """
                name = context.get_x_argument(as_dictionary=True)["tenant"]
                op.create_table(name, sa.Column("id", sa.Integer(), primary_key=True))
                """,
                'op.drop_table(context.get_x_argument(as_dictionary=True)["tenant"])',
            ),
        ),
        models=CONVENTION,
        before=("-x", "tenant=blue"),
    ),
)
CONNECTIONS = (
    Sample(
        "a search path, and a percent sign, in the URL",
        TREE,
        setup=("CREATE SCHEMA shop",),
        url_query="?options=-csearch_path%3Dshop",
    ),
    Sample("a section of alembic.ini by name", TREE, before=("-n", "other"), section="other"),
)
CORPUS = (*NAMES, *OPTIONS, *TREES, *REVISIONS, *CONNECTIONS)
