"""The audit trail of this service and the codes of its acts."""

from enum import StrEnum

from service_kit.audit.trail import AuditTrail

TRAIL = AuditTrail("ai-micro-api-admin", delivered=False)


class Act(StrEnum):
    """What is done to something. The codes are stable: filters and alerts name them."""

    KNOWLEDGE_BASE_CREATED = "KNOWLEDGE_BASE_CREATED"
    KNOWLEDGE_BASE_CHANGED = "KNOWLEDGE_BASE_CHANGED"
    KNOWLEDGE_BASE_DELETED = "KNOWLEDGE_BASE_DELETED"
    COLLECTION_CREATED = "COLLECTION_CREATED"
    COLLECTION_CHANGED = "COLLECTION_CHANGED"
    COLLECTION_DELETED = "COLLECTION_DELETED"
    DOCUMENT_UPLOADED = "DOCUMENT_UPLOADED"
    DOCUMENT_MOVED = "DOCUMENT_MOVED"
    DOCUMENT_DELETED = "DOCUMENT_DELETED"
    SETTING_CHANGED = "SETTING_CHANGED"
    OWN_DATA_EXPORTED = "OWN_DATA_EXPORTED"
    AUDIT_LOG_EXPORTED = "AUDIT_LOG_EXPORTED"
