"""Writes the texts of the console into its translations: `make translations`.

What the services say of problems is there too, as docs/openapi has it, with the code of the problem as the context.
Translations that are there stay; a text that is new has none, and a test names it.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from app.apis.problems import NO_ANSWER, NOT_REACHED

FOLDER = Path(__file__).parent.parent
TRANSLATIONS = FOLDER / "app" / "translations"
OPENAPI = FOLDER.parent / "docs" / "openapi"
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
        for problem in _problems(json.loads(document.read_text())):
            catalog.add(problem["detail"], locations=[(f"docs/openapi/{document.name}", 0)], context=problem["code"])
    return catalog


def _problems(part: object) -> Iterator[dict[str, str]]:
    """Yield the examples of problem documents in a part of an OpenAPI document."""
    if isinstance(part, dict) and isinstance(part.get("code"), str) and isinstance(part.get("detail"), str):
        yield part
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _problems(inner)


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
