"""Every link of a page of the repository leads to a file that exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
PAGES = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("libs/*/README.md"),
    *ROOT.glob("ai-micro-api-*/*.md"),
]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text()) if not re.match(r"\w+:", target)]
    assert [target for target in targets if not (page.parent / target).resolve().exists()] == []
