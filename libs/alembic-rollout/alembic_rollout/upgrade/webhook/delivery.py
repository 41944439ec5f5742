"""Sends failures and held contract revisions to a webhook. It can neither stop a migration nor delay it for long.

The request runs in a thread that is abandoned after a few seconds: no time limit of a socket covers a name server that
does not answer, or a server that sends a byte a second.
"""

import logging
import socket
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import make_url

from alembic_rollout.history.attempt import Direction, Outcome
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.redaction.secrets import hide_in, hide_secrets, passwords_of, tokens_of
from alembic_rollout.redaction.texts import hide_values, on_one_line
from alembic_rollout.settings import Settings

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

_DEADLINE_SECONDS = 4.0
_ATTEMPTS = 2
_ATTEMPT_SECONDS = 1.8

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
    """Return the message that a revision failed, without a password and without values of statements or rows.

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
    cause = on_one_line(hide_secrets(hide_values(error), passwords_of(environment.url)))
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

    A message that two attempts could not deliver is a warning in the log.

    Args:
        settings: name the webhook.
        text: a line for people, in the field that Slack shows.
        fields: the same for programs, without `text`.
    """
    if not settings.webhook_url:
        return
    secrets = _secrets(settings)
    hidden = {name: hide_in(value, secrets) for name, value in fields.items()}
    delivery = _Delivery(settings.webhook_url, {**hidden, "text": hide_secrets(text, secrets)})
    problem = delivery.run()
    if problem is not None:
        where = _shown_address(settings.webhook_url)
        logger.warning("Webhook %s failed: %s", where, hide_secrets(problem, secrets), extra={"webhook": where})


class _Delivery:
    """The delivery of one message."""

    def __init__(self, url: str, message: Mapping[str, object]) -> None:
        self._url = url
        self._message = message
        self._problem: str | None = None
        self._deadline = time.monotonic() + _DEADLINE_SECONDS

    def run(self) -> str | None:
        """Deliver the message in time; return why that failed, or None."""
        address = _split(self._url)
        if address is None or address.scheme not in ("http", "https"):
            return "the address is not an http:// or https:// URL; set ROLLOUT_WEBHOOK_URL"
        thread = threading.Thread(target=self._deliver, name="alembic-rollout webhook", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # no thread left, or the interpreter is ending
            return str(error)
        thread.join(max(self._deadline - time.monotonic(), 0))
        return f"timeout, no answer within {_DEADLINE_SECONDS:.0f} s" if thread.is_alive() else self._problem

    def _deliver(self) -> None:
        for _ in range(_ATTEMPTS):
            try:
                self._problem, may_pass = self._attempt()
            except TimeoutError:
                self._problem, may_pass = "timeout", True
            except OSError as error:
                self._problem, may_pass = one_line(error), True
            except Exception as error:  # its thread would print it, and with it perhaps the address
                self._problem, may_pass = type(error).__name__, True
            if self._problem is None or not may_pass or time.monotonic() > self._deadline:
                return

    def _attempt(self) -> tuple[str | None, bool]:
        """Send the message once; return what failed, and True if another attempt may succeed."""
        import json  # noqa: PLC0415 - only a run that fails sends anything
        import urllib.error  # noqa: PLC0415
        import urllib.request  # noqa: PLC0415

        class RefuseRedirects(urllib.request.HTTPRedirectHandler):
            """Refuse to send the message to an address that is not the configured one."""

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
            reason = error.reason
            if isinstance(reason, TimeoutError):
                return "timeout", True
            return one_line(reason) if isinstance(reason, BaseException) else "no connection", True


def _secrets(settings: Settings) -> frozenset[str]:
    """Return what must not leave with a message, nor be logged with a failure to deliver it."""
    return tokens_of(settings.webhook_url) | passwords_of(settings.admin_url)


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _shown_address(url: str) -> str:
    """Return scheme and host of an address: its path and query are the secret of most webhooks."""
    address = _split(url)
    host = address.hostname if address else None
    return f"{address.scheme}://{host}/..." if address and host else "(unreadable address)"
