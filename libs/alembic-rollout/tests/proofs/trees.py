"""The trees that are killed: those of the three services, and one made up for each helper."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copy
from textwrap import dedent

from sample_project import Project

_ROOT = Path(__file__).parents[4]
# The admin service's first revision names the type of a package that this library has no use for.
_PGVECTOR = """
from sqlalchemy.types import UserDefinedType


class VECTOR(UserDefinedType):
    def get_col_spec(self, **_):
        return "vector"
"""
_TABLES = dedent("""
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("first_name", sa.Text()),
        sa.Column("visits", sa.Integer(), server_default="0", nullable=False),
    )
    op.create_table(
        "orders", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("person_id", sa.BigInteger())
    )
    op.create_index("ix_orders_person_id", "orders", ["person_id"])
    op.execute("INSERT INTO people (first_name) SELECT 'Name ' || n FROM generate_series(1, 2000) AS n")
    op.execute("INSERT INTO orders SELECT n, n FROM generate_series(1, 500) AS n")
""")
_HELPERS = {
    # Not idempotent on purpose: a batch that ran twice shows.
    "backfill": 'operations.backfill("people", set_="visits = visits + 1", batch_size=700, pause=0)',
    "create-index": 'operations.create_index_concurrently("ix_people_first_name", "people", ["first_name"])',
    "drop-index": 'operations.drop_index_concurrently("ix_orders_person_id")',
    "not-null": 'operations.set_not_null("people", "first_name")',
    "foreign-key": 'operations.add_foreign_key("fk_orders_person_id", "orders", "people", ["person_id"], ["id"])',
    "check": 'operations.add_check("ck_people_visits", "people", "visits >= 0")',
}


@dataclass(frozen=True, slots=True)
class Tree:
    """A linear tree of revisions.

    Attributes:
        name: for the tests' ids.
        revisions: their ids, oldest first.
        killed: those that are worth killing.
        folder: where its revision files are; None for a made-up one.
    """

    name: str
    revisions: tuple[str, ...]
    killed: tuple[str, ...]
    folder: Path | None = None

    def write(self, project: Project) -> None:
        """Put the tree into a project."""
        if self.folder is None:
            project.revision("001", _TABLES)
            project.revision("002", _HELPERS[self.name])
            return
        for revision in self.revisions:
            [file] = self.folder.glob(f"{revision}_*.py")
            copy(file, project.versions)
        package = project.folder / "pgvector"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "sqlalchemy.py").write_text(_PGVECTOR)

    def ending_after(self, revision: str) -> "Tree":
        """The same tree up to the revision that follows one of them: what comes later costs time and shows nothing."""
        return replace(self, revisions=self.revisions[: self.revisions.index(revision) + 2])

    def until(self, revision: str) -> tuple[str, ...]:
        """The revisions before one of them."""
        return self.revisions[: self.revisions.index(revision)]

    def after(self, revision: str) -> str:
        """The revision that follows another one; `end` for the last."""
        return (*self.revisions, "end")[self.revisions.index(revision) + 1]


def trees() -> Iterator[Tree]:
    """The made-up trees, and those of the services that are beside this library."""
    for helper in _HELPERS:
        yield Tree(helper, ("001", "002"), ("002",))
    for folder in sorted(_ROOT.glob("ai-micro-api-*/app/db/migrations/versions")):
        numbers = tuple(sorted(path.name.partition("_")[0] for path in folder.glob("[0-9]*.py")))
        if numbers:
            service = folder.relative_to(_ROOT).parts[0].removeprefix("ai-micro-api-")
            yield Tree(service, numbers, numbers, folder)
