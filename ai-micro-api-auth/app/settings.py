"""The service's settings."""

from pathlib import Path
from typing import Self

from pydantic import AnyHttpUrl, Field, SecretStr, model_validator

from app.accounts import passwords
from app.accounts.email_addresses import EmailAddress
from service_kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Everything that this service reads from its environment."""

    jwt_keys_dir: Path = Field(description="Folder of the signing keys; the first key is made in it.")
    access_token_ttl_sec: int = Field(default=900, ge=60, le=86_400, description="Life of an access token, seconds.")
    refresh_token_ttl_sec: int = Field(
        default=2_592_000, ge=300, le=31_536_000, description="How long a client may stay away, seconds."
    )
    first_admin_email: EmailAddress | None = Field(default=None, description="Account made at start if there is none.")
    first_admin_password: SecretStr | None = Field(default=None, description="Its first password; never set again.")
    login_log_url: AnyHttpUrl | None = Field(
        default=None, description="The admin service's POST /api/logs/login; without it no attempt is recorded."
    )
    login_failure_limit: int = Field(
        default=10, ge=1, le=1000, description="Failed logins that an account gets from one network in a window."
    )
    login_failure_window_sec: int = Field(default=300, ge=1, le=86_400, description="That window, seconds.")

    @model_validator(mode="after")
    def _first_administrator_is_complete(self) -> Self:
        if (self.first_admin_email is None) != (self.first_admin_password is None):
            raise ValueError("FIRST_ADMIN_EMAIL and FIRST_ADMIN_PASSWORD: set both, or neither")
        if self.first_admin_password is not None:
            try:
                passwords.check_acceptable(self.first_admin_password.get_secret_value())
            except ValueError as error:
                raise ValueError(f"FIRST_ADMIN_PASSWORD {error}") from None
        return self
