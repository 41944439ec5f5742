from hypothesis import given
from hypothesis import strategies as st

from app.text.normalization import normalize


def test_full_width_half_width_and_case_are_one() -> None:
    assert normalize("ＰｏｓｔｇｒｅＳＱＬ ﾃﾞｰﾀﾍﾞｰｽ") == "postgresql データベース"


def test_voicing_marks_written_apart_are_composed() -> None:
    assert normalize("か\u3099") == "が"


@given(st.text())
def test_a_normal_form_is_its_own_normal_form(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@given(st.text())
def test_case_never_matters(text: str) -> None:
    assert normalize(text.casefold()) == normalize(text)
