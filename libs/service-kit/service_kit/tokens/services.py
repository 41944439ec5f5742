"""The services as subjects of tokens: the `sub` of the tokens that they call each other with. No account has one."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

SERVICE_IDS: Final[Mapping[str, UUID]] = {
    "ai-micro-api-auth": UUID("a7a15e11-0000-4000-8000-000000000001"),
    "ai-micro-api-user": UUID("a7a15e11-0000-4000-8000-000000000002"),
    "ai-micro-api-admin": UUID("a7a15e11-0000-4000-8000-000000000003"),
}
