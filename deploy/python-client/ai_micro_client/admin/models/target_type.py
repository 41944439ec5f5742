from enum import StrEnum


class TargetType(StrEnum):
    ACCOUNT = "account"
    AUDIT_LOG = "audit_log"
    COLLECTION = "collection"
    DOCUMENT = "document"
    ENDPOINT = "endpoint"
    KNOWLEDGE_BASE = "knowledge_base"
    PROFILE = "profile"
    PROMPT_TEMPLATE = "prompt_template"
    SESSION = "session"
    SETTING = "setting"

    def __str__(self) -> str:
        return str(self.value)
