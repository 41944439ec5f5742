"""What the documents point to exists."""

import re
import subprocess
from pathlib import Path

import pytest

from stack.paths import ROOT
from stack.services.service import known_services

DOCUMENTS = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") or part == "node_modules" for part in path.relative_to(ROOT).parts)
)
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


@each_document
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    text = document.read_text()
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text)
    assert [target for target in targets if not (document.parent / target).exists()] == []


@each_document
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    named = set(re.findall(r"`make ([a-z][a-z0-9-]*)", document.read_text()))
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", makefile, re.MULTILINE))
    assert named <= targets | {f"test-{service.name}" for service in known_services()}


@each_document
def test_it_names_no_path_of_the_machine_that_it_was_written_on(document: Path) -> None:
    assert str(ROOT) not in document.read_text()


@pytest.mark.parametrize("service", [service.folder_name for service in known_services()])
@pytest.mark.parametrize("name", ["README.md", "CLAUDE.md"])
def test_every_service_documents_its_alembic_commands(service: str, name: str) -> None:
    text = (ROOT / service / name).read_text()
    for command in ("upgrade head", "downgrade -1", "downgrade base", "current", "history", "heads", "--autogenerate"):
        if name == "CLAUDE.md":
            assert f"alembic {command}" in text or command in text, command
    assert "alembic" in text


def test_make_alone_lists_every_target_with_its_help() -> None:
    done = subprocess.run(["make"], check=True, cwd=ROOT, capture_output=True, text=True, timeout=60)
    makefile = (ROOT / "Makefile").read_text()
    for target, _ in re.findall(r"^([a-z][a-z0-9-]*):.*## (.+)$", makefile, re.MULTILINE):
        assert re.search(rf"^  {target} ", done.stdout, re.MULTILINE), target
