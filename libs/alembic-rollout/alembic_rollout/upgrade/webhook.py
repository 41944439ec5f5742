"""Tells a webhook of failures and of held contract revisions. It can neither stop a migration nor delay it for long.

The request runs in a thread that is left to itself after a few seconds: no time limit of a socket covers a name server
that does not answer, or a server that sends a byte a second.
"""

import logging
import re
import socket
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from alembic_rollout.history.attempt import Direction, Outcome
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.settings import Settings
from alembic_rollout.wording import shortened

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

_DEADLINE_SECONDS = 4.0
_ATTEMPTS = 2
_ATTEMPT_SECONDS = 1.8
_LONGEST_ERROR = 1000
_SHORTEST_PASSWORD = 3  # to blot out every "a" would tell more about the password than it hides
_SHORTEST_TOKEN = 12  # shorter parts of an address are words, such as /services/
_HIDDEN = "***"

_PASSWORD_OF_URL = re.compile(r"(://[^\s:/@]*:)[^\s/]*@")
_PASSWORD_SETTING = re.compile(r"(password\s*=\s*|\bpassword\s+(?='))('(?:[^']|'')*'?|[^\s'\",;&]+)", re.IGNORECASE)
# What the server adds to its message: pieces of the statement, and of rows. Then values in the message itself, as in
# `invalid input syntax for type integer: "4111 1111"`, and literals of statements that are quoted somewhere.
_REST_OF_MESSAGE = re.compile(r"\s(?:LINE \d+:|(?:DETAIL|CONTEXT|QUERY|STATEMENT):|\[SQL:|\[parameters:).*", re.DOTALL)
_VALUE = re.compile(r': "[^"]*"')
# psycopg2 writes E'...' for a string with a backslash, and ARRAY['...'] for a list.
_LITERAL = re.compile(r"(?<![\w'])[EeBbXxUu&]{0,2}'(?:[^']|'')*(?:'|$)|\$(\w*)\$.*?(?:\$\1\$|$)", re.DOTALL)
# What a session that blocks runs is somebody else's statement, with somebody else's values in it.
_QUERY = re.compile(r", query: .*?(?=; pid \d|$)", re.DOTALL)

logger = logging.getLogger(__name__)


class Message(NamedTuple):
    """What is sent: a line for people, and the same in fields for programs."""

    text: str
    fields: dict[str, object]


def failure_message(
    environment: "Environment",
    *,
    revision: str,
    direction: Direction,
    error: str,
    duration_ms: int,
    attempts: int,
    outcome: Outcome = "failed",
) -> Message:
    """Say that a revision failed, without a password and without values of statements or rows.

    Args:
        environment: names the service and the database.
        revision: the revision.
        direction: which way.
        error: the cause, as it was logged.
        duration_ms: how long it took to fail.
        attempts: how often it was tried.
        outcome: as in the history.
    """
    settings = environment.settings
    cause = hide_secrets(without_values(error), _passwords(environment.url))
    database, host = make_url(environment.url).database or "", socket.gethostname()
    fields: dict[str, object] = {
        "service": settings.service,
        "database": database,
        "host": host,
        "revision": revision,
        "direction": direction,
        "outcome": outcome,
        "error": cause,
        "duration_ms": duration_ms,
        "attempts": attempts,
        "app_version": settings.app_version,
    }
    whose = f"{settings.service}: " if settings.service else ""
    what = f"{direction} {revision}".strip()
    return Message(f"{whose}{what} of {database} {outcome} on {host}: {cause}", fields)


def notify(settings: Settings, *, text: str, fields: Mapping[str, object]) -> None:
    """Send a message to the webhook of the settings, if there is one. Returns within 5 seconds, whatever happens there.

    What cannot be delivered, after one more try, is a warning in the log.

    Args:
        settings: name the webhook.
        text: a line for people, where Slack looks for it.
        fields: the same for programs; `text` is none of them.
    """
    if not settings.webhook_url:
        return
    secrets = _secrets(settings)
    hidden = {name: _hide_in(value, secrets) for name, value in fields.items()}
    delivery = _Delivery(settings.webhook_url, {**hidden, "text": hide_secrets(text, secrets)})
    problem = delivery.run()
    if problem is not None:
        host = _host(settings.webhook_url)
        logger.warning(
            "The webhook at %s was not told: %s", host, hide_secrets(problem, secrets), extra={"webhook": host}
        )


class _Delivery:
    """One message on its way."""

    def __init__(self, url: str, message: Mapping[str, object]) -> None:
        self._url = url
        self._message = message
        self._problem: str | None = None
        self._deadline = time.monotonic() + _DEADLINE_SECONDS

    def run(self) -> str | None:
        """Deliver it in time; return why that failed, or None."""
        address = _split(self._url)
        if address is None or address.scheme not in ("http", "https"):
            return "its address is no http:// or https:// URL"
        thread = threading.Thread(target=self._deliver, name="alembic-rollout webhook", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # no thread left, or the interpreter is ending
            return str(error)
        thread.join(max(self._deadline - time.monotonic(), 0))
        return f"no answer within {_DEADLINE_SECONDS:.0f} s" if thread.is_alive() else self._problem

    def _deliver(self) -> None:
        for _ in range(_ATTEMPTS):
            try:
                self._problem, may_pass = self._attempt()
            except OSError as error:
                self._problem, may_pass = one_line(error), True
            except Exception as error:  # its thread would print it, and with it perhaps the address
                self._problem, may_pass = type(error).__name__, True
            if self._problem is None or not may_pass or time.monotonic() > self._deadline:
                return

    def _attempt(self) -> tuple[str | None, bool]:
        """Send it once; return what went wrong, and whether another try might help."""
        import json  # noqa: PLC0415 - only a run that fails sends anything
        import urllib.error  # noqa: PLC0415
        import urllib.request  # noqa: PLC0415

        class RefuseRedirects(urllib.request.HTTPRedirectHandler):
            """The message was meant for this address and no other."""

            def redirect_request(self, *_: object) -> None:
                return None

        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            self._url,
            data=json.dumps(self._message, default=str).encode(),
            headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "alembic-rollout"},
        )
        try:
            with urllib.request.build_opener(RefuseRedirects).open(request, timeout=_ATTEMPT_SECONDS):
                return None, False
        except urllib.error.HTTPError as error:
            with error:
                return f"status {error.code}", error.code >= 500 or error.code == 429  # noqa: PLR2004 - of HTTP
        except urllib.error.URLError as error:
            return " ".join(str(error.reason).split()), True


def without_values(error: str) -> str:
    """Return an error without the values of statements and rows that the server quotes in it; cut where it is long."""
    text = _REST_OF_MESSAGE.sub("", _QUERY.sub("", error))
    text = _LITERAL.sub(f"'{_HIDDEN}'", _VALUE.sub(f': "{_HIDDEN}"', text))
    text = " ".join(text.split())
    return shortened(text, _LONGEST_ERROR)


def hide_secrets(text: str, secrets: frozenset[str]) -> str:
    """Return a text without passwords in URLs and settings, and without these secrets."""
    text = _PASSWORD_OF_URL.sub(rf"\g<1>{_HIDDEN}@", text)
    text = _PASSWORD_SETTING.sub(rf"\g<1>{_HIDDEN}", text)
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    return text


def _hide_in(value: object, secrets: frozenset[str]) -> object:
    if isinstance(value, Mapping):
        return {str(name): _hide_in(inner, secrets) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_hide_in(inner, secrets) for inner in value]
    return value if value is None or isinstance(value, (bool, int, float)) else hide_secrets(str(value), secrets)


def _secrets(settings: Settings) -> frozenset[str]:
    """What must not leave with a message, nor be logged with a failure to deliver it."""
    secrets = {settings.webhook_url}
    address = _split(settings.webhook_url)
    if address is not None:
        secrets |= {address.password or "", address.path.strip("/"), address.query}
        secrets |= set(re.split(r"[/&=]", f"{address.path}&{address.query}"))
    return frozenset(secret for secret in secrets if len(secret) >= _SHORTEST_TOKEN) | _passwords(settings.admin_url)


def _passwords(url: str) -> frozenset[str]:
    try:
        password = make_url(url).password if url else None
    except ArgumentError:
        return frozenset()
    text = str(password or "")
    return frozenset((text, quote(text, safe=""))) if len(text) >= _SHORTEST_PASSWORD else frozenset()


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _host(url: str) -> str:
    address = _split(url)
    return (address.hostname if address else None) or "an unreadable address"
