"""The service's settings."""

from service_kit.settings import TokenCheckingSettings


class Settings(TokenCheckingSettings):
    """Everything that this service reads from its environment."""
