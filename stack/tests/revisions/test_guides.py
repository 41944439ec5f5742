"""What docs/migrating.md quotes is what the tools say, and its Japanese version is in step with it."""

import os
import re
import subprocess

import pytest
from revisions.developer import VERSIONS, Developer

from stack.commands.with_postgres import VARIABLE
from stack.paths import ROOT

GUIDE = (ROOT / "docs/migrating.md").read_text()
JAPANESE = (ROOT / "docs/migrating.ja.md").read_text()
REVISION = '''"""By hand."""

import sqlalchemy as sa
from alembic import op

revision = "004"
down_revision = "003"


def upgrade() -> None:
    {upgrade}


def downgrade() -> None:
    {downgrade}
'''
NAME = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")


def by_hand(developer: Developer, name: str, upgrade: str, downgrade: str) -> None:
    file = developer.folder / VERSIONS / f"004_{name}.py"
    file.write_text(REVISION.format(upgrade=upgrade, downgrade=downgrade))


def test_what_the_linter_says_of_an_index_by_hand_is_what_the_guide_quotes(developer: Developer) -> None:
    by_hand(
        developer,
        "index_phone",
        'op.create_index("ix_profiles_phone", "profiles", ["phone"])',
        'op.drop_index("ix_profiles_phone", "profiles")',
    )
    said = developer.runs("alembic-rollout lint --since 003").stdout
    assert said.partition("\n\n")[0] in GUIDE, said


def test_what_is_said_of_the_previous_releases_statements_is_what_the_guide_quotes(developer: Developer) -> None:
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "the release before"]):
        subprocess.run(["git", *NAME, *command], cwd=developer.folder, check=True)
    by_hand(
        developer,
        "require_nickname",
        'op.add_column("profiles", sa.Column("nickname", sa.String(100), nullable=False))',
        'op.drop_column("profiles", "nickname")',
    )
    done = developer.runs("alembic-rollout lint --base HEAD", ROLLOUT_ADMIN_URL=os.environ[VARIABLE])
    assert done.returncode == 4
    [finding] = [part for part in done.stdout.split("\n\n") if "breaks-previous-release" in part.splitlines()[0]]
    assert finding in GUIDE, finding


def test_the_guide_reverts_to_a_revision_by_its_number() -> None:
    """`-4` would revert a released revision too, where the running service holds the contract that was generated."""
    [steps] = [block for block in blocks(GUIDE) if "alembic downgrade" in block and "record-statements" in block]
    assert re.findall(r"alembic downgrade (\S+)", steps) == ["003"]


def blocks(page: str) -> list[str]:
    """Return what is typed and printed, without the remarks behind commands."""
    found = re.findall(r"^ *```.*?^ *```$", page, re.MULTILINE | re.DOTALL)
    return [re.sub(r" +# .*$", "", block, flags=re.MULTILINE) for block in found]


def headings(page: str) -> list[int]:
    return [
        len(found) for found in re.findall(r"^(#+) ", re.sub(r"```.*?```", "", page, flags=re.DOTALL), re.MULTILINE)
    ]


def targets(page: str) -> list[str]:
    """Return what a page links to, without anchors: those of the other page have other names."""
    found = re.findall(r"\]\(([^)#]+)", page)
    return sorted({target.replace(".ja.md", ".md") for target in found})


@pytest.mark.parametrize("part", [blocks, headings, targets], ids=lambda part: part.__name__)
def test_the_japanese_guide_is_in_step(part: object) -> None:
    assert callable(part)
    assert part(JAPANESE) == part(GUIDE)


def test_the_tables_of_the_japanese_guide_have_the_same_rows() -> None:
    """The first column names what is typed or said, where that is code."""
    codes = [re.findall(r"`[^`]+`", line.split(" | ")[0]) for line in GUIDE.splitlines() if line.startswith("| ")]
    japanese = [re.findall(r"`[^`]+`", line.split(" | ")[0]) for line in JAPANESE.splitlines() if line.startswith("| ")]
    assert japanese == codes
