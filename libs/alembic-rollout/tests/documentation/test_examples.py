"""The outputs that docs/commands-by-example.md shows are those of the commands."""

import getpass
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sample_project import Project
from sqlalchemy import make_url

PAGE = (Path(__file__).parents[4] / "docs" / "commands-by-example.md").read_text()

MODELS = """
from sqlalchemy import BigInteger, Column, Identity, MetaData, String, Table

metadata = MetaData()
Table(
    "customers",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("email", String(254), nullable=False),
    Column("name", String(100), index=True),
)
"""


class Story:
    """Plays the example of the page, and compares what is printed with what stands there.

    Args:
        project: on an empty database.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        blocks = re.findall(r"```console\n\$ ([^\n#]+?) *(?:#[^\n]*)?\n(.*?)```", PAGE, re.DOTALL)
        self.printed: dict[str, str] = dict(blocks)
        self.unchecked = set(self.printed)

    def types(
        self, command: str, *, status: int = 0, words: int | None = None, as_operator: bool = False, **variables: str
    ) -> None:
        """Run a command of the page in the project and compare.

        Args:
            command: as it is printed behind the `$`.
            status: what it ends with.
            words: how many words of each line count; all by default.
            as_operator: with a role that may create databases.
            variables: of its environment.
        """
        if as_operator:
            variables["ROLLOUT_ADMIN_URL"] = self.project.database.superuser_url
        program, *arguments = command.split()
        done = self.project.run(*arguments, program=program, **variables)
        assert done.returncode == status, done.stdout + done.stderr
        self.compares(command, done.stdout + done.stderr, words=words)

    def compares(self, command: str, said: str, *, words: int | None = None) -> None:
        lines = {tuple(line[:words]) for line in self.essence(said)}
        for line in self.essence(self.printed[command]):
            assert tuple(line[:words]) in lines, f"$ {command}: {' '.join(line)}\n{said}"
        self.unchecked.discard(command)

    def essence(self, text: str) -> list[list[str]]:
        """Return the words of each line, without what differs from run to run."""
        database, url = self.project.database.name, make_url(self.project.database.url)
        for actual, shown in (
            (database, "shop"),
            (f"{url.host}:{url.port}", "db:5432"),
            (str(self.project.folder), "/srv/shop"),
            (f"{getpass.getuser()}@{socket.gethostname()}", "deploy@web-1"),
        ):
            text = text.replace(actual, shown)
        text = re.sub(r"/\S+/pg_dump\b", "/usr/bin/pg_dump", text)
        text = re.sub(r"\d+(?:[.:,]\d+)*(?: (?:ms|s|min|kB|MB|bytes)\b)?", "#", text)
        text = re.sub(r"#(?: #)+", "#", text)
        return [line.split() for line in text.splitlines() if line.strip()]

    def writes_revisions(self) -> None:
        """Write the two revisions that are applied, and the three that are pending."""
        project = self.project
        (project.folder / "models.py").write_text(MODELS)
        project.revision(
            "001",
            """
            op.create_table(
                "customers",
                sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
                sa.Column("email", sa.String(254), nullable=False),
                sa.Column("first_name", sa.String(100)),
            )
            """,
            'op.drop_table("customers")',
            slug="create_customers",
        )
        column = 'sa.Column("{}", sa.String(100))'
        project.revision(
            "002",
            f'op.add_column("customers", {column.format("name")})',
            'op.drop_column("customers", "name")',
            slug="add_name",
        )
        project.upgrade()
        project.revision(
            "003",
            'operations.backfill("customers", set_="name = first_name", where="name IS NULL")',
            slug="fill_name",
        )
        project.revision(
            "004",
            'op.create_index("ix_customers_name", "customers", ["name"])',
            'op.drop_index("ix_customers_name", "customers")',
            slug="index_name",
        )
        project.revision(
            "005",
            'op.drop_column("customers", "first_name")',
            f'op.add_column("customers", {column.format("first_name")})',
            slug="drop_first_name",
            header='phase = "contract"',
        )

    def mends_the_index(self) -> None:
        self.project.revision(
            "004",
            'operations.create_index_concurrently("ix_customers_name", "customers", ["name"])',
            'operations.drop_index_concurrently("ix_customers_name")',
            slug="index_name",
        )

    @contextmanager
    def release(self, name: str) -> Iterator[None]:
        """Keep a connection of a release open while inside."""
        url = make_url(self.project.database.app_url)
        with self.project.database.connect(f"{url.render_as_string(hide_password=False)}?application_name={name}"):
            yield

    def waits_until_the_release_is_gone(self) -> None:
        command = "alembic-rollout contract --wait 10m"
        with self.release("shop@002"):
            process = self.project.start(*command.split()[1:], program="alembic-rollout")
            assert process.stderr is not None
            first = process.stderr.readline()
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        self.compares(command, first + out + err)


@pytest.fixture
def story(project: Project) -> Story:
    return Story(project)


def test_what_the_commands_print_is_what_the_page_shows(story: Story) -> None:
    project, database = story.project, story.project.database
    story.writes_revisions()
    story.types("alembic-rollout lint", status=4)
    for form in ("markdown", "junit", "sarif"):
        story.types(f"alembic-rollout lint --format {form}", status=4)
    story.types("alembic-rollout plan", status=4)
    story.mends_the_index()
    # Which of the short locks of a concurrent removal are seen is a matter of chance, as the report itself says.
    story.types("alembic-rollout rehearse", as_operator=True, words=2)
    with story.release("shop@002"):
        story.types("alembic upgrade head")
        story.types("alembic-rollout status")
        story.types("alembic-rollout history", words=5)
    story.waits_until_the_release_is_gone()
    story.types("alembic-rollout backup")
    story.types("alembic-rollout drill --max-age 26h", as_operator=True)
    [backup] = (project.folder / "backups").glob("*-manual.dump")
    backup.rename(backup.with_name("shop.dump"))
    story.types("alembic-rollout restore shop.dump", as_operator=True)
    story.types("alembic-rollout wait")
    database.execute("INSERT INTO customers (email, name) SELECT n, n FROM generate_series(1, 300) AS n")
    database.execute("ANALYZE customers")
    story.types("alembic-rollout statistics")
    database.execute("DROP TABLE alembic_version, alembic_rollout_history")
    story.types("alembic-rollout baseline head", as_operator=True)
    drop = project.versions / "005_drop_first_name.py"
    drop.write_text(drop.read_text() + "# a remark\n")
    story.types("alembic-rollout repair")
    database.execute("ALTER TABLE customers ALTER COLUMN name SET NOT NULL")
    database.execute("CREATE FUNCTION now_utc() RETURNS timestamp RETURN now() AT TIME ZONE 'UTC'")
    story.types("alembic-rollout drift", status=4, ROLLOUT_DRIFT_IGNORE="extension *")
    for slug in ("add_orders", "add_phone"):
        project.revision("006", slug=slug)
    story.types("alembic-rollout renumber")
    assert story.unchecked == set()
