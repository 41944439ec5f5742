import pytest

from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers.html import parse


def read(source: str) -> list[Page]:
    return list(parse(source.encode(), Warnings()))


def test_the_title_and_the_headings_stand_above_the_text() -> None:
    assert read("<title>規程</title><h1>休暇</h1><p>十日。<h2>例外</h2>なし。") == [
        Page(None, "十日。", "規程 > 休暇"),
        Page(None, "なし。", "規程 > 休暇 > 例外"),
    ]


def test_a_title_that_is_the_heading_too_stands_there_once() -> None:
    assert read("<title>休暇</title><h1>休暇</h1>十日。") == [Page(None, "十日。", "休暇")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>one<p>two", "one\ntwo"),
        ("日本語の\n  改行 and\n  more", "日本語の改行 and more"),
        ("<ul><li>one<li>two<ol start=3><li>three</ol></ul>", "- one\n- two\n3. three"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("one<br>two", "one\ntwo"),
        ('<img src=x alt="社屋の写真">', "社屋の写真"),
        ("<a href=x>東</a><b>京</b>", "東京"),
        ("seen<script>if (a<b) unseen()</script><style>p{}</style><template>x</template>", "seen"),
        ("<select><option>春<option>夏</select><textarea>秋</textarea>", "春\n夏\n秋"),
        ("<table><tr><td>a<table><tr><td>b<td>c</table>d<td>e</table>", "a b c d | e"),
        ("<table><caption>表1</caption><tr><td>a</table>", "表1\na"),
        ("<td>a<td>b", "a | b"),
        ("1 < 2 &amp; &#12354;", "1 < 2 & あ"),
        ("a\u00ad<wbr>b", "ab"),
        ("x<!-- never closed", "x"),
        ("<ol start=99999999999999999999><li>x</ol>", "1. x"),
    ],
)
def test_what_a_reader_sees_is_kept(source: str, text: str) -> None:
    assert "\n".join(page.text for page in read(source)) == text


@pytest.mark.parametrize("source", [" ", "<!-- c -->", "<script>x", "<p></p>", "<table><tr></table>"])
def test_a_page_without_text_has_no_pages(source: str) -> None:
    assert read(source) == []


@pytest.mark.parametrize("encoding", ["shift_jis", "EUC-JP", "koi8-r", "windows-1251", "iso-8859-5", "windows-1250"])
@pytest.mark.parametrize("head", ['<meta charset="{}">', "<meta http-equiv=x content='text/html; charset={}'>"])
def test_the_encoding_that_a_page_names_is_believed(encoding: str, head: str) -> None:
    text = {"shift_jis": "休", "EUC-JP": "休", "windows-1250": "ů"}.get(encoding, "й")
    source = (head.format(encoding) + text).encode(encoding)
    assert list(parse(source, Warnings())) == [Page(None, text)]


def test_a_page_that_names_another_encoding_than_it_has_is_recognised() -> None:
    text = "年次有給休暇は、入社から六か月後に十日を付与する。"
    for named, encoding in (("iso-8859-1", "utf-8"), ("utf-8", "cp932"), ("nonsense", "euc_jp")):
        source = (f"<meta charset={named}>" + text).encode(encoding)
        assert list(parse(source, Warnings())) == [Page(None, text)]


def test_deep_nesting_ends() -> None:
    for tag in ("<div>", "<b>", "<table><tr><td>", "<ul><li>", "<ruby>", "</td>", "</ul>"):
        read(tag * 20_000 + "deep")
