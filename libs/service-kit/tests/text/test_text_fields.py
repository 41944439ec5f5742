"""Names and titles: what people write passes, what is invisible does not."""

import pytest
from pydantic import TypeAdapter, ValidationError

from service_kit.text.text_fields import Line

LINE: TypeAdapter[str] = TypeAdapter(Line)


@pytest.mark.parametrize(
    "name",
    [
        "山田 花子",
        "O’Brien-Smith",
        "𠮷野家",
        "Nguyễn Thị Ánh",
        "مهدی",
        "می\u200cخواهم",
        "क्\u200dष",
        "ශ්\u200dරී",
        "ന്\u200d",
        "辻\U000e0100",
        "👩\u200d💻",
        "👩🏽\u200d🔬",
        "🏳\ufe0f\u200d🌈",
        "❤\ufe0f",
        "한국어",
    ],
)
def test_a_name_keeps_every_character_that_its_script_needs(name: str) -> None:
    assert LINE.validate_python(name) == name


@pytest.mark.parametrize(
    "character",
    [
        "\0", "\t", "\n", "\x7f", "\x85", "\u00ad", "\u061c", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f",
        "\u2028", "\u2029", "\u202a", "\u202e", "\u2060", "\u2066", "\u2069", "\u3164", "\uffa0", "\u115f", "\u2800",
        "\ufeff", "\U000e0041", "\ufe0f\ufe0f",
    ],
)  # fmt: skip
def test_a_control_or_invisible_character_is_refused(character: str) -> None:
    with pytest.raises(ValidationError, match="control characters or invisible ones"):
        LINE.validate_python(f"Hana{character}ko")


@pytest.mark.parametrize("name", ["", "   ", "\u3000", "\ufe0f", "\u200d", "\u200cمهدی", "👩\u200dx", "x\u200d💻"])
def test_a_name_that_shows_nothing_or_begins_with_a_joiner_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        LINE.validate_python(name)


def test_a_name_is_kept_composed_and_without_spaces_around_it() -> None:
    assert LINE.validate_python(" \u3000か\u3099 ") == "が"
