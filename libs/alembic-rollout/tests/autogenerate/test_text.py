"""The files that are written: their names, their form, their imports."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from autogenerate.developer import Developer

REPOSITORY = Path(__file__).parents[4]
RUFF = REPOSITORY / "stack/.venv/bin/ruff"
TEMPLATE = REPOSITORY / "ai-micro-api-user/app/db/migrations/script.py.mako"
TYPES = """
from sqlalchemy.types import UserDefinedType


class MONEY(UserDefinedType):
    cache_ok = True

    def get_col_spec(self, **_):
        return "money"
"""
BEFORE = """
from types_of_ours import MONEY
Table("things", metadata, Column("id", Integer, primary_key=True), Column("name", Text), Column("gone", JSONB))
"""
AFTER = """
from types_of_ours import MONEY
Table(
    "things", metadata, Column("id", Integer, primary_key=True), Column("name", Text, index=True),
    Column("price", MONEY()), Column("note", Text, nullable=False, server_default="it's"),
    Column("a_column_with_a_rather_long_name", String(200), comment="what 'it' is about, and \\\\ \\"why\\" " * 4),
    Column("mood", Enum("fine", "sad", name="mood")),
    CheckConstraint("name <> 'a' AND name <> '' AND length(name) < 1000 AND name NOT IN ('x', 'y', 'zzzzz')", name="n"),
    UniqueConstraint("name", "a_column_with_a_rather_long_name"),
)
Table("others", metadata, Column("id", Uuid, primary_key=True), Column("tags", ARRAY(Text)), Column("data", JSONB))
"""


@pytest.fixture
def service(developer: Developer) -> Developer:
    """A developer in a service of this repository: its template, and the repository's settings of ruff."""
    folder = developer.project.folder
    shutil.copy(TEMPLATE, folder / "migrations/script.py.mako")
    shutil.copy(REPOSITORY / "ruff.toml", folder)
    (folder / "types_of_ours.py").write_text(TYPES)
    return developer


def ruff(developer: Developer, *command: str) -> str:
    done = subprocess.run(
        [str(RUFF), *command, "migrations/versions"],
        cwd=developer.project.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_what_is_written_passes_the_repositorys_own_linter_and_formatter(service: Developer) -> None:
    service.begin(BEFORE)
    files = service.change(AFTER, "add things")
    assert ruff(service, "check", "--no-cache") == ""
    assert ruff(service, "format", "--no-cache", "--diff") == ""
    text = files["002_add_things.py"]
    assert "from types_of_ours import MONEY" in text
    assert 'sa.Column("price", MONEY(), nullable=True)' in text
    comment = text.partition("\ndef upgrade")[0].count("\n# ")
    assert comment == 5, "five lines of why"


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("タグを追加する。", "002_タグを追加する.py"),
        ('say "it\'s" \\n', "002_say_it_s_n.py"),
        ('a """ b', "002_a_b.py"),
        ("Ünïcode NAMES", "002_ünïcode_names.py"),
        ("${1 + 1} <% import os %>", "002_1_1_import_os.py"),
        ("x" * 150 + " and more", f"002_{'x' * 60}_.py"),
    ],
)
def test_a_message_in_any_script_gives_a_file_name_and_a_docstring(service: Developer, message: str, name: str) -> None:
    service.begin('Table("t", metadata, Column("id", Integer, primary_key=True))')
    service.models('Table("t", metadata, Column("id", Integer, primary_key=True), Column("a", Text))')
    (path,) = service.generate(message)
    if len(message) < 100:
        assert path.name == name
    assert re.fullmatch(r"002_[^\WA-Z]+\.py", path.name)
    assert ruff(service, "check", "--no-cache") == ""
    assert ruff(service, "format", "--no-cache", "--diff") == ""
    service.project.upgrade()


def test_a_message_without_a_letter_is_refused(service: Developer) -> None:
    service.models('Table("t", metadata, Column("id", Integer, primary_key=True))')
    done = service.type(message="!?")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert list(service.project.versions.glob("*.py")) == []
