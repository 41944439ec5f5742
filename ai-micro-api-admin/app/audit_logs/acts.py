"""The acts of every service that sends its events here.

A filter with a typing mistake would find nothing, and look as if nothing had happened. Each service names its acts in
`app/audit_trail.py`; a test of `stack/tests/repository` holds these against them.
"""

from collections.abc import Mapping
from typing import Final

from app.audit_trail import SERVICE, Act
from service_kit.http.problems import REFUSED_ACCESS

OF_OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    "ai-micro-api-auth": (
        "ACCOUNT_CREATED",
        "ACCOUNT_ROLES_CHANGED",
        "ACCOUNT_ACTIVATED",
        "ACCOUNT_DEACTIVATED",
        "ACCOUNT_DELETED",
        "ACCOUNT_EXPORTED",
        "ACCOUNT_TAKEN_OVER",
        "PASSWORD_CHECKED",
        "PASSWORD_CHANGED",
        "SESSION_ENDED",
        "ALL_SESSIONS_ENDED",
        "REFRESH_TOKEN_REUSED",
        "SERVICE_TOKEN_ISSUED",
    ),
    "ai-micro-api-user": (
        "PROFILE_ACCESS",
        "PROFILE_CREATED",
        "PROFILE_CHANGED",
        "PROFILE_DELETED",
        "PROFILE_EXPORTED",
    ),
}
SERVICES: Final = tuple(sorted((SERVICE, *OF_OTHERS)))
ACTIONS: Final = tuple(
    sorted({REFUSED_ACCESS, *map(str, Act), *(code for codes in OF_OTHERS.values() for code in codes)})
)
