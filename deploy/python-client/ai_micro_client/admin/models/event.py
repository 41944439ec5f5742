from enum import StrEnum


class Event(StrEnum):
    COLLECTION_DELETED = "collection.deleted"
    DOCUMENT_DELETED = "document.deleted"
    DOCUMENT_FAILED = "document.failed"
    KNOWLEDGE_BASE_CREATED = "knowledge_base.created"
    KNOWLEDGE_BASE_DELETED = "knowledge_base.deleted"
    KNOWLEDGE_BASE_EMBEDDING_CHANGED = "knowledge_base.embedding_changed"
    SETTING_CHANGED = "setting.changed"

    def __str__(self) -> str:
        return str(self.value)
