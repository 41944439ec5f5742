"""An answer is shown as Markdown, and whatever it holds, nothing of it runs, loads or leads away."""

import re
import time
from typing import Any

import pytest

from app.pages.answers import as_html

SOURCE = {"chunk_id": "a/b?", "title": '"><i>'}
LINK = '<a href="/knowledge/passages/a%2Fb%3F" title="&#34;&gt;&lt;i&gt;">[1]</a>'


def html(content: str, *unsourced: str) -> str:
    """Return an answer with one source; the sentences named have none."""
    spans: list[dict[str, int]] = []
    for sentence in unsourced:
        start = content.index(sentence)
        spans.append({"start": start, "end": start + len(sentence)})
    message: dict[str, Any] = {"content": content, "citations": [SOURCE], "unsourced": spans}
    return str(as_html(message)).strip()


def test_markdown_is_shown_as_what_it_means() -> None:
    shown = html(
        "# Hours\n\n- **open** at 9\n- `closed` at 5\n\n| day | hour |\n|---|---|\n| Mon | 9 |\n\n```sh\n<b>\n```"
    )
    assert "<h4>Hours</h4>" in shown
    assert "<li><strong>open</strong> at 9</li>" in shown
    assert "<li><code>closed</code> at 5</li>" in shown
    assert "<td>Mon</td>" in shown
    assert '<pre tabindex="0"><code>&lt;b&gt;\n</code></pre>' in shown


def test_a_line_of_an_answer_stays_a_line() -> None:
    assert html("one\ntwo") == "<p>one<br />\ntwo</p>"


def test_a_number_is_a_link_only_to_a_source_that_the_answer_has() -> None:
    assert html("Yes [1], no [2], `[1]`.") == f"<p>Yes {LINK}, no [2], <code>[1]</code>.</p>"


@pytest.mark.parametrize(
    ("content", "sentence", "shown"),
    [
        ("Yes [1]. No.", "No.", f"<p>Yes {LINK}. <mark class='unsourced'>No.</mark></p>"),
        ("- No.", "- No.", "<ul>\n<li><mark class='unsourced'>No.</mark></li>\n</ul>"),
        ("2. No.", "2. No.", "<ol start=\"2\">\n<li><mark class='unsourced'>No.</mark></li>\n</ol>"),
        ("**No.**", "**No.**", "<p><strong><mark class='unsourced'>No.</mark></strong></p>"),
        ("_No._ [1]", "_No._", f"<p><em><mark class='unsourced'>No.</mark></em> {LINK}</p>"),
        ("いいえ、**違います**。", "いいえ、**違います**。", None),
    ],
)
def test_a_sentence_without_a_source_is_marked_inside_its_markdown(
    content: str, sentence: str, shown: str | None
) -> None:
    mark = "<mark class='unsourced'>{}</mark>"
    several = f"<p>{mark.format('いいえ、')}<strong>{mark.format('違います')}</strong>{mark.format('。')}</p>"
    assert html(content, sentence) == (shown or several)


def test_a_mark_that_would_break_the_markdown_is_shown_without_it() -> None:
    shown = html("```\nNo source here.\n```", "```")
    assert "No source here." in shown
    assert "<mark class='unsourced'>```</mark>" in shown


def test_a_mark_cannot_be_ended_or_begun_by_an_answer() -> None:
    shown = html("\u2e22All\u2e23 of it is made up.", "\u2e22All\u2e23 of it is made up.")
    assert shown == "<p><mark class='unsourced'>「All」 of it is made up.</mark></p>"


HOSTILE = [
    "<script>window.ran=1</script>",
    "<img src=https://evil.example/x onerror=alert(1)>",
    "![x](https://evil.example/x.png)",
    "![x][1]\n\n[1]: https://evil.example/x.png",
    "[click](https://evil.example)",
    "[click](javascript:alert(1))",
    "[click][1]\n\n[1]: javascript:alert(1)",
    "<https://evil.example>",
    "<javascript:alert(1)>",
    "https://evil.example www.evil.example a@evil.example",
    "```<img/onerror=alert(1)>\nx\n```",
    "`<svg onload=alert(1)>` & \"'",
    "| <b onclick=x> |\n|---|\n| <iframe src=//evil.example> |",
    "# <style>@import url(//evil.example)</style>",
    "&lt;script&gt; &#60;img src=x&#62; \\<b>",
    "[1](https://evil.example) [[1]](https://evil.example)",
    "<p>\n<img src=x>\n</p>",
]
KNOWN_TAGS = {
    "a", "blockquote", "br", "code", "div", "em", "h4", "h5", "h6", "hr", "li", "mark", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


@pytest.mark.parametrize("content", HOSTILE)
def test_of_a_hostile_answer_only_text_is_left(content: str) -> None:
    shown = html(content, content.split("\n", maxsplit=1)[0])
    assert set(re.findall(r"</?([a-zA-Z0-9]+)", shown)) <= KNOWN_TAGS
    assert re.findall(r'\shref="([^"]*)"', shown) in (
        [],
        ["/knowledge/passages/a%2Fb%3F"],
        ["/knowledge/passages/a%2Fb%3F"] * 2,
    )
    assert not re.search(r"<[^>]*\s(?:src|on\w+|style)=", shown.replace("class='unsourced'", ""))


@pytest.mark.parametrize("piece", ["*", "_", "`", "[", "[1]", "> ", "- ", "**a ", "|a", "&", "\\", "~~", "1. ", "#"])
def test_a_long_hostile_answer_does_not_keep_the_page_waiting(piece: str) -> None:
    began = time.process_time()
    html(piece * (20_000 // len(piece)))
    assert time.process_time() - began < 2
