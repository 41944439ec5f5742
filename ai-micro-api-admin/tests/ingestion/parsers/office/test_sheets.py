from datetime import date, datetime, time

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from app.ingestion.failures import FailureCode, UnreadableFile
from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers.office import sheets
from app.ingestion.reasons import WarningCode
from tests.ingestion.parsers.office.office_files import package, repacked, saved, xlsx


def read(file: bytes, warnings: Warnings | None = None) -> list[Page]:
    return list(sheets.parse(file, warnings or Warnings()))


def test_each_sheet_is_a_table_under_its_name() -> None:
    workbook = Workbook()
    first = workbook.active
    assert first is not None
    first.title = "料金"
    first.append(["品名", "価格"])
    first.append(["茶", 500])
    second = workbook.create_sheet("在庫")
    second.sheet_state = "hidden"
    second.append(["倉庫", "数"])
    second.append(["東京", 12.5])
    assert read(saved(workbook)) == [
        Page(None, "品名 | 価格\n茶 | 500", "料金", "品名 | 価格"),
        Page(None, "倉庫 | 数\n東京 | 12.5", "在庫", "倉庫 | 数"),
    ]


def test_rows_of_one_cell_above_a_table_are_text_and_an_empty_row_ends_it() -> None:
    file = xlsx(["売上表"], ["年", "額"], [2025, 1], [], ["社員名簿"], ["氏名", "所属"], ["山田", "総務"], title="一覧")
    assert read(file) == [
        Page(None, "売上表", "一覧"),
        Page(None, "年 | 額\n2025 | 1", "一覧", "年 | 額"),
        Page(None, "社員名簿", "一覧"),
        Page(None, "氏名 | 所属\n山田 | 総務", "一覧", "氏名 | 所属"),
    ]


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (5000, "General", "5000"),
        (0.1 + 0.2, "General", "0.3"),
        (0.255, "0.0%", "25.5%"),
        (date(2026, 11, 27), "yyyy-mm-dd", "2026-11-27"),
        (date(2026, 11, 27), '[$-411]ggge"年"m"月"d"日"', "2026-11-27"),
        (datetime(2026, 11, 27, 9, 30), "yyyy/m/d h:mm", "2026-11-27 09:30"),  # noqa: DTZ001 - cells have no time zone
        (time(9, 30), "h:mm", "09:30"),
        (-1, "yyyy-mm-dd", "-1"),
        (1234, '#,##0"円"', "1234"),
        (True, "General", "TRUE"),
        ("#N/A", "General", "#N/A"),
        (1e300, "yyyy", "1e+300"),
    ],
)
def test_a_value_is_read_as_it_is_shown(value: object, form: str, text: str) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet["A1"] = value  # type: ignore[assignment]  # of any kind
    sheet["A1"].number_format = form
    sheet["B1"] = "x"
    (page,) = read(saved(workbook))
    assert page.text == f"{text} | x"


def test_formulas_without_a_result_are_a_warning() -> None:
    warnings = Warnings()
    assert read(xlsx(["a", "b"], [1, "=A2+1"]), warnings) == [Page(None, "a | b\n1", "Sheet", "a | b")]
    (warning,) = warnings.found
    assert warning.code is WarningCode.FORMULAS_WITHOUT_RESULT
    assert "“Sheet” 1 formula has no stored result" in warning.text


def test_comments_are_read_with_the_cell_that_they_are_of() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet["B2"] = "値"
    sheet["B2"].comment = Comment("要確認", "山田")
    assert [page.text for page in read(saved(workbook))] == ["値", "B2: 要確認"]


def test_a_long_table_is_read_in_parts_under_one_header() -> None:
    pages = read(xlsx(["番号", "名"], *[[number, f"名{number}"] for number in range(1200)]))
    assert [page.text.count("\n") for page in pages] == [499, 500, 201]
    assert {page.header for page in pages} == {"番号 | 名"}


def test_readings_of_words_are_left_out() -> None:
    text = "<is><t>東京</t><rPh><t>とうきょう</t></rPh></is>"
    sheet = f"<worksheet><sheetData><row><c r='B1' t='inlineStr'>{text}</c></row></sheetData></worksheet>".encode()
    book = b"<workbook xmlns:r='r'><sheets><sheet name='S' r:id='s'/></sheets></workbook>"
    relations = b"<Relationships><Relationship Id='s' Type='x/worksheet' Target='sheet.xml'/></Relationships>"
    file = repacked(package("xlsx", book), {"xl/sheet.xml": sheet, "xl/_rels/workbook.xml.rels": relations})
    assert [page.text for page in read(file)] == ["東京"]


def test_more_cells_than_allowed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_CELLS", 5)
    with pytest.raises(UnreadableFile) as caught:
        read(xlsx([1, 2, 3], [4, 5, 6]))
    assert caught.value.code is FailureCode.TOO_MANY_CELLS
