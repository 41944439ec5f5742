from pathlib import Path

import pytest

from app.ingestion.failures import FailureCode, UnreadableFile
from app.ingestion.pages import Page
from app.ingestion.parsers.pdf import MAX_PAGES, parse
from tests.ingestion.pdf_files import pdf, pdf_nested, pdf_of_drawings, pdf_with_pages


def read(folder: Path, content: bytes) -> list[Page]:
    file = folder / "document.pdf"
    file.write_bytes(content)
    return list(parse(file))


def verdict(folder: Path, content: bytes) -> FailureCode:
    with pytest.raises(UnreadableFile) as caught:
        read(folder, content)
    assert str(folder) not in caught.value.reason
    return caught.value.code


def test_pages_keep_their_numbers_and_empty_ones_are_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, pdf(["First page"], [], ["三ページ目"])) == [
        Page(1, "First page"),
        Page(3, "三ページ目"),
    ]


def test_a_sentence_broken_across_lines_is_whole_again(tmp_path: Path) -> None:
    (page,) = read(tmp_path, pdf(["本書はデータベースの移行を説明し、復元の手", "順も示します。"]))
    assert "復元の手順も示します。" in page.text


def test_a_pdf_with_a_password_says_so(tmp_path: Path) -> None:
    assert verdict(tmp_path, pdf(["secret"], password="open sesame")) is FailureCode.ENCRYPTED


def test_a_scan_says_that_it_has_no_text(tmp_path: Path) -> None:
    assert verdict(tmp_path, pdf_of_drawings()) is FailureCode.NO_TEXT


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"%PDF-1.7\n" + b"\xff" * 5000, b"not a PDF", b""])
def test_a_pdf_that_is_none_is_damaged(tmp_path: Path, content: bytes) -> None:
    assert verdict(tmp_path, content) is FailureCode.DAMAGED


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.95])
def test_a_truncated_pdf_is_damaged_or_read_as_far_as_it_goes(tmp_path: Path, share: float) -> None:
    whole = pdf(*[[f"Page {number}"] for number in range(1, 21)])
    try:
        found = {page.text for page in read(tmp_path, whole[: int(len(whole) * share)])}
    except UnreadableFile as refused:
        found = {refused.code}
    assert found <= {FailureCode.DAMAGED, FailureCode.NO_TEXT} | {f"Page {number}" for number in range(1, 21)}


def test_a_pdf_of_too_many_pages_is_refused_before_they_are_read(tmp_path: Path) -> None:
    assert verdict(tmp_path, pdf_with_pages(MAX_PAGES + 1)) is FailureCode.TOO_MANY_PAGES


def test_deep_nesting_ends(tmp_path: Path) -> None:
    assert verdict(tmp_path, pdf_nested(100_000)) in {FailureCode.NO_TEXT, FailureCode.DAMAGED}
