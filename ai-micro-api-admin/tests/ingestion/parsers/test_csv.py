import pytest

from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers.csv_table import parse


def read(source: str, encoding: str = "utf-8") -> list[Page]:
    return list(parse(source.encode(encoding), Warnings()))


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_rows_stand_under_their_header(delimiter: str) -> None:
    source = "品名,価格\n茶,500\n水,100\n".replace(",", delimiter)
    assert read(source) == [Page(None, "品名 | 価格\n茶 | 500\n水 | 100", "", "品名 | 価格")]


def test_quotes_hold_delimiters_and_line_ends() -> None:
    assert (
        read('名,説明\n"山田, 太郎","一行目\n二行目 ""引用"""\n')[0].text
        == '名 | 説明\n山田, 太郎 | 一行目 二行目 "引用"'
    )


def test_a_file_of_excel_in_shift_jis_is_read() -> None:
    assert read("氏名,所属\n髙橋,総務部\n", "cp932")[0].header == "氏名 | 所属"


def test_a_table_without_a_header_repeats_nothing() -> None:
    assert read("1,2\n3,4\n") == [Page(None, "1 | 2\n3 | 4")]


def test_a_quote_that_is_never_closed_loses_nothing() -> None:
    assert "".join(page.text for page in read('a,"b\nc,d\n')) == "a | b c,d"


def test_a_text_of_one_column_is_read() -> None:
    assert read("一行目\n二行目\n\n三行目") == [Page(None, "一行目\n二行目"), Page(None, "三行目")]
