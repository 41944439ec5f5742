"""What the services do to something: the codes of the audit trail, which filters and alerts name. A code never changes.

They are here and not with each service because the service that keeps the events of all has to know them: a filter with
a typing mistake would find nothing, and look as if nothing had happened.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from service_kit.http.problems import REFUSED_ACCESS


class AuthAct(StrEnum):
    """Acts of the auth service."""

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


class UserAct(StrEnum):
    """Acts of the user service."""

    PROFILE_ACCESS = "PROFILE_ACCESS"
    PROFILE_CREATED = "PROFILE_CREATED"
    PROFILE_CHANGED = "PROFILE_CHANGED"
    PROFILE_DELETED = "PROFILE_DELETED"
    PROFILE_EXPORTED = "PROFILE_EXPORTED"


class AdminAct(StrEnum):
    """Acts of the admin service."""

    KNOWLEDGE_BASE_ACCESS = "KNOWLEDGE_BASE_ACCESS"
    KNOWLEDGE_BASE_CREATED = "KNOWLEDGE_BASE_CREATED"
    KNOWLEDGE_BASE_CHANGED = "KNOWLEDGE_BASE_CHANGED"
    KNOWLEDGE_BASE_DELETED = "KNOWLEDGE_BASE_DELETED"
    COLLECTION_ACCESS = "COLLECTION_ACCESS"
    COLLECTION_CREATED = "COLLECTION_CREATED"
    COLLECTION_CHANGED = "COLLECTION_CHANGED"
    COLLECTION_DELETED = "COLLECTION_DELETED"
    DOCUMENT_ACCESS = "DOCUMENT_ACCESS"
    DOCUMENT_UPLOADED = "DOCUMENT_UPLOADED"
    DOCUMENT_CHANGED = "DOCUMENT_CHANGED"
    DOCUMENT_RETRIED = "DOCUMENT_RETRIED"
    DOCUMENT_REPROCESSED = "DOCUMENT_REPROCESSED"
    DOCUMENT_REPLACED = "DOCUMENT_REPLACED"
    DOCUMENT_MOVED = "DOCUMENT_MOVED"
    DOCUMENT_DELETED = "DOCUMENT_DELETED"
    DOCUMENT_CHUNK_CORRECTED = "DOCUMENT_CHUNK_CORRECTED"
    CHAT_SESSION_ACCESS = "CHAT_SESSION_ACCESS"
    PROMPT_TEMPLATE_CREATED = "PROMPT_TEMPLATE_CREATED"
    PROMPT_TEMPLATE_CHANGED = "PROMPT_TEMPLATE_CHANGED"
    PROMPT_TEMPLATE_DELETED = "PROMPT_TEMPLATE_DELETED"
    SETTING_CHANGED = "SETTING_CHANGED"
    OWN_DATA_EXPORTED = "OWN_DATA_EXPORTED"
    AUDIT_LOG_EXPORTED = "AUDIT_LOG_EXPORTED"


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


_ACTS: Final[Mapping[str, Iterable[str]]] = {
    "ai-micro-api-auth": AuthAct,
    "ai-micro-api-user": UserAct,
    "ai-micro-api-admin": AdminAct,
}
SERVICES: Final = tuple(sorted(_ACTS))
ACTIONS: Final = tuple(sorted({REFUSED_ACCESS, *(act for acts in _ACTS.values() for act in map(str, acts))}))
