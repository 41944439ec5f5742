"""The background task that delivers the login log."""

from collections.abc import Awaitable, Callable

from app.login_log.message import message
from app.login_log.models import LoginEvent
from app.login_log.repository import OUTBOX
from service_kit.database.models import table_of
from service_kit.database.sessions import Database
from service_kit.outbox.delivery import Delivery
from service_kit.outbox.metrics import WatchedOutbox
from service_kit.outbox.receiver import Receiver

UNDELIVERED_LOGINS = WatchedOutbox("login_events", table_of(LoginEvent))
"""The login attempts that the admin service has not got."""


def login_log_delivery(
    database: Database, url: str, token: Callable[[], Awaitable[str]], *, forget_token: Callable[[], None]
) -> Delivery:
    """Return what delivers login attempts.

    Args:
        database: where they wait.
        url: the admin service's `POST /api/logs/login`.
        token: returns an access token for `SCOPE`.
        forget_token: called when it was not accepted.
    """
    receiver = Receiver(url, token, message, forget_token=forget_token)
    return Delivery(database, OUTBOX, receiver, name="login_log")
