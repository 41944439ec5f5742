"""The console's settings."""

from typing import Annotated, Literal

from pydantic import AnyHttpUrl, Field, field_validator

from service_kit.settings.service_settings import EnvironmentSettings

NEEDED = ("auth", "user", "admin")


class Settings(EnvironmentSettings):
    """The console's settings; it has no database and no secret."""

    service_urls: Annotated[dict[str, AnyHttpUrl], Field(validate_default=True)] = Field(
        default={
            "auth": AnyHttpUrl("http://localhost:8002"),
            "user": AnyHttpUrl("http://localhost:8001"),
            "admin": AnyHttpUrl("http://localhost:8003"),
        },
        description="Where each service is, by its name; a further service is shown among the databases.",
    )
    service_timeout_seconds: float = Field(
        default=10.0, gt=0, le=300, description="How long a service may take to answer, seconds."
    )
    session_idle_minutes: int = Field(
        default=720, ge=1, le=43_200, description="After this time without a request a sign-in ends here, minutes."
    )
    sessions_limit: int = Field(
        default=10_000, ge=1, description="Sign-ins that are kept at a time; with more, the longest idle one ends."
    )
    refresh_seconds: float = Field(
        default=2.0, ge=0.5, le=60, description="How often a page that is open asks for news, seconds."
    )
    log_format: Literal["auto", "json", "console"] = "auto"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("service_urls")
    @classmethod
    def _names_those_that_are_needed(cls, urls: dict[str, AnyHttpUrl]) -> dict[str, AnyHttpUrl]:
        if missing := [name for name in NEEDED if name not in urls]:
            raise ValueError(f"names no address of {', '.join(missing)}; {', '.join(NEEDED)} are needed")
        return urls

    def url_of(self, service: str) -> str:
        """Return the address of a service, without a slash at its end."""
        return str(self.service_urls[service]).rstrip("/")


if __name__ == "__main__":
    Settings.load()
