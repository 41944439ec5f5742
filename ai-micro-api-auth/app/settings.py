"""The service's settings. `python -m app.settings` checks them, before a start migrates anything."""

from pathlib import Path
from typing import Literal, Self

from pydantic import (
    AnyHttpUrl,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from app.limits import counters
from app.passwords import password_policy
from service_kit.settings.service_settings import ServiceSettings, check_start
from service_kit.text.email_addresses import EmailAddress

_ADMIN_SERVICE = "ai-micro-api-admin"
_address: TypeAdapter[str] = TypeAdapter(EmailAddress)


class Settings(ServiceSettings):
    """Everything that this service reads from its environment."""

    jwt_keys_dir: Path = Field(description="Folder of the signing keys; the first key is made in it.")
    access_token_ttl_sec: int = Field(default=900, ge=60, le=86_400, description="Life of an access token, seconds.")
    refresh_token_ttl_sec: int = Field(
        default=2_592_000, ge=300, le=31_536_000, description="How long a client may stay away, seconds."
    )
    refresh_grace_sec: int = Field(
        default=10, ge=0, le=60, description="How long a used refresh token gives its unused successor again, seconds."
    )
    session_lifetime_sec: int = Field(
        default=7_776_000, ge=300, le=315_360_000, description="How long a session lasts however it is used, seconds."
    )
    sessions_per_account: int = Field(
        default=100, ge=1, le=1000, description="With one more, the one that was unused for the longest time ends."
    )
    jwt_services: list[str] = Field(
        default=["ai-micro-api-auth", "ai-micro-api-user", _ADMIN_SERVICE],
        min_length=1,
        description="Services that a user's token is for, unless JWT_AUD_PER_SERVICE is false.",
    )
    first_admin_email: EmailAddress | None = Field(default=None, description="Account made at start if there is none.")
    first_admin_password: SecretStr | None = Field(default=None, description="Its first password; never set again.")
    audit_log_url: AnyHttpUrl | None = Field(
        default=None, description="The admin service's POST /api/logs/audit; without it audit events stay here."
    )
    service_client_secret: SecretStr | None = Field(
        default=None, min_length=16, description="What other services get their own tokens for; they have the same one."
    )
    login_log_url: AnyHttpUrl | None = Field(
        default=None, description="The admin service's POST /api/logs/login; without it no attempt is recorded."
    )
    login_event_retention_days: int = Field(
        default=30, ge=1, le=3650, description="How long an attempt waits for its delivery before it is given up, days."
    )
    login_failure_limit: int = Field(
        default=10, ge=1, le=1000, description="Failed logins that an account gets from one network in a window."
    )
    login_failure_window_sec: int = Field(default=300, ge=1, le=86_400, description="That window, seconds.")
    account_failure_limit: int = Field(
        default=100, ge=1, le=10_000, description="Failed logins that an account gets from everywhere in an hour."
    )
    network_failure_limit: int = Field(
        default=300, ge=1, le=100_000, description="Failed logins that a network gets in an hour, over all accounts."
    )
    erasure_urls: dict[str, AnyHttpUrl] = Field(
        default={},
        description="POST /internal/erasures of each service that keeps something of accounts, by its name.",
    )
    signup: Literal["open", "approval", "domains", "closed"] | None = Field(
        default=None,
        description="Who gets an account by signing up: approval, or open where ENVIRONMENT=local.",
    )
    signup_domains: list[str] = Field(
        default=[], description='Domains whose addresses may sign up, where SIGNUP=domains: ["example.com"].'
    )
    signup_limit: int = Field(default=200, ge=1, le=100_000, description="Sign-ups that a network gets in an hour.")
    rate_limit_storage: SecretStr = Field(
        default=SecretStr("memory://"),
        description="Where limits are counted: memory:// for each process by itself, or redis://... for all together.",
    )
    password_grant: bool | None = Field(
        default=None,
        description="True if POST /auth/token takes passwords, for the docs page; by default if ENVIRONMENT=local.",
    )
    password_queue: int = Field(
        default=500, ge=0, le=10_000, description="Requests that may wait for a password hash; further ones get 503."
    )

    @property
    def signup_policy(self) -> Literal["open", "approval", "domains", "closed"]:
        """Who gets an account by signing up."""
        return self.signup or ("open" if self.environment == "local" else "approval")

    @property
    def takes_password_grant(self) -> bool:
        """True if `POST /auth/token` takes passwords (RFC 9700 section 2.4: it must not, but for the docs page)."""
        return self.environment == "local" if self.password_grant is None else self.password_grant

    @property
    def token_audience(self) -> str | list[str]:
        """The `aud` claim of users' tokens."""
        return self.jwt_aud if self.jwt_aud_per_service is False else self.jwt_services

    @property
    def log_audience(self) -> str:
        """The `aud` claim of services' tokens for the admin service's logs."""
        return self.audience_of(_ADMIN_SERVICE)

    def audience_of(self, service: str) -> str:
        """Return the `aud` claim of a token for one service."""
        return self.jwt_aud if self.jwt_aud_per_service is False else service

    @field_validator("rate_limit_storage")
    @classmethod
    def _storage_can_be_used(cls, url: SecretStr) -> SecretStr:
        counters.storage(url.get_secret_value())
        return url

    @field_validator("signup_domains")
    @classmethod
    def _domains_as_in_addresses(cls, domains: list[str]) -> list[str]:
        try:
            return [_address.validate_python(f"x@{domain}").partition("@")[2] for domain in domains]
        except ValidationError:
            raise ValueError('must be a list of domains, such as ["example.com"]') from None

    @model_validator(mode="after")
    def _domains_are_named(self) -> Self:
        if self.signup == "domains" and not self.signup_domains:
            raise ValueError("SIGNUP=domains needs SIGNUP_DOMAINS")
        return self

    @model_validator(mode="after")
    def _first_administrator_is_complete(self) -> Self:
        if (self.first_admin_email is None) != (self.first_admin_password is None):
            raise ValueError("FIRST_ADMIN_EMAIL and FIRST_ADMIN_PASSWORD: set both, or neither")
        if self.first_admin_email is not None and self.first_admin_password is not None:
            try:
                password_policy.check_acceptable(
                    self.first_admin_password.get_secret_value(), email=self.first_admin_email
                )
            except ValueError as error:
                raise ValueError(f"FIRST_ADMIN_PASSWORD {error}") from None
        return self


if __name__ == "__main__":
    check_start(Settings)
