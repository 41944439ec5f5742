"""The model that the settings name."""

from app.language_models.client import LanguageModel, ModelSettings
from app.settings import Settings


def configured_model(settings: Settings) -> LanguageModel | None:
    """Return the model that answers, or None where answers are extracts."""
    if settings.chat_provider != "openai" or settings.chat_model is None:
        return None
    return LanguageModel(
        ModelSettings(
            url=str(settings.chat_url),
            model=settings.chat_model,
            api_key=settings.chat_api_key,
            timeout_seconds=settings.chat_timeout_seconds,
            prompt_tokens=settings.chat_max_prompt_tokens,
            answer_tokens=settings.chat_max_answer_tokens,
            temperature=settings.chat_temperature,
        )
    )
