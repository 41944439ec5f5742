from hypothesis import given
from hypothesis import strategies as st

from app.text.folding import fold_cjk, fold_word
from app.text.normalization import normalize


@given(st.text())
def test_each_character_stays_at_its_place(text: str) -> None:
    assert len(fold_cjk(text)) == len(text)


@given(st.text())
def test_what_is_folded_is_not_folded_again(text: str) -> None:
    assert fold_cjk(fold_cjk(text)) == fold_cjk(text)


@given(st.text(st.characters(categories=["Lu", "Ll"]), max_size=12))
def test_accents_are_gone_whatever_the_case(word: str) -> None:
    assert fold_word(normalize(word)) == fold_word(normalize(normalize(word).upper()))


def test_short_words_keep_their_endings() -> None:
    assert fold_word("aws") == "aws"


def test_voicing_marks_of_kana_are_no_accents() -> None:
    assert fold_word("が") == "が"
