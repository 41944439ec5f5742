"""What the README says of the settings, and what they refuse."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings

README = Path(__file__).parent.parent / "README.md"
OF_THE_KIT = {"environment", "log_format", "log_level", "build_revision"}


def test_the_readme_names_each_setting() -> None:
    text = README.read_text()
    own = set(Settings.model_fields) - OF_THE_KIT
    assert [name for name in own if f"| `{name.upper()}` |" not in text] == []


def test_an_address_for_each_service_that_it_needs_has_to_be_there() -> None:
    with pytest.raises(ValidationError, match="names no address of user"):
        Settings(service_urls={"auth": "http://a", "admin": "http://b"})


def test_addresses_have_no_slash_at_their_end() -> None:
    urls = dict.fromkeys(("auth", "user", "admin"), "http://localhost:1/")
    assert Settings(service_urls=urls).url_of("auth") == "http://localhost:1"
