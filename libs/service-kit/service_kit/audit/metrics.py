"""What `/metrics` shows of the audit trail."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import Connection

from service_kit.audit.tables import AUDIT_DELIVERIES
from service_kit.outbox.metrics import UndeliveredMessages


def undelivered_events(connect: Callable[[], AbstractContextManager[Connection]]) -> UndeliveredMessages:
    """Return the metric: how many audit events the admin service has not got.

    Args:
        connect: opens a connection in autocommit.
    """
    return UndeliveredMessages(
        connect,
        AUDIT_DELIVERIES,
        name="audit_undelivered_events",
        description="Audit events that wait for their delivery to the admin service.",
    )
