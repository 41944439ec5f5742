"""Writes the texts of the console into its translations: `make translations`.

Translations that are there stay; a text that is new has none, and a test names it.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).parent.parent
TRANSLATIONS = FOLDER / "app" / "translations"
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
    return catalog


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
