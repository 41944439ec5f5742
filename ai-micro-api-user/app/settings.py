"""The service's settings. `python -m app.settings` checks them, before a start migrates anything."""

from typing import Annotated, Self

import phonenumbers
from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr, model_validator

from service_kit.settings.service_settings import TokenCheckingSettings, check_start


def _known_region(value: str) -> str:
    if value not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"{value} is not a country with phone numbers; write its ISO 3166 code, such as JP")
    return value


class Settings(TokenCheckingSettings):
    """Everything that this service reads from its environment."""

    default_phone_region: Annotated[str, AfterValidator(_known_region)] = Field(
        default="JP", description="Country of phone numbers that are written without a country code."
    )
    audit_log_url: AnyHttpUrl | None = Field(
        default=None, description="The admin service's POST /api/logs/audit; without it audit events stay here."
    )
    service_token_url: AnyHttpUrl | None = Field(
        default=None, description="The auth service's POST /auth/token, as this service reaches it."
    )
    service_client_secret: SecretStr | None = Field(
        default=None, min_length=16, description="What this service gets its own tokens for; auth has the same one."
    )

    @model_validator(mode="after")
    def _delivery_is_complete(self) -> Self:
        parts = (self.audit_log_url, self.service_token_url, self.service_client_secret)
        if any(part is None for part in parts) and self.audit_log_url is not None:
            raise ValueError("AUDIT_LOG_URL needs SERVICE_TOKEN_URL and SERVICE_CLIENT_SECRET beside it")
        return self


if __name__ == "__main__":
    check_start(Settings)
