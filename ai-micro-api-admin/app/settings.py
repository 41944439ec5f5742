"""The service's settings. `python -m app.settings` checks them, before a start migrates anything."""

from typing import Literal

from pydantic import Field

from service_kit.settings.service_settings import TokenCheckingSettings, check_start


class Settings(TokenCheckingSettings):
    """Everything that this service reads from its environment."""

    max_upload_bytes: int = Field(default=52_428_800, ge=1024, description="Largest file that is accepted, bytes.")
    embedding_provider: Literal["hash"] = Field(
        default="hash", description="What makes the vectors of knowledge bases created from now on."
    )
    login_log_retention_days: int = Field(
        default=365, ge=1, le=3650, description="How long login attempts are kept, days."
    )
    system_log_retention_days: int = Field(
        default=365, ge=1, le=3650, description="How long entries of the system log are kept, days."
    )
    processing_workers: int = Field(
        default=1,
        ge=0,
        le=16,
        description="Documents that this process works on at the same time; 0 leaves it to others.",
    )
    processing_lease_seconds: float = Field(
        default=30.0, gt=0, le=3600, description="After that long without a sign of life, a document is taken over."
    )
    processing_max_attempts: int = Field(
        default=3, ge=1, le=100, description="Interrupted attempts after which a document has failed."
    )
    processing_poll_seconds: float = Field(
        default=10.0, gt=0, le=3600, description="How often an idle worker looks for documents left by another process."
    )


if __name__ == "__main__":
    check_start(Settings)
