"""The README says what the code does: its tables are held against the code, and its outputs against the verbs."""

import getpass
import inspect
import re
import socket
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from sample_project import Project
from sqlalchemy import make_url

from alembic_rollout import Schema, errors, operations
from alembic_rollout.command_line import CommandLine
from alembic_rollout.commands.verbs import VERBS
from alembic_rollout.lint.rules import RULES
from alembic_rollout.metrics import RolloutCollector
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.settings import PREFIX, Settings, load_settings

README = (Path(__file__).parents[2] / "README.md").read_text()


def section(title: str) -> str:
    """Return what stands under a heading, up to the next one."""
    return re.split(r"^#{2,3} ", README.partition(f"## {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """Return the rows of the tables in a text, without their headings."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    ruled = [number for number, line in enumerate(lines) if re.fullmatch(r"[|-]+", line)]
    headings = {number - 1 for number in ruled} | set(ruled)
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for number, line in enumerate(lines)
        if number not in headings
    ]


def codes(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_every_setting_is_listed_with_its_variable_and_its_default(tmp_path: Path) -> None:
    table = [[codes(cell)[0] for cell in row[:3]] for row in rows(section("Settings"))]
    assert [name for name, _, _ in table] == list(Settings.__dataclass_fields__)
    assert [variable for _, variable, _ in table] == [f"{PREFIX}{name.upper()}" for name, _, _ in table]
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text("[tool.alembic-rollout]\n" + "".join(f"{name} = {default}\n" for name, _, default in table))
    assert tomllib.loads(pyproject.read_text())
    assert load_settings(pyproject, {}) == Settings()


def test_every_exit_status_is_listed_with_its_error() -> None:
    table = {int(status): codes(error) for status, error, _ in rows(section("Exit statuses"))}
    classes = [found for found in vars(errors).values() if inspect.isclass(found)]
    raised = [found for found in classes if issubclass(found, errors.RolloutError)]
    assert table == {0: []} | {error.exit_status: [error.__name__] for error in raised}


def test_every_verb_is_listed_with_its_options() -> None:
    table = {codes(row[0])[0].split()[0]: re.findall(r"--[a-z]+", row[1]) for row in rows(section("Commands"))}
    assert {verb: sorted(options) for verb, options in table.items()} == {
        verb.__name__: sorted(str(CommandLine._KWARGS_OPTS[name][0]) for name in _options(verb)) for verb in VERBS
    }


def _options(verb: Callable[..., None]) -> list[str]:
    return [name for name, it in inspect.signature(verb).parameters.items() if it.default is not it.empty]


def test_the_rules_of_the_linter_are_those_of_its_table() -> None:
    expected = [[f"`{rule.name}`", rule.meaning, rule.harm, rule.remedy] for rule in RULES.values()]
    assert rows(section("What the linter says")) == expected


def test_every_helper_for_revisions_is_shown_and_explained() -> None:
    text = section("Writing revisions")
    shown = {name for name in operations.__all__ if f"operations.{name}(" in text}
    explained = {name for row in rows(text) for name in codes(row[0])}
    assert shown == explained == set(operations.__all__)


def test_the_helpers_are_shown_as_they_can_be_called() -> None:
    [block] = re.findall(r"```python\n(from alembic_rollout import operations\n.*?)```", README, re.DOTALL)
    called = []

    def stand_in(name: str) -> Callable[..., None]:
        def call(*positional: object, **named: object) -> None:
            inspect.signature(getattr(operations, name)).bind(*positional, **named)
            called.append(name)

        return call

    helpers = SimpleNamespace(**{name: stand_in(name) for name in operations.__all__})
    exec(block.partition("\n")[2], {"operations": helpers, "sa": SimpleNamespace(text=str)})  # noqa: S102 - our README
    assert set(called) == set(operations.__all__)


def test_every_metric_is_listed_with_its_type() -> None:
    environment = SimpleNamespace(version_table=VersionTable(None, "alembic_version"), settings=Settings())
    schema = cast(Schema, SimpleNamespace(environment=environment))
    described = {
        metric.name + "_total" * (metric.type == "counter"): metric.type
        for metric in RolloutCollector(schema, lambda: pytest.fail("no database is asked")).describe()
    }
    assert {codes(name)[0]: kind for name, kind, _ in rows(section("Metrics"))} == described


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
    """Plays the example of the README, and compares what is printed with what stands there.

    Args:
        project: on an empty database.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        blocks = re.findall(r"```console\n\$ ([^\n#]+?) *(?:#[^\n]*)?\n(.*?)```", README, re.DOTALL)
        self.printed: dict[str, str] = dict(blocks)
        self.unchecked = set(self.printed)

    def types(
        self, command: str, *, status: int = 0, words: int | None = None, as_operator: bool = False, **variables: str
    ) -> None:
        """Run a command of the README in the project and compare.

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


def test_what_the_verbs_print_is_what_the_readme_shows(story: Story) -> None:
    project, database = story.project, story.project.database
    story.writes_revisions()
    story.types("alembic-rollout lint", status=4)
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
    [backup] = (project.folder / "backups").glob("*-manual.dump")
    backup.rename(backup.with_name("shop.dump"))
    story.types("alembic-rollout restore shop.dump", as_operator=True)
    story.types("alembic-rollout wait")
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
