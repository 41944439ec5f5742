"""Writes the texts of the console into its translations: `make translations`.

What the services say is there too, as docs/openapi has it, with its code as the context: of problems (the examples of
problem documents), of whatever has `x-texts`, and what pydantic says of fields (`tools.field_errors`). So is what a
proxy in front of them says in their place, as deploy/haproxy has it.
Translations that are there stay; a text that is new has none, and a test names it.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from tools.field_errors import kinds_of_field_errors, template_of

from app.apis.problems import NO_ANSWER, NOT_REACHED

FOLDER = Path(__file__).parent.parent
TRANSLATIONS = FOLDER / "app" / "translations"
OPENAPI = FOLDER.parent / "docs" / "openapi"
PROXY = FOLDER.parent / "deploy" / "haproxy"
LANGUAGES = ("ja",)
WIDTH = 120
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
_OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.i18n", "trimmed": "true"}}
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "translated": None, "translated_plural": (1, 2)}


def texts() -> Catalog:
    """Return every text of the console, with the files that it stands in."""
    catalog = Catalog(charset="utf-8")
    for file, _, message, _, context in _extracted():
        catalog.add(message, locations=[(file, 0)], context=context)
    for problem in (NO_ANSWER, NOT_REACHED):
        catalog.add(problem["detail"], locations=[("apis/problems.py", 0)], context=problem["code"])
    for document in sorted(OPENAPI.glob("*.json")):
        for code, text in _texts_of_service(json.loads(document.read_text())):
            catalog.add(text, locations=[(f"docs/openapi/{document.name}", 0)], context=code)
    for part in sorted(PROXY.glob("*.cfg")):
        for problem in problems_of_proxy(part):
            catalog.add(problem["detail"], locations=[(f"deploy/haproxy/{part.name}", 0)], context=problem["code"])
    return catalog


def problems_of_proxy(file: Path) -> list[dict[str, Any]]:
    """Return the problem documents that a configuration of HAProxy answers with."""
    return [json.loads(found) for found in re.findall(r"application/problem\+json string '(.*?)'", file.read_text())]


def _texts_of_service(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the codes and texts of an OpenAPI document."""
    yield from _written_out(document)
    for kind in sorted(kinds_of_field_errors(document)):
        yield kind, template_of(kind)


def _written_out(part: object) -> Iterator[tuple[str, str]]:
    if isinstance(part, dict) and isinstance(part.get("code"), str) and isinstance(part.get("detail"), str):
        yield part["code"], part["detail"]
    elif isinstance(part, dict | list):
        if isinstance(part, dict):
            for code, texts_of_code in part.get("x-texts", {}).items():
                yield from ((code, text) for text in texts_of_code)
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _written_out(inner)


def _extracted() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    return extract_from_dir(FOLDER / "app", _METHODS, _OPTIONS, _KEYWORDS)


def updated(language: str) -> Catalog:
    """Return a language's catalogue with today's texts, and what was translated."""
    with (TRANSLATIONS / f"{language}.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    catalog.update(texts(), no_fuzzy_matching=True, update_header_comment=False)
    catalog.obsolete.clear()
    return catalog


def main() -> None:
    """Write the catalogues."""
    for language in LANGUAGES:
        catalog = updated(language)
        with (TRANSLATIONS / f"{language}.po").open("wb") as file:
            write_po(file, catalog, width=WIDTH, sort_by_file=True, omit_header=True, include_lineno=False)


if __name__ == "__main__":
    main()
