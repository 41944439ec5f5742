import pytest

from app.ingestion.failures import UnreadableFile
from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers.markdown import parse


def read(source: str) -> list[Page]:
    return list(parse(source.encode(), Warnings()))


def test_each_section_knows_the_headings_above_it() -> None:
    assert read("# Guide\n\nIntro.\n\n## Backup\n\nNightly.\n\n# Other\n\nEnd.") == [
        Page(None, "Intro.", "Guide"),
        Page(None, "Nightly.", "Guide > Backup"),
        Page(None, "End.", "Other"),
    ]


def test_a_heading_with_nothing_below_it_is_still_found() -> None:
    assert read("# Guide\n\n## Empty\n\n## Full\n\nText.") == [
        Page(None, "Empty", "Guide"),
        Page(None, "Text.", "Guide > Full"),
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Some *very* **bold** `code`", "Some very bold code"),
        ("A [link](http://example.org) and ![a picture](x.png)", "A link and a picture"),
        ("- one\n- two\n  - three", "- one\n- two\n- three"),
        ("1. one\n2. two", "1. one\n2. two"),
        ("```python\nprint(1)\n```", "print(1)"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2"),
        ("> quoted", "quoted"),
        ("日本語の\n改行", "日本語の改行"),
        ("english\nbreak", "english break"),
        ("hard  \nbreak", "hard\nbreak"),
        ("one<br>two <b>bold</b>", "one\ntwo bold"),
        ("<div>seen<script>unseen()</script></div>", "seen"),
        ("<!-- a comment -->\n\nText", "Text"),
        ('<div title="a > b" class=c>seen<br>too</div>', "seen\ntoo"),
        ("<div>1 < 2 &amp; it's &#12354;</div>", "1 < 2 & it's あ"),
        ("<p>seen<!-- never closed", "seen"),
        ("<div>seen<STYLE>p { }</Style>too</div>", "seentoo"),
        ("<div>&#" + "9" * 5000 + ";</div>", "\ufffd"),
        ("[text][ref]\n\n[ref]: http://example.org", "text"),
        ("\\*not emphasis\\* &amp; more", "*not emphasis* & more"),
    ],
)
def test_markup_is_dropped_and_text_is_kept(source: str, text: str) -> None:
    assert [page.text for page in read(source)] == [text]


@pytest.mark.parametrize(
    "source",
    [
        "[重要]: 明日は休館です。",
        "[Note]: remember",
        "[^1]: 脚注です。",
        "[^1]: https://example.org/source",
        "[a]: b",
        "[所要時間]: 30分/回",
    ],
)
def test_a_line_that_only_looks_like_a_link_definition_is_text(source: str) -> None:
    assert read(source) == [Page(None, source)]


@pytest.mark.parametrize(
    "destination",
    [
        "https://example.org/図書館", "<図 1.png>", "/a", "../b.md", "#top", "?q=1", "x.png", "docs/x", "mailto:a@b.c",
        'https://example.org "Title"', "\n  https://example.org",
    ],
)  # fmt: skip
def test_a_link_definition_is_none(destination: str) -> None:
    assert read(f"See [text][ref].\n\n[ref]: {destination}") == [Page(None, "See text.")]


def test_a_definition_below_a_line_that_looks_like_one_is_none() -> None:
    assert read("[重要]: 休館。\n\n[ref]: http://example.org\n\n[text][ref]") == [Page(None, "[重要]: 休館。\ntext")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<ruby>漢字<rt>かんじ</rt></ruby>を読む。", "漢字を読む。（漢字: かんじ）"),
        ("<ruby>東<rp>(</rp><rt>とう</rt><rp>)</rp>京<rt>きょう</ruby>駅へ", "東京駅へ（東京: とうきょう）"),
        ("<p><ruby>漢字<rt>かんじ</rt></ruby>を</p>\n<p>読む</p>", "漢字を（漢字: かんじ）\n読む"),
        ("<ruby>never closed<rt>x", "never closed（neverclosed: x）"),
        ("<div>東<b>京</b>都<wbr>庁</div>", "東京都庁"),
        ("東**京**都", "東京都"),
        ("soft\u00adhyphen and zero\u200bwidth", "softhyphen and zerowidth"),
    ],
)
def test_markup_and_readings_do_not_land_inside_words(source: str, text: str) -> None:
    assert [page.text for page in read(source)] == [text]


@pytest.mark.parametrize(
    "table",
    [
        "| 品名 | 価格 |\n|---|---|\n| 茶 | 500円 |\n",
        "<table><tr><th>品名</th><th>価格</th></tr><tr><td>茶</td><td>500円</td></tr></table>",
        "<table><thead><tr><td>品名<td>価格</thead><tr><td>茶<td>500<b>円</b></table>",
        "<table>\n<tr><td>品名</td><td>価格</td></tr>\n<tr><td>茶</td><td><p>500円</p></td></tr></table>",
    ],
)
def test_a_table_knows_its_header(table: str) -> None:
    assert read(f"# 料金\n\n前文\n\n{table}\n後文") == [
        Page(None, "前文", "料金"),
        Page(None, "品名 | 価格\n茶 | 500円", "料金", "品名 | 価格"),
        Page(None, "後文", "料金"),
    ]


def test_headings_in_html_are_headings() -> None:
    assert read("<h1 align=center>Guide</h1>\n\nText.") == [Page(None, "Text.", "Guide")]


def test_front_matter_is_no_heading() -> None:
    assert read("---\ntitle: Backup\n---\n# Guide\n\nText.") == [
        Page(None, "title: Backup"),
        Page(None, "Text.", "Guide"),
    ]


def test_front_matter_of_lines_that_read_in_two_ways_is_read_once() -> None:
    # A backtracking pattern tries 2 to the power of 40 ways here: it held the only worker until it was killed.
    assert read("---\n" + "-a: b\n" * 40) == [Page(None, " ".join(["-a: b"] * 40))]


def test_front_matter_ends_at_its_first_end() -> None:
    assert read("---\na: b\n- c\n...\nText.\n\n---\n") == [Page(None, "a: b\n- c"), Page(None, "Text.")]


def test_a_long_heading_is_found_whole_and_stands_in_part_above_what_is_below_it() -> None:
    heading, section = read(f"# {'x' * 2000}\n\n# {'y' * 2000}\n\nText.")
    assert (heading.text, section.text, section.context) == ("x" * 2000, "Text.", "y" * 500)


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert read("---\n\nSome *text*.\n\n---\n\nMore.") == [Page(None, "Some text.\nMore.")]


@pytest.mark.parametrize("source", ["\n\n---\n\n", "\n\n", "", "\t\t", "[a]: http://example.org"])
def test_a_document_without_text_has_no_pages(source: str) -> None:
    assert read(source) == []


def test_a_long_document_reads_like_its_parts() -> None:
    section = "## Part\n\nText with a\nbreak.\n\n```\n# no heading\n\ncode\n```\n\n"
    assert (
        read("# Book\n\n" + section * 4500)
        == [Page(None, "Text with a break.\n# no heading\n\ncode", "Book > Part")] * 4500
    )


def test_deep_nesting_ends() -> None:
    read(">" * 10_000 + " deep")
    read("- " * 10_000 + "deep")
    read("[" * 10_000 + "deep" + "]" * 10_000)
    read("*" * 20_000)


def test_binary_data_is_refused() -> None:
    with pytest.raises(UnreadableFile):
        list(parse(b"\x89PNG\0", Warnings()))
