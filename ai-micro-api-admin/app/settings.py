"""The service's settings. `python -m app.settings` checks them, before a start migrates anything."""

from typing import Literal, Self

from pydantic import AnyHttpUrl, Field, SecretStr, model_validator

from service_kit.settings.service_settings import TokenCheckingSettings, check_start


class Settings(TokenCheckingSettings):
    """Everything that this service reads from its environment."""

    max_upload_bytes: int = Field(default=52_428_800, ge=1024, description="Largest file that is accepted, bytes.")
    max_batch_bytes: int = Field(
        default=524_288_000, ge=1024, description="Largest request that uploads several files, bytes."
    )
    max_batch_files: int = Field(
        default=1000, ge=1, le=1000, description="Files that one request may upload, those inside zips counted."
    )
    max_batch_unpacked_bytes: int = Field(
        default=2_147_483_648, ge=1024, description="What the zips of one request may unpack to, bytes."
    )
    files_url: str | None = Field(
        default=None,
        pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^?#]*)?$",
        description="An S3-compatible store that files are moved to once they were processed: `s3://bucket/folder`.",
    )
    files_keep_in: Literal["store", "postgresql"] = Field(
        default="store", description="Where files are kept: FILES_URL, or PostgreSQL, to which it moves them back."
    )
    files_s3_endpoint: AnyHttpUrl | None = Field(
        default=None, description="The store's server, such as http://localhost:9000; none for AWS."
    )
    files_s3_region: str = Field(default="us-east-1", min_length=1, description="Where the bucket is.")
    files_s3_access_key_id: str | None = Field(
        default=None,
        min_length=1,
        description="None: keys are found as AWS' programs do, in the environment or by the identity of the machine.",
    )
    files_s3_secret_access_key: SecretStr | None = Field(default=None, min_length=1, description="Belongs to it.")
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
    reranker_url: AnyHttpUrl | None = Field(
        default=None, description="A server whose `/rerank` orders what a search found, such as http://localhost:8080."
    )
    reranker_api: Literal["jina", "tei"] = Field(
        default="jina",
        description="Shape of its requests: `jina` (also Cohere, llama.cpp, vLLM, Infinity), or `tei` "
        "(Text Embeddings Inference).",
    )
    reranker_model: str | None = Field(
        default=None, min_length=1, max_length=200, description="The model's name there, if it has several."
    )
    reranker_api_key: SecretStr | None = Field(default=None, min_length=1, description="Sent to it as a bearer token.")
    reranker_timeout_seconds: float = Field(
        default=2.0, gt=0, le=30, description="The longest silence of it; then a search keeps its own order."
    )
    reranker_max_passages: int = Field(
        default=50, ge=2, le=140, description="How many of the best passages are sent to it."
    )
    chat_provider: Literal["extractive", "openai"] = Field(
        default="extractive", description="What answers questions: sentences of documents, or a model behind CHAT_URL."
    )
    chat_url: AnyHttpUrl | None = Field(
        default=None, description="An OpenAI-compatible server, such as http://localhost:11434/v1."
    )
    chat_model: str | None = Field(default=None, min_length=1, max_length=200, description="The model's name there.")
    chat_api_key: SecretStr | None = Field(default=None, min_length=1, description="Sent to it as a bearer token.")
    chat_timeout_seconds: float = Field(
        default=60.0, gt=0, le=600, description="The longest silence of the model server; ten times that for an answer."
    )
    chat_max_prompt_tokens: int = Field(
        default=6000, ge=500, le=200_000, description="Room for passages and earlier turns in a prompt, estimated."
    )
    chat_max_answer_tokens: int = Field(default=1000, ge=16, le=32_000, description="Longest answer of the model.")
    chat_temperature: float = Field(default=0.1, ge=0, le=2, description="0: always the likeliest word.")
    chat_questions_per_minute: int = Field(
        default=60, ge=1, le=10_000, description="Questions of an account that go to the model in a minute."
    )
    login_log_retention_days: int = Field(
        default=365, ge=1, le=3650, description="How long login attempts are kept, days."
    )
    system_log_retention_days: int = Field(
        default=365, ge=1, le=3650, description="How long entries of the system log are kept, days."
    )
    processing_workers: int = Field(
        default=2,
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
    def _keys_of_the_store_are_a_pair(self) -> Self:
        if (self.files_s3_access_key_id is None) != (self.files_s3_secret_access_key is None):
            raise ValueError("FILES_S3_ACCESS_KEY_ID and FILES_S3_SECRET_ACCESS_KEY need each other")
        return self

    @model_validator(mode="after")
    def _embedding_server_is_named(self) -> Self:
        named = self.embedding_url and self.embedding_model and self.embedding_dimensions
        if self.embedding_provider == "openai" and not named:
            raise ValueError("EMBEDDING_PROVIDER=openai needs EMBEDDING_URL, EMBEDDING_MODEL and EMBEDDING_DIMENSIONS")
        return self

    @model_validator(mode="after")
    def _model_is_named(self) -> Self:
        if self.chat_provider == "openai" and not (self.chat_url and self.chat_model):
            raise ValueError("CHAT_PROVIDER=openai needs CHAT_URL and CHAT_MODEL")
        return self


if __name__ == "__main__":
    check_start(Settings)
