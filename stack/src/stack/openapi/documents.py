"""The document of a service: as its code has it now, as it is kept, and as the last release had it."""

import json
from pathlib import Path
from typing import Any

from stack.paths import ROOT
from stack.release.git import git
from stack.services.code import ask_application
from stack.services.service import Service

FOLDER = ROOT / "docs/openapi"
Document = dict[str, Any]

_RELEASES = "v[0-9]*"


def document_of(service: Service) -> Document:
    """Return the document that the code of a service makes; no database is asked.

    Raises:
        StackError: its application cannot be built.
    """
    document: Document = ask_application(service, "app.openapi()")
    return document


def as_text(document: Document) -> str:
    """Return a document as it is kept: a line for each value, so that a review shows what changes."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def kept_document(service: Service) -> str:
    """Return the text that is kept of a service's document; empty where there is none yet."""
    file = FOLDER / f"{service.name}.json"
    return file.read_text() if file.exists() else ""


def last_release() -> str | None:
    """Return the tag of the last release that this commit is built on; None before the first one."""
    tags = git(ROOT, "tag", "--list", _RELEASES, "--merged", "HEAD", "--sort=-version:refname").splitlines()
    return tags[0] if tags else None


def released_services(tag: str) -> list[str]:
    """Return the names of the services whose documents a release has."""
    folder = FOLDER.relative_to(ROOT).as_posix()
    files = git(ROOT, "ls-tree", "--name-only", tag, "--", f"{folder}/").splitlines()
    return [Path(file).stem for file in files if file.endswith(".json")]


def released_document(service: Service, tag: str) -> Document | None:
    """Return a service's document of a release; None where the release did not have the service."""
    name = f"{FOLDER.relative_to(ROOT).as_posix()}/{service.name}.json"
    if not git(ROOT, "ls-tree", "--name-only", tag, "--", name):
        return None
    document: Document = json.loads(git(ROOT, "show", f"{tag}:{name}"))
    return document
