"""The language of a page: the one that was chosen, or the first that the browser asks for and that there is."""

import io
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from fastapi import Request

LANGUAGES = {"en": "English", "ja": "日本語"}
SOURCE = "en"
"""The language that the texts are written in."""
COOKIE = "language"
_FOLDER = Path(__file__).parent.parent / "translations"

_current: ContextVar[str] = ContextVar("language", default=SOURCE)


def enter(request: Request) -> None:
    """Make the language of a request the one of this task."""
    chosen = request.cookies.get(COOKIE, "")
    _current.set(chosen if chosen in LANGUAGES else _preferred(request.headers.get("accept-language", "")))


def current() -> str:
    """Return the language of this task."""
    return _current.get()


def translated(text: str) -> str:
    """Return a text in the language of this task."""
    return str(_translations(current()).gettext(text))


def translated_plural(one: str, many: str, count: int) -> str:
    """Return the form of a text that fits a number, in the language of this task."""
    return str(_translations(current()).ngettext(one, many, count))


def _preferred(accepted: str) -> str:
    # RFC 9110 section 12.5.4: `ja-JP,ja;q=0.9,en;q=0.8`.
    weighed = []
    for part in accepted.split(","):
        name, _, parameter = part.partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        language = name.strip().partition("-")[0].lower()
        if language in LANGUAGES and 0 < weight <= 1:
            weighed.append((weight, language))
    return max(weighed, key=lambda found: found[0])[1] if weighed else SOURCE


@cache
def _translations(language: str) -> NullTranslations:
    if language == SOURCE:
        return NullTranslations()
    with (_FOLDER / f"{language}.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)
