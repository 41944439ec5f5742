"""Sentences of a model that name no source are found, and only those."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers.sources import unsourced_sentences


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("午後八時までです。[1]", []),
        ("午後八時まで[1]です。", []),
        ("午後八時までです [1]。", []),
        ("午後八時までです[1]。日曜日は休みです。", ["日曜日は休みです。"]),
        ("It closes at 8 p.m. [1] It opens at nine.", ["It opens at nine."]),
        ("It closes at 8.30 [1]. On Sundays it is closed.[2]", []),
        ("The fee is 5.5 percent. It is due in May [1].", ["The fee is 5.5 percent."]),
        ("次のとおりです：\n- 平日は九時から[1]\n- 土曜は十時から", ["- 土曜は十時から"]),
        ("## 開館時間\n平日は九時からです[1]。", []),
        ("| 曜日 | 時間 |\n|---|---|", []),
        ("資料には記載がありません。", []),
        ("The documents do not mention a fee. It is free of charge.", ["It is free of charge."]),
        ("はい。午後八時までです[1][2]。", []),
        ("「八時まで」です。[1]", []),
        ("Yes! It is open daily [1].", []),
        ("", []),
    ],
)
def test_sentences_that_cite_nothing_are_named(answer: str, expected: list[str]) -> None:
    assert [answer[start:end] for start, end in unsourced_sentences(answer)] == expected


@given(st.text(st.sampled_from("ab。.!？ \n[1]２」)*#:："), max_size=80))
def test_places_are_in_order_and_within_the_answer(answer: str) -> None:
    edges = [place for sentence in unsourced_sentences(answer) for place in sentence]
    assert edges == sorted(edges)
    assert all(0 <= place <= len(answer) for place in edges)


@given(st.integers(1, 2000))
def test_a_long_line_is_read_in_one_pass(length: int) -> None:
    assert unsourced_sentences("." * length + "a" * length) is not None
