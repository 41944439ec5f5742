"""The events of the system log: stable names, which its filter takes."""

from enum import StrEnum


class Event(StrEnum):
    """What happened."""

    KNOWLEDGE_BASE_CREATED = "knowledge_base.created"
    KNOWLEDGE_BASE_DELETED = "knowledge_base.deleted"
    EMBEDDING_CHANGED = "knowledge_base.embedding_changed"
    COLLECTION_DELETED = "collection.deleted"
    DOCUMENT_DELETED = "document.deleted"
    DOCUMENT_FAILED = "document.failed"
    SETTING_CHANGED = "setting.changed"
