"""Settings that every service shares; wrong ones end the start with a line that names the variable."""

import ssl
import sys
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urljoin

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from service_kit.settings.database_url import complete_url
from service_kit.settings.sources import LayeredSource, SettingsFileError

DEFAULT_SECRET_MARK = "local-only"  # noqa: S105 - the mark that every default secret of the compose file carries

WITHDRAWALS_PATH = "/auth/withdrawals"
"""Where the auth service publishes what was withdrawn."""


class EnvironmentSettings(BaseSettings):
    """Settings from the environment, from `.env` in the service's folder, and secrets from files.

    A variable's name is the field's in upper case; `NAME_FILE` names the file of a secret.

    Raises:
        pydantic.ValidationError: a value is missing or unusable. `load` turns that into readable lines.
        SettingsFileError: the file of a secret cannot be used; likewise.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

    environment: Literal["local", "production"] = "local"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where values come from, the strongest first; see pydantic-settings."""
        layers = [layer for layer in (env_settings, dotenv_settings) if isinstance(layer, EnvSettingsSource)]
        assert isinstance(dotenv_settings, DotEnvSettingsSource)  # noqa: S101 - what pydantic-settings passes
        return init_settings, LayeredSource(settings_cls, *layers), file_secret_settings

    @model_validator(mode="after")
    def _no_default_secret_in_production(self) -> Self:
        if self.environment == "production":
            for name, value in self:
                if isinstance(value, SecretStr) and DEFAULT_SECRET_MARK in value.get_secret_value():
                    raise ValueError(f"{name.upper()} holds a default secret; set one of your own in production")
        return self

    @classmethod
    def load(cls, **overrides: Any) -> Self:  # noqa: ANN401 - passed on to pydantic
        """Read the settings, or end the process with one line for each thing that is wrong.

        Returns:
            The settings.

        Raises:
            SystemExit: status 1, after the reasons were written to standard error.
        """
        try:
            return cls(**overrides)
        except SettingsFileError as error:
            lines = [str(error)]
        except ValidationError as error:
            lines = describe(error)
        for line in lines:
            print(line, file=sys.stderr)  # noqa: T201 - logging is configured from these settings
        raise SystemExit(1)


class ServiceSettings(EnvironmentSettings):
    """Base of each service's `Settings`."""

    db_host: str | None = Field(default=None, description="Where the database is, where DATABASE_URL is not set.")
    db_port: int | None = Field(default=None, ge=1, le=65_535, description="Its port; PostgreSQL's own by default.")
    db_name: str | None = Field(default=None, description="The database.")
    db_user: str | None = Field(default=None, description="The application role.")
    db_password: SecretStr | None = Field(default=None, description="Its password as it is, without escapes.")
    db_sslmode: Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] | None = Field(
        default=None, description="TLS to the database, unless DATABASE_URL says it; libpq's `prefer` by default."
    )
    db_sslrootcert: str | None = Field(
        default=None, description="File of the certificates that `verify-ca` and `verify-full` trust."
    )
    database_url: SecretStr = Field(
        default=SecretStr(""),
        validate_default=True,
        description="The application role's URL: reads and writes rows, no DDL. Wins over the parts above.",
    )
    db_session_host: str | None = Field(
        default=None,
        description="The server itself, where DB_HOST is a pooler in transaction mode: releases are seen there.",
    )
    db_session_port: int | None = Field(default=None, ge=1, le=65_535, description="Its port, if it is another one.")
    database_pool_size: int = Field(
        default=10,
        ge=1,
        le=200,
        description="Requests that work with the database at a time, each with a connection.",
    )
    database_queue_size: int = Field(
        default=1000, ge=1, le=100_000, description="Requests that may wait for their turn; more are answered with 503."
    )
    database_queue_seconds: float = Field(
        default=20.0, gt=0, le=300, description="How long a request may wait for its turn, seconds."
    )
    database_statement_timeout_ms: int = Field(default=15_000, ge=100, description="Longest statement, milliseconds.")
    shutdown_delay_seconds: float = Field(
        default=1.0,
        ge=0,
        le=60,
        description="How long /readyz says no before the service listens no more, seconds after SIGTERM.",
    )
    jwt_iss: str = Field(default="ai-micro-service", min_length=1, description="Issuer of access tokens.")
    jwt_aud: str = Field(
        default="ai-micro-service", min_length=1, description="Audience of tokens of auth services of older releases."
    )
    jwt_aud_per_service: bool | None = Field(
        default=None,
        description="Tokens name the services they are for. True: JWT_AUD opens none; false: tokens carry JWT_AUD.",
    )
    audit_retention_days: int = Field(
        default=365, ge=90, le=3650, description="How long audit events are kept here, days; never less than 90."
    )
    token_url: str = Field(
        default="http://localhost:8002/auth/token",
        description="Where a browser reaches POST /auth/token; used by the docs page's Authorize button.",
    )
    cors_origins: list[str] = Field(default=[], description="Origins that a browser may call this service from.")
    require_if_match: bool = Field(
        default=False, description="Refuse a PUT, PATCH or DELETE without If-Match (428), where a resource has an ETag."
    )
    max_body_bytes: int = Field(default=1_048_576, ge=1024, description="Largest JSON body, bytes.")
    body_timeout_sec: int = Field(default=900, ge=1, le=86_400, description="Longest time for a whole body, seconds.")
    body_min_bytes_per_sec: int = Field(
        default=1024, ge=1, description="The least of a body that has to arrive each second, on average."
    )
    metrics_token: SecretStr | None = Field(
        default=None, min_length=16, description="What `/metrics` asks for as a bearer token; none by default."
    )
    metrics_port: int | None = Field(
        default=None, ge=1, le=65_535, description="A port of its own for `/metrics`, which then is at no other."
    )
    metrics_host: str = Field(default="127.0.0.1", description="The address that this port listens on.")
    services_ca_file: Path | None = Field(
        default=None,
        description="Certificates of the authorities that calls to our own services trust; read from the environment.",
    )
    build_revision: str = Field(default="", max_length=100, description="The commit that the release was built from.")
    log_format: Literal["auto", "json", "console"] = "auto"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("database_url")
    @classmethod
    def _complete_url(cls, stated: SecretStr, info: ValidationInfo) -> SecretStr:
        return SecretStr(complete_url(stated.get_secret_value(), info.data))

    @field_validator("services_ca_file")
    @classmethod
    def _has_certificates(cls, file: Path | None) -> Path | None:
        """Refuse at the start what every call to another service would fail with."""
        if file is not None:
            try:
                ssl.create_default_context(cafile=file)
            except OSError as error:
                raise ValueError(
                    f"{file} has no certificates in PEM that can be read: {error.strerror or error}"
                ) from error
        return file

    @model_validator(mode="after")
    def _no_open_door_in_production(self) -> Self:
        if self.environment == "production" and any("*" in origin for origin in self.cors_origins):
            raise ValueError("CORS_ORIGINS lets every site in (*); name those that may call in production")
        return self


class OwnerSecrets(EnvironmentSettings):
    """Secrets of the roles that migrate and operate: looked at before a start, never held by a running service."""

    migration_database_url: SecretStr | None = None
    migration_db_password: SecretStr | None = None
    rollout_admin_url: SecretStr | None = None
    postgres_password: SecretStr | None = None


def check_start(settings: type[ServiceSettings]) -> None:
    """End the process where a service cannot start with these settings, before it migrates: `python -m app.settings`.

    Raises:
        SystemExit: status 1, after the reasons were written to standard error.
    """
    settings.load()
    OwnerSecrets.load()


class TokenCheckingSettings(ServiceSettings):
    """For a service that checks tokens with the keys of the auth service."""

    jwks_url: AnyHttpUrl = Field(description="The auth service's /.well-known/jwks.json.")
    withdrawals_url: AnyHttpUrl | None = Field(
        default=None, description="The auth service's /auth/withdrawals; by default where JWKS_URL is."
    )

    @property
    def withdrawals_address(self) -> str:
        """Where ended sessions are published."""
        return str(self.withdrawals_url or urljoin(str(self.jwks_url), WITHDRAWALS_PATH))


def describe(error: ValidationError) -> list[str]:
    """Say what is wrong with settings, one line a variable, never showing a value (it may be a secret)."""
    lines = []
    for item in error.errors(include_input=False, include_url=False):
        variable = "_".join(str(part) for part in item["loc"][:1]).upper()
        reason = (
            "is not set; set it in the environment or in .env"
            if item["type"] == "missing"
            else item["msg"].removeprefix("Value error, ")
        )
        lines.append(f"{variable}: {reason}" if variable else reason)
    return lines
