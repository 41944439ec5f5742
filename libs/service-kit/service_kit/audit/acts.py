"""What acts are done to. Which acts there are, each service says itself: an enum of codes, which never change."""

from enum import StrEnum


class TargetType(StrEnum):
    """What acts are done to."""

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
