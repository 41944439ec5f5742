"""The service's settings. `python -m app.settings` checks them, before a start migrates anything."""

from service_kit.settings.service_settings import TokenCheckingSettings, check_start


class Settings(TokenCheckingSettings):
    """Everything that this service reads from its environment."""


if __name__ == "__main__":
    check_start(Settings)
