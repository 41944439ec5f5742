"""The language of a page: the one that was chosen, or the first that the browser asks for and that there is."""

import io
import re
from collections import defaultdict
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from string import Formatter
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


def translated_of_service(text: str, code: object, *, around: str = "") -> str:
    """Return what a service says, in the language of this task.

    Services speak English. docs/openapi has the texts that belong to a code, with `{name}` where a value stands, and
    they are translated with the value that stands there; any other text follows in its own words.

    Args:
        text: what it says.
        code: of the text; anything, where a service has given none.
        around: the code of texts that may stand around it, in which it is the `{reason}`.
    """
    for pattern, translation in _texts_of_services(current()).get(around, ()):
        if found := pattern.fullmatch(text):
            values = found.groupdict()
            return translation.format_map(values | {"reason": translated_of_service(values["reason"], code)})
    texts = _texts_of_services(current()).get(str(code), ())
    for pattern, translation in texts:
        if found := pattern.fullmatch(text):
            return translation.format_map(found.groupdict())
    usual = next((translation for pattern, translation in texts if not pattern.groups), None)
    return text if usual is None else f"{usual} ({text})"


def translated_problem(problem: Mapping[str, Any]) -> str:
    """Return what a problem document (RFC 9457) says, in the language of this task."""
    return translated_of_service(str(problem["detail"]), problem.get("code"))


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
def _texts_of_services(language: str) -> dict[str, list[tuple[re.Pattern[str], str]]]:
    """Return patterns of what services say, and the translations, by their codes."""
    texts: dict[str, list[tuple[re.Pattern[str], str]]] = defaultdict(list)
    for message in () if language == SOURCE else _catalog(language):
        if message.context:
            texts[message.context].append((_pattern(str(message.id)), str(message.string)))
    return dict(texts)


def _pattern(text: str) -> re.Pattern[str]:
    """Return what matches a text with any values in the places of its `{name}`s."""
    parts = ((re.escape(literal), name) for literal, name, *_ in Formatter().parse(text))
    return re.compile("".join(literal + (f"(?P<{name}>.*?)" if name else "") for literal, name in parts), re.DOTALL)


def _catalog(language: str) -> Catalog:
    with (_FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)
