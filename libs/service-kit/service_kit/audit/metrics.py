"""What `/metrics` shows of the audit trail."""

from typing import Final

from service_kit.audit.tables import AUDIT_DELIVERIES, AUDIT_EVENTS
from service_kit.outbox.metrics import WatchedOutbox

UNDELIVERED_EVENTS: Final = WatchedOutbox("audit_events", AUDIT_DELIVERIES, AUDIT_EVENTS)
"""The audit events that the admin service has not got."""
