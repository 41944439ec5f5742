from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers.office.slides import parse
from tests.ingestion.parsers.office.office_files import saved


def read(file: bytes) -> list[Page]:
    return list(parse(file, Warnings()))


def test_each_slide_is_a_page_under_its_title() -> None:
    presentation = Presentation()
    for title, text in [("概要", "一行目\n二行目"), ("次へ", "終わり")]:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
    assert read(saved(presentation)) == [Page(1, "一行目\n二行目", "概要"), Page(2, "終わり", "次へ")]


def test_a_slide_of_a_title_alone_is_found() -> None:
    presentation = Presentation()
    presentation.slides.add_slide(presentation.slide_layouts[5]).shapes.title.text = "表紙"
    assert read(saved(presentation)) == [Page(1, "表紙")]


def test_tables_groups_notes_and_hidden_slides_are_read() -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    slide._element.set("show", "0")
    table = slide.shapes.add_table(2, 2, 0, 0, Inches(4), Inches(1)).table
    for index, content in enumerate(["品名", "価格", "茶", "500円"]):
        table.cell(index // 2, index % 2).text = content
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "組の中"
    slide.notes_slide.notes_text_frame.text = "発表者のメモ"
    assert read(saved(presentation)) == [
        Page(1, "品名 | 価格\n茶 | 500円", "", "品名 | 価格"),
        Page(1, "組の中\n発表者のメモ"),
    ]


def test_the_words_of_a_chart_are_read() -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    data = CategoryChartData()  # type: ignore[no-untyped-call]  # has no types
    data.categories = ["東日本", "西日本"]
    data.add_series("売上", (1, 2))  # type: ignore[no-untyped-call]  # has no types
    slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, 0, 0, Inches(4), Inches(3), data)
    (page,) = read(saved(presentation))
    assert set(page.text.split("\n")) == {"東日本", "西日本", "売上"}
