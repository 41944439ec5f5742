"""docs/security.md has OWASP ASVS 5.0 up to level 2, and what it points to exists."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from stack.paths import ROOT

PAGE = ROOT / "docs" / "security.md"
STATES = ("met", "n/a", "open")
PARTS = {
    "kit": "libs/service-kit",
    "rollout": "libs/alembic-rollout",
    "auth": "ai-micro-api-auth",
    "user": "ai-micro-api-user",
    "admin": "ai-micro-api-admin",
}
# The levels of a section's requirements, in their order: 1.5.1 is of level 1, 1.5.2 of level 2 and 1.5.3 of level 3.
# Source: OWASP Application Security Verification Standard 5.0.0. Chapter 17 (WebRTC) is left out.
LEVELS = """
1.1 22  1.2 1111122223  1.3 112222222223  1.4 222  1.5 123
2.1 122  2.2 112  2.3 12223  2.4 23
3.1 3  3.2 113  3.3 12223  3.4 11222233  3.5 11122333  3.6 3  3.7 22333
4.1 12233  4.2 23333  4.3 22  4.4 1222
5.1 2  5.2 112333  5.3 113  5.4 222
6.1 122  6.2 111111112222  6.3 11223333  6.4 112233  6.5 22222333  6.6 2223  6.7 33  6.8 2222
7.1 222  7.2 1111  7.3 22  7.4 11222  7.5 223  7.6 22
8.1 1233  8.2 1123  8.3 133  8.4 23
9.1 111  9.2 1222
10.1 22  10.2 223  10.3 22223  10.4 1111122222233333  10.5 22222  10.6 22  10.7 222
11.1 2233  11.2 22233  11.3 11233  11.4 1222  11.5 23  11.6 23  11.7 33
12.1 12233  12.2 11  12.3 22223
13.1 2333  13.2 222223  13.3 2233  13.4 1222233
14.1 22  14.2 12223333  14.3 122
15.1 12233  15.2 12233  15.3 1222222  15.4 3333
16.1 2  16.2 22222  16.3 2222  16.4 222  16.5 2223
"""


@dataclass(frozen=True)
class Row:
    """One requirement."""

    number: str
    level: int
    asks: str
    state: str
    where: str
    test: str

    @property
    def paths(self) -> list[str]:
        """Files and tests that the row names."""
        return [name for name in _code(self.where + self.test) if _is_path(name)]

    @property
    def settings(self) -> list[str]:
        """Variables that the row names."""
        return [name for name in _code(self.where) if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", name)]


def _code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def _is_path(name: str) -> bool:
    # Not `/openapi.json`, `POST /auth/login` or `make admin`.
    return re.search(r"/|\.[a-z]+$", name) is not None and not re.search(r"^/| ", name)


def _rows() -> list[Row]:
    lines = re.findall(r"^\| (\d+\.\d+\.\d+) \| (\d) \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    return [Row(number, int(level), *cells.split(" | ")) for number, level, cells in lines]


ROWS = _rows()
each_row = pytest.mark.parametrize("row", ROWS, ids=[row.number for row in ROWS])


def test_every_requirement_up_to_level_2_has_one_row_with_its_level() -> None:
    words = LEVELS.split()
    expected = [
        (f"{section}.{number}", int(level))
        for section, levels in zip(words[::2], words[1::2], strict=True)
        for number, level in enumerate(levels, start=1)
        if level != "3"
    ]
    assert [(row.number, row.level) for row in ROWS] == expected


@each_row
def test_a_row_says_where_it_is_met_and_by_which_test_or_why_not(row: Row) -> None:
    assert row.state in STATES
    assert "::" in row.test or row.test == ("by reading" if row.state == "met" else "-")
    if row.state == "met":
        assert row.paths or row.settings
    else:
        assert len(row.where.split()) > 1


@each_row
def test_files_and_tests_that_a_row_names_exist(row: Row) -> None:
    missing = [name for name in row.paths if not _exists(name)]
    assert missing == []


@each_row
def test_settings_that_a_row_names_exist(row: Row) -> None:
    documents = [ROOT / "docker-compose.yml", *ROOT.glob("ai-micro-api-*/README.md")]
    documented = "".join(document.read_text() for document in documents)
    assert [name for name in row.settings if not re.search(rf"\b{name}\b", documented)] == []


def _exists(name: str) -> bool:
    path, _, test = name.partition("::")
    first, _, rest = path.partition("/")
    file = ROOT / PARTS.get(first, first) / rest
    return file.is_file() and (not test or _has_test(file, test))


def _has_test(file: Path, test: str) -> bool:
    return re.search(rf"^\s*(async )?def {re.escape(test)}\(", file.read_text(), re.MULTILINE) is not None
