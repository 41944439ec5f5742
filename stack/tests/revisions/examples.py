"""The page docs/examples/generated-revisions.md: five changes of models.py, and what the command wrote for each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff

from revisions.developer import Developer, Written, without_dates

from stack.paths import ROOT

PAGE = ROOT / "docs/examples/generated-revisions.md"
INTRODUCTION = """# Generated revisions

Five changes of `ai-micro-api-user/app/profiles/models.py`, each from the service as it is now: what was typed, what it
printed and every file in full. Written by `make examples`; a test generates them again, compares, and applies, reverts
and re-applies them. [Migrating](../migrating.md) explains them.
"""


@dataclass(frozen=True)
class Example:
    """A change of the models.

    Attributes:
        title: the heading.
        remark: one line below it.
        message: of the revision.
        replacements: what stands in models.py, and what comes in its place.
        renames: what is said to be a rename.
        value: what is filled in; empty where nothing is asked for.
    """

    title: str
    remark: str
    message: str
    replacements: tuple[tuple[str, str], ...]
    renames: tuple[str, ...] = ()
    value: str = ""

    @property
    def command(self) -> str:
        """What is typed."""
        if not self.renames:
            return f'alembic revision --autogenerate -m "{self.message}"'
        options = " ".join(f"--rename {rename}" for rename in self.renames)
        return f'alembic-rollout revision --autogenerate {options} -m "{self.message}"'


_ARGUMENTS = '(Index(None, "created_at", "user_id"),)'
_PHONE = "    phone: Mapped[str | None] = mapped_column(String(16))\n"
_IMPORTS = "from sqlalchemy import Index, String\n"
EXAMPLES = (
    Example(
        "A required column with an index",
        "The value of the rows that are there is asked for, and was written here: `coalesce(display_name, 'unnamed')`.",
        "add nickname",
        (
            (
                _PHONE,
                f"{_PHONE}    nickname: Mapped[str] = mapped_column(String(100), index=True)\n",
            ),
        ),
        value="coalesce(display_name, 'unnamed')",
    ),
    Example(
        "A unique constraint",
        "Its check counts the duplicates before anything is touched.",
        "unique email",
        (
            (_IMPORTS, "from sqlalchemy import Index, String, UniqueConstraint\n"),
            (_ARGUMENTS, '(Index(None, "created_at", "user_id"), UniqueConstraint("email"))'),
        ),
    ),
    Example(
        "A check on a column that is there",
        "Rows that are written from now on meet it at once; those that are there are read in the next revision.",
        "check locale",
        (
            (_IMPORTS, "from sqlalchemy import CheckConstraint, Index, String\n"),
            (
                _ARGUMENTS,
                (
                    '(\n        Index(None, "created_at", "user_id"),\n'
                    '        CheckConstraint("locale <> \'\'", name="locale"),\n    )'
                ),
            ),
        ),
    ),
    Example(
        "A renamed column",
        "Both names are there, and equal, until no release uses the former one.",
        "rename first name",
        (("    first_name:", "    given_name:"),),
        renames=("profiles.first_name=given_name",),
    ),
    Example(
        "Another type",
        "A column of the new type is kept equal beside the old one, and takes its name in the contract.",
        "phone as a number",
        (
            (_IMPORTS, "from sqlalchemy import BigInteger, Index, String\n"),
            (
                "phone: Mapped[str | None] = mapped_column(String(16))",
                "phone: Mapped[int | None] = mapped_column(BigInteger)",
            ),
        ),
    ),
)


def generated(example: Example, developer: Developer) -> tuple[str, list[Written]]:
    """Change the models, type the command, and return a section of the page and the files."""
    before = developer.models.read_text()
    developer.changes(*example.replacements)
    written = developer.generates(example.message, *example.renames)
    section = _section(example, before, developer, written)
    if example.value:
        written = developer.fills_in(written, example.value)
    return section, written


def sections(page: str) -> dict[str, str]:
    """Return the sections of the page by their headings."""
    return {part.partition("\n")[0]: f"## {part.strip()}\n" for part in re.split(r"^## ", page, flags=re.MULTILINE)[1:]}


def page_of(parts: Sequence[str]) -> str:
    """Return the page."""
    return "\n".join((INTRODUCTION, *parts))


def _section(example: Example, before: str, developer: Developer, written: Sequence[Written]) -> str:
    changed = unified_diff(
        before.splitlines(), developer.models.read_text().splitlines(), "models.py", "models.py", n=0, lineterm=""
    )
    diff = "\n".join(line for line in changed if not line.startswith(("---", "+++", "@@")))
    printed = developer.said.replace(f"{developer.folder}/", "")
    said = "\n".join(line.rstrip() for line in printed.splitlines()).strip()
    files = [f"`{file.path.name}`\n\n```python\n{without_dates(file.text).rstrip()}\n```\n" for file in written]
    return "\n".join(
        (
            f"## {example.title}\n",
            f"{example.remark}\n",
            f"```diff\n{diff}\n```\n",
            f"```console\n$ {example.command}\n{said}\n```\n",
            *files,
        )
    )
