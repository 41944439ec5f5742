"""The audit trail of this service and the codes of its acts."""

from enum import StrEnum

from service_kit.audit.trail import AuditTrail

TRAIL = AuditTrail("ai-micro-api-user", delivered=True)


class Act(StrEnum):
    """What is done to something. The codes are stable: filters and alerts name them."""

    PROFILE_ACCESS = "PROFILE_ACCESS"
    PROFILE_CREATED = "PROFILE_CREATED"
    PROFILE_CHANGED = "PROFILE_CHANGED"
    PROFILE_DELETED = "PROFILE_DELETED"
    PROFILE_EXPORTED = "PROFILE_EXPORTED"
