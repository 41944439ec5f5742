"""The service's settings. `python -m app.settings` checks them, before a start migrates anything."""

from typing import Annotated

import phonenumbers
from pydantic import AfterValidator, Field

from service_kit.settings import TokenCheckingSettings, check_start


def _known_region(value: str) -> str:
    if value not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"{value} is not a country with phone numbers; write its ISO 3166 code, such as JP")
    return value


class Settings(TokenCheckingSettings):
    """Everything that this service reads from its environment."""

    default_phone_region: Annotated[str, AfterValidator(_known_region)] = Field(
        default="JP", description="Country of phone numbers that are written without a country code."
    )


if __name__ == "__main__":
    check_start(Settings)
