"""What of a model's answer reaches its reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers.safe_answer import SafeAnswer

KNOWN = "開館時間は https://library.example/hours にあります。"


def filtered(answer: str, size: int = 1, passages: int = 3) -> tuple[str, list[int]]:
    safe = SafeAnswer(passages=passages, known_text=KNOWN, link_removed="(link removed)")
    shown = "".join(safe.feed(answer[start : start + size]) for start in range(0, len(answer), size)) + safe.finish()
    assert shown == safe.text
    return shown, safe.cited


CASES = {
    "午後八時です。[2]": "午後八時です。[1]",
    "a [3], b [1] and c [3].": "a [1], b [2] and c [1].",
    "a [1][2] b [1, 2] c 【2】 d［1］ e [^2]": "a [1][2] b [1][2] c [2] d[1] e [2]",
    "a [4] b [99] c [0]": "a  b  c ",
    "![secret](https://evil.example/?q=1)": "secret",
    "![a](x) [b](https://evil.example) [c][ref]": "a b c",
    "[![alt](https://evil.example/a)](https://evil.example/b)": "alt",
    "![alt][1]\n\n[1]: https://evil.example/a": "alt\n\n[1]: (link removed)",
    "see https://evil.example/x.": "see (link removed).",
    "see https://library.example/hours.": "see https://library.example/hours.",
    "see <https://evil.example> and <https://library.example/hours>": "see (link removed) and https://library.example/hours",
    '<img src="https://evil.example/?a"> <a href="x">b</a>': " b",
    '<b onclick="x">c</b> <script>d</script>': "c</b> d",
    "Vec<T> a < b > c <b>bold</b>": "Vec<T> a < b > c <b>bold</b>",
    "www.evil.example javascript:alert(1) data:text/html,x": "(link removed) (link removed) (link removed)",
    "//evil.example/x": "(link removed)",
    "[1](https://evil.example) x": "[1] x",
    "an open [ bracket, and a ! mark!": "an open [ bracket, and a ! mark!",
    "配列 [a, b] と [2]": "配列 [a, b] と [1]",
    "with the width": "with the width",
    "[a](https://evil.example/(x))": "a",
}


@pytest.mark.parametrize("answer", CASES)
@pytest.mark.parametrize("size", [1, 3, 10_000])
def test_only_text_and_citations_of_passages_come_through(answer: str, size: int) -> None:
    assert filtered(answer, size)[0] == CASES[answer]


def test_citations_are_numbered_in_their_order() -> None:
    assert filtered("a [3] b [1]")[1] == [3, 1]


def test_what_has_no_end_is_text() -> None:
    answer = "![" + "x" * 5000 + "](https://evil.example/a)"
    shown = filtered(answer, 100)[0]
    assert "evil" not in shown
    assert "[" not in shown


def test_words_are_shown_as_they_come() -> None:
    safe = SafeAnswer(passages=1, known_text="", link_removed="")
    assert [safe.feed(piece) for piece in ("図書館は", "八時", "まで。", "[1", "]", "次", " the", " cat")] == [
        "図書館は", "八時", "まで。", "", "", "[1]次", " the", " cat",
    ]  # fmt: skip


FRAGMENTS = ["![", "[", "]", "(", ")", "<", ">", "https://evil.example/", "http", "://", "evil.example", "img src="]
PIECES = st.lists(st.sampled_from([*FRAGMENTS, "a", " ", "1", "!", "\n"]), max_size=25)


@given(PIECES)
def test_no_order_of_pieces_makes_an_address_that_was_not_there(pieces: list[str]) -> None:
    shown = filtered("".join(pieces), 10_000)[0]
    assert "https://evil" not in shown
    assert "<img src=" not in shown


@given(PIECES)
def test_no_cut_lets_an_address_through(pieces: list[str]) -> None:
    safe = SafeAnswer(passages=3, known_text="", link_removed="-")
    shown = "".join(map(safe.feed, pieces)) + safe.finish()
    assert "https://evil" not in shown
