"""The audit trail of this service and the codes of its acts, which filters and alerts name: a code never changes."""

from enum import StrEnum

from service_kit.audit.trail import AuditTrail

TRAIL = AuditTrail("ai-micro-api-user", delivered=True)


class Act(StrEnum):
    """What is done to something."""

    PROFILE_ACCESS = "PROFILE_ACCESS"
    PROFILE_CREATED = "PROFILE_CREATED"
    PROFILE_CHANGED = "PROFILE_CHANGED"
    PROFILE_DELETED = "PROFILE_DELETED"
    PROFILE_EXPORTED = "PROFILE_EXPORTED"
