"""The service's settings. `python -m app.settings` checks them, before a start migrates anything."""

from typing import Literal, Self

from pydantic import AnyHttpUrl, Field, SecretStr, model_validator

from service_kit.settings.service_settings import TokenCheckingSettings, check_start


class Settings(TokenCheckingSettings):
    """Everything that this service reads from its environment."""

    max_upload_bytes: int = Field(default=52_428_800, ge=1024, description="Largest file that is accepted, bytes.")
    embedding_provider: Literal["hash", "openai"] = Field(
        default="hash", description="What makes the vectors of knowledge bases created from now on."
    )
    embedding_url: AnyHttpUrl | None = Field(
        default=None, description="An OpenAI-compatible server, such as http://localhost:11434/v1."
    )
    embedding_model: str | None = Field(
        default=None, min_length=1, max_length=200, description="The model's name there."
    )
    embedding_dimensions: int | None = Field(
        default=None, ge=1, le=16_000, description="Length of the model's vectors."
    )
    embedding_api_key: SecretStr | None = Field(default=None, min_length=1, description="Sent to it as a bearer token.")
    embedding_query_prefix: str = Field(default="", max_length=1000, description="Put before the text of a query.")
    embedding_passage_prefix: str = Field(default="", max_length=1000, description="Put before the text of a passage.")
    embedding_input_type: bool = Field(
        default=False, description="Whether to send `input_type`, `query` or `passage`, with each request."
    )
    embedding_batch_size: int = Field(default=32, ge=1, le=2048, description="Texts in one request.")
    embedding_timeout_seconds: float = Field(
        default=30.0, gt=0, le=600, description="The longest silence of the embedding server; 10 at most for a query."
    )
    embedding_retries: int = Field(
        default=2, ge=0, le=10, description="How often a request for passages is repeated that failed in passing."
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

    @model_validator(mode="after")
    def _embedding_server_is_named(self) -> Self:
        named = self.embedding_url and self.embedding_model and self.embedding_dimensions
        if self.embedding_provider == "openai" and not named:
            raise ValueError("EMBEDDING_PROVIDER=openai needs EMBEDDING_URL, EMBEDDING_MODEL and EMBEDDING_DIMENSIONS")
        return self


if __name__ == "__main__":
    check_start(Settings)
