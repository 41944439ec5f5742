from enum import StrEnum


class ExportServiceType0(StrEnum):
    AI_MICRO_API_ADMIN = "ai-micro-api-admin"
    AI_MICRO_API_AUTH = "ai-micro-api-auth"
    AI_MICRO_API_USER = "ai-micro-api-user"

    def __str__(self) -> str:
        return str(self.value)
