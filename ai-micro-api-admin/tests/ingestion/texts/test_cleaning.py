import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingestion.texts.cleaning import clean


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("exam\u00adple", "example"),
        ("exam\u00ad\n  ple", "example"),
        ("ゼロ\u200b幅", "ゼロ幅"),
        ("word\u2060joiner \ufeffmark", "wordjoiner mark"),
        ("Auf\u200clage", "Auflage"),
        ("a\u200db", "ab"),
        ("right\u200f\u202eto left", "rightto left"),
        ("hidden\U000e0041\U000e0042", "hidden"),
    ],
)
def test_invisible_characters_hide_no_word(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "👨\u200d👩\u200d👧",
        "👩🏽\u200d🚒 ❤\ufe0f\u200d🔥",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می\u200cخواهم",
        "ක්\u200dෂ",
        "ភាសា\u200bខ្មែរ",
    ],
    ids=["family", "firefighter and heart", "flag", "Persian", "Sinhala", "Khmer"],
)
def test_joiners_and_spaces_that_a_script_needs_stay(text: str) -> None:
    assert clean(text) == text


@given(st.text(st.sampled_from("aあ🏴😀क\u00ad\n \u200b\u200c\u200d\ufeff\U000e0067\r\x00\u202e")))
def test_a_clean_text_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)
