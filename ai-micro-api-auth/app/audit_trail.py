"""The audit trail of this service and the codes of its acts, which filters and alerts name: a code never changes."""

from enum import StrEnum

from service_kit.audit.trail import AuditTrail

TRAIL = AuditTrail("ai-micro-api-auth", delivered=True)


class Act(StrEnum):
    """What is done to something."""

    ACCOUNT_CREATED = "ACCOUNT_CREATED"
    ACCOUNT_ROLES_CHANGED = "ACCOUNT_ROLES_CHANGED"
    ACCOUNT_ACTIVATED = "ACCOUNT_ACTIVATED"
    ACCOUNT_DEACTIVATED = "ACCOUNT_DEACTIVATED"
    ACCOUNT_DELETED = "ACCOUNT_DELETED"
    ACCOUNT_EXPORTED = "ACCOUNT_EXPORTED"
    ACCOUNT_TAKEN_OVER = "ACCOUNT_TAKEN_OVER"
    PASSWORD_CHECKED = "PASSWORD_CHECKED"  # noqa: S105 - a code
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - a code
    SESSION_ENDED = "SESSION_ENDED"
    ALL_SESSIONS_ENDED = "ALL_SESSIONS_ENDED"
    REFRESH_TOKEN_REUSED = "REFRESH_TOKEN_REUSED"  # noqa: S105 - a code
    SERVICE_TOKEN_ISSUED = "SERVICE_TOKEN_ISSUED"  # noqa: S105 - a code
