"""Services, kit, stack and documents say things in the field's words; libs/alembic-rollout tests its own."""

import re
import subprocess
from pathlib import Path

import pytest
from plain_english import words_of_the_dialect

from stack.paths import ROOT
from stack.services.service import known_services

SERVICES = tuple(service.name for service in known_services())
CODE = (
    *(f"ai-micro-api-{service}/app/" for service in SERVICES),
    *(
        "libs/service-kit/service_kit/",
        "console/app/",
        "console/tools/",
        "postgres-init/",
        "stack/src/",
        "stack/bin/",
        "stack/service-template/",
    ),
)
# The library has a test of its own, a released revision is not changed any more, and the licence is quoted.
NOT_JUDGED = ("libs/alembic-rollout/", "/migrations/versions/", "LICENSE")
PARTS_WITH_TESTS = (*(f"ai-micro-api-{service}" for service in SERVICES), "libs/service-kit", "console", "stack")
# Those of a new service too, which git does not know yet.
LIST_FILES = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate")
ENDINGS = {".py", ".html", ".md", ".mako", ".sql", ".sh", ".yml", ".example", ""}


def files() -> list[Path]:
    listed = subprocess.run(LIST_FILES, check=True, cwd=ROOT, capture_output=True, text=True).stdout
    judged = (name for name in listed.splitlines() if not any(part in name for part in NOT_JUDGED))
    return [
        ROOT / name
        for name in judged
        if name.endswith(".md") or (Path(name).suffix in ENDINGS and (name.startswith(CODE) or "/" not in name))
    ]


def words_in(text: str) -> list[str]:
    """Return the words of the dialect in a text, not counting the account that is called nobody."""
    return words_of_the_dialect(re.sub(r'[`"]nobody[`"]', "", text))


@pytest.mark.parametrize("file", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_code_and_documents_are_in_plain_english(file: Path) -> None:
    found = {number: words for number, line in enumerate(file.read_text().splitlines(), 1) if (words := words_in(line))}
    assert found == {}


def test_names_of_tests_are_in_plain_english() -> None:
    modules = (path for part in PARTS_WITH_TESTS for path in (ROOT / part / "tests").rglob("test_*.py"))
    names = (
        name for path in modules for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE)
    )
    assert [name for name in names if words_in(name.replace("_", " "))] == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_part_is_read(service: str) -> None:
    read = {str(path.relative_to(ROOT)) for path in files()}
    assert {f"ai-micro-api-{service}/app/main.py", f"ai-micro-api-{service}/README.md"} < read
    assert {"libs/service-kit/service_kit/tokens/verification.py", "stack/src/stack/__main__.py", "Makefile"} < read


def test_the_account_of_that_name_is_not_taken_for_the_dialect() -> None:
    assert words_in("else `nobody`") == []
    assert words_in("nobody knows") != []
