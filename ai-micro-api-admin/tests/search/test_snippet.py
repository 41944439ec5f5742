import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search import snippet as module
from app.search.snippet import MIN_LENGTH, snippet

FILLER = "本日は晴天です。" * 40
ENGLISH = "The weather is fine today. " * 20


def test_a_short_text_is_shown_whole() -> None:
    assert snippet("  短い文。 ", "何か").text == "短い文。"


def test_the_window_holds_the_hit_and_begins_with_its_sentence() -> None:
    shown = snippet(FILLER + "復元には管理者権限が必要です。" + FILLER, "復元 権限", length=60)
    assert shown.text.startswith("…復元には管理者権限が必要です。")
    assert shown.text.endswith("…")


def test_the_window_with_more_of_the_query_wins() -> None:
    text = "A restore is possible. " + ENGLISH + "A restore needs the administrator permission. " + ENGLISH
    assert "administrator permission" in snippet(text, "restore administrator permission", length=100).text


def test_the_earliest_of_equal_windows_wins() -> None:
    shown = snippet(FILLER + "復元一。" + FILLER + "復元二。" + FILLER, "復元", length=50)
    assert "復元一" in shown.text


def test_without_a_hit_the_beginning_is_shown() -> None:
    shown = snippet(FILLER, "xyz", length=50)
    assert shown.start == 0
    assert not shown.text.startswith("…")


def test_width_and_voicing_marks_do_not_hide_a_hit() -> None:
    text = FILLER + "ﾃﾞｰﾀﾍﾞｰｽを移行します。" + FILLER
    assert "ﾃﾞｰﾀﾍﾞｰｽ" in snippet(text, "データベース", length=60).text


def test_no_word_is_cut() -> None:
    text = "internationalization " * 40
    words = snippet(text, "nothing", length=100).text.strip("…").split()
    assert set(words) == {"internationalization"}


def test_line_breaks_become_spaces() -> None:
    assert snippet("one\n\n  two\tthree", "two").text == "one two three"


def test_markup_is_left_as_it_is() -> None:
    assert snippet("<b>bold</b>", "bold").text == "<b>bold</b>"


def test_a_length_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 20"):
        snippet("text", "query", length=MIN_LENGTH - 1)


@given(
    st.text(st.sampled_from("東京がabc。 \n.!é\u0301\u3099ｶﾞ🎉ß"), max_size=400),
    st.text(st.sampled_from("東京がabcｶﾞß "), max_size=10),
    st.integers(MIN_LENGTH, 120),
)
def test_a_snippet_keeps_its_length_and_says_what_it_shows(text: str, query: str, length: int) -> None:
    shown = snippet(text, query, length=length)
    assert len(shown.text) <= length
    assert 0 <= shown.start <= shown.end <= len(text)
    assert "\n" not in shown.text
    assert shown.text.strip("…") == " ".join(text[shown.start : shown.end].split())
    assert shown.text or not text.strip()


def marked(text: str, query: str, length: int = 60) -> str:
    """Return the snippet with its highlights in brackets."""
    shown = snippet(text, query, length=length)
    marked, rest = "", 0
    for start, end in shown.highlights:
        marked += shown.text[rest:start] + f"[{shown.text[start:end]}]"
        rest = end
    return marked + shown.text[rest:]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("年次有給休暇は十日です。", "有給休暇", "年次[有給休暇]は十日です。"),
        ("The résumé was read.", "resume reading", "The [résumé] was [read]."),
        ("価格は￥５，０００です", "5000円", "価格は￥[５，０００]です"),
        ("半角のﾃﾞｰﾀﾍﾞｰｽです", "データベース", "半角の[ﾃﾞｰﾀﾍﾞｰｽ]です"),
        ("one\n\n  two   three", "two", "one [two] three"),
        ("C++ and C# differ", "C#", "C++ and [C#] differ"),
        ("nothing here", "absent", "nothing here"),
        ("the end of the day", "the day", "the end of the [day]"),
        ("<b>bold</b>", "bold", "<b>[bold]</b>"),
        (FILLER + "復元には管理者の権限が必要です。" + FILLER, "復元 権限", None),
    ],
)
def test_what_the_query_has_too_is_highlighted(text: str, query: str, expected: str | None) -> None:
    shown = marked(text, query)
    assert shown == expected or (expected is None and "…[復元]には管理者の[権限]が必要です。" in shown)


@given(st.text(st.sampled_from("東京がabc。 \n.!é\u0301\u3099ｶﾞ🎉ß"), max_size=400), st.text(max_size=10))
def test_highlights_are_in_order_within_the_snippet_and_begin_and_end_with_text(text: str, query: str) -> None:
    shown = snippet(text, query, length=40)
    edges = [place for highlight in shown.highlights for place in highlight]
    assert edges == sorted(set(edges))
    assert all(0 <= place <= len(shown.text) for place in edges)
    assert all(shown.text[start:end] == shown.text[start:end].strip("… ") for start, end in shown.highlights)


@given(st.text(max_size=300), st.text(max_size=20))
def test_any_text_and_query_give_a_snippet(text: str, query: str) -> None:
    assert len(snippet(text, query, length=40).text) <= 40


@given(st.text(st.sampled_from("ab 12,C+#東京髙がカーｶﾞ。、\u0301\u3099é🎉\ufe0f\u00ad"), max_size=60))
def test_a_text_is_located_as_if_each_character_came_alone(text: str) -> None:
    """What is read in one piece for speed has the places that it has by itself."""
    together = snippet(text, text, length=80).highlights
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PLAIN", re.compile("(?!)"))
        assert snippet(text, text, length=80).highlights == together
