"""The language of a page: the one that was chosen, or the first that the browser asks for and that there is."""

import io
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from fastapi import Request

LANGUAGES = {"en": "English", "ja": "日本語"}
SOURCE = "en"
"""The language that the texts are written in."""
COOKIE = "language"
_FOLDER = Path(__file__).parent / "translations"

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


def translated_problem(problem: Mapping[str, Any]) -> str:
    """Return what a service says of a problem, in the language of this task.

    Services speak English. What one always says of a problem is translated; where it says something else, such as a
    name or a number, that follows in its words.

    Args:
        problem: a problem document (RFC 9457) with `detail`, and with `code` where a service wrote it.
    """
    detail = str(problem["detail"])
    usual, translation = _problems(current()).get(str(problem.get("code", "")), (detail, detail))
    return translation if detail == usual else f"{translation} ({detail})"


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
    compiled = io.BytesIO()
    write_mo(compiled, _catalog(language))
    compiled.seek(0)
    return Translations(compiled)


@cache
def _problems(language: str) -> dict[str, tuple[str, str]]:
    """Return what services always say of each problem, and its translation, by the problem's code."""
    if language == SOURCE:
        return {}
    texts = ((message.context, str(message.id), str(message.string)) for message in _catalog(language))
    return {code: (usual, translation) for code, usual, translation in texts if code}


def _catalog(language: str) -> Catalog:
    with (_FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)
