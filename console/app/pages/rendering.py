"""Templates to pages. A name that a template misses is an error, so that no page silently leaves something out."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app import language
from app.pages import answers, texts
from app.pages.durations import format_duration
from service_kit.server.middleware.safe_headers import content_security_policy

_FOLDER = Path(__file__).parent.parent
_OWN = "'self'"
POLICY = content_security_policy(
    {"script-src": _OWN, "style-src": _OWN, "img-src": f"{_OWN} data:", "connect-src": _OWN, "form-action": _OWN}
)
"""What a page may load and do: only what this server has, and no script that stands in the page itself."""
_SEEN = "@seen@"
"""Stands in a fragment for what is known once it is rendered."""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        language.translated, language.translated_plural, newstyle=True
    )
    environment.filters |= {"time": _time, "duration": format_duration, "problem": language.translated_problem}
    environment.filters |= {"translated": language.translated_of_service, "failure": texts.failure}
    environment.filters |= {"size": texts.size, "marked": texts.marked, "answer": answers.as_html}
    environment.globals |= {"static": _static, "languages": language.LANGUAGES}
    return environment


def page(
    request: Request, template: str, values: Mapping[str, Any] | None = None, *, status: int = HTTPStatus.OK
) -> Response:
    """Return a page.

    Args:
        request: for whom.
        template: its file in `templates`.
        values: what the template uses.
        status: of the answer.
    """
    return _html(_text(request, template, values or {}), status)


def fragment(request: Request, template: str, values: Mapping[str, Any]) -> Response:
    """Return a part of a page that is asked for again and again: 204 if it is what the page has already.

    The template is given `seen`, what the next request for it names as `?seen=`.
    """
    text = _text(request, template, {**values, "seen": _SEEN})
    seen = hashlib.sha256(text.encode()).hexdigest()[:16]
    if request.query_params.get("seen") == seen:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return _html(text.replace(_SEEN, seen, 1))  # the first is the fragment's own address


def _html(text: str, status: int = HTTPStatus.OK) -> Response:
    return HTMLResponse(text, status, {"Content-Security-Policy": POLICY})


def _text(request: Request, template: str, values: Mapping[str, Any]) -> str:
    session = getattr(request.state, "session", None)
    return (
        _environment()
        .get_template(template)
        .render(
            {
                "session": session,
                "settings": request.app.state.settings,
                "path": request.url.path,
                "address": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
                "language": language.current(),
                **values,
            }
        )
    )


@cache
def _static(name: str) -> str:
    # A browser keeps a file for a year; with other bytes it has another address.
    content = (_FOLDER / "static" / name).read_bytes()
    return f"/static/{name}?{hashlib.sha256(content).hexdigest()[:12]}"


def _time(moment: str | None) -> Markup | str:
    """Return a moment of an API as an element that the browser shows in its own time zone."""
    if moment is None:
        return "–"
    at = datetime.fromisoformat(moment)
    return Markup('<time datetime="{}">{} UTC</time>').format(moment, at.strftime("%Y-%m-%d %H:%M:%S"))
