from hypothesis import given
from hypothesis import strategies as st

from app.ingestion.texts.reflow import reflow, separator


def test_a_japanese_word_broken_by_a_full_line_is_whole_again() -> None:
    assert reflow("本書はデータベー\nスの移行を説明する。") == "本書はデータベースの移行を説明する。"


def test_english_lines_are_joined_by_a_space() -> None:
    assert reflow("the quick brown\nfox jumps over") == "the quick brown fox jumps over"


def test_a_short_line_stands_alone() -> None:
    assert reflow("第1章\n本書はデータベースの移行を説明する。") == "第1章\n本書はデータベースの移行を説明する。"


def test_a_full_line_that_ends_a_sentence_ends_the_paragraph() -> None:
    assert reflow("一つ目の文です。\n二つ目の文です。") == "一つ目の文です。\n二つ目の文です。"


def test_list_items_stay_on_their_own_lines() -> None:
    assert reflow("・一つ目の項目\n・二つ目の項目") == "・一つ目の項目\n・二つ目の項目"


def test_an_inserted_hyphen_disappears() -> None:
    assert reflow("data\u0002\nbase") == "database"
    assert reflow("a short line\nanother longer line with data\ufffe\nbase") == (
        "a short line\nanother longer line with database"
    )


def test_joining_puts_a_space_where_either_side_has_words() -> None:
    assert separator("移行", "手順") == ""
    assert separator("移行", "guide") == " "
    assert separator("", "guide") == ""


@given(st.text(st.sampled_from("漢字abc 。.\n\u0002・1")))
def test_no_visible_character_is_lost(text: str) -> None:
    def visible(value: str) -> str:
        return "".join(value.replace("\u0002", "").split())

    assert visible(reflow(text)) == visible(text)
