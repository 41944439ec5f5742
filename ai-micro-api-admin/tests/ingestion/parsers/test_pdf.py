import pytest

from app.ingestion.failures import FailureCode, UnreadableFile
from app.ingestion.pages import Page
from app.ingestion.parse_warnings import ParseWarning, Warnings
from app.ingestion.parsers.pdf import MAX_PAGES, parse, ranges_of
from app.ingestion.reasons import WarningCode
from tests.ingestion.parsers.pdf_files import pdf, pdf_nested, pdf_of_drawings, pdf_with_pages


def read(content: bytes) -> list[Page]:
    return list(parse(content, Warnings()))


def verdict(content: bytes) -> FailureCode:
    with pytest.raises(UnreadableFile) as caught:
        read(content)
    return caught.value.code


def test_pages_keep_their_numbers_and_empty_ones_are_left_out() -> None:
    assert read(pdf(["First page"], [], ["三ページ目"])) == [
        Page(1, "First page"),
        Page(3, "三ページ目"),
    ]


def test_a_sentence_broken_across_lines_is_whole_again() -> None:
    (page,) = read(pdf(["本書はデータベースの移行を説明し、復元の手", "順も示します。"]))
    assert "復元の手順も示します。" in page.text


def test_a_pdf_with_a_password_says_so() -> None:
    assert verdict(pdf(["secret"], password="open sesame")) is FailureCode.ENCRYPTED


def test_a_scan_says_that_it_has_no_text() -> None:
    assert verdict(pdf_of_drawings()) is FailureCode.NO_TEXT


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"%PDF-1.7\n" + b"\xff" * 5000, b"not a PDF", b""])
def test_a_pdf_that_is_none_is_damaged(content: bytes) -> None:
    assert verdict(content) is FailureCode.DAMAGED


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.95])
def test_a_truncated_pdf_is_damaged_or_read_as_far_as_it_goes(share: float) -> None:
    whole = pdf(*[[f"Page {number}"] for number in range(1, 21)])
    try:
        found = {page.text for page in read(whole[: int(len(whole) * share)])}
    except UnreadableFile as refused:
        found = {refused.code}
    assert found <= {FailureCode.DAMAGED, FailureCode.NO_TEXT} | {f"Page {number}" for number in range(1, 21)}


def test_a_pdf_of_too_many_pages_is_refused_before_they_are_read() -> None:
    assert verdict(pdf_with_pages(MAX_PAGES + 1)) is FailureCode.TOO_MANY_PAGES


def test_pages_of_pictures_beside_pages_of_text_are_named() -> None:
    warnings = Warnings()
    pages = list(parse(pdf(["Text"], None, None, [], None, None), warnings))
    assert pages == [Page(1, "Text")]
    (warning,) = warnings.found
    assert warning.code is WarningCode.PAGES_WITHOUT_TEXT
    assert warning.text.startswith("Pages 2-3, 5-6 (4 pages) have only pictures and no text")


def test_a_pdf_of_text_has_no_warning() -> None:
    warnings = Warnings()
    list(parse(pdf(["Text"], []), warnings))
    assert warnings.found == list[ParseWarning]()


@pytest.mark.parametrize(
    ("pages", "text"),
    [
        ([3], "3"),
        ([1, 2], "1-2"),
        ([1, 3, 4, 5, 9], "1, 3-5, 9"),
        (list(range(1, 101, 2)), f"{', '.join(map(str, range(1, 40, 2)))}, …"),
    ],
)
def test_pages_are_named_as_ranges(pages: list[int], text: str) -> None:
    assert ranges_of(pages) == text


def test_deep_nesting_ends() -> None:
    assert verdict(pdf_nested(100_000)) in {FailureCode.NO_TEXT, FailureCode.DAMAGED}
