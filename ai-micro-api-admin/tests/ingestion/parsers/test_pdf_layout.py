from io import BytesIO

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers.pdf import parse

LEFT = ["左の段は一行目から始まり、", "二行目へと続いて、さらに", "三行目も終わりまで書かれ", "四行目で終わる。"]
RIGHT = ["右の段も一行目から始まり、", "二行目へと続いて、さらに", "三行目も最後まで書かれて", "四行目で終わった。"]
COLUMNS = ["吾輩は猫である。名前はま", "だ無い。どこで生れたかと", "んと見当がつかぬ。"]
# PDFium drops a vertical string of a font that is not embedded unless a mark such as 。 is in it.
# PDFium drops a vertical string of a font that is not in the file, unless a mark such as 。 is in it.
LOWER = ["下の段に続く。そして一行目", "と二行目が終わりである。"]
TEXT = "".join(COLUMNS)


def page(*strings: tuple[float, float, str], vertical: bool = False, size: float = 12) -> str:
    """Return what is read of a page on which some strings stand, drawn in this order."""
    font = UnicodeCIDFont("HeiseiMin-W3", isVertical=vertical)
    file = BytesIO()
    canvas = Canvas(file)
    pdfmetrics.registerFont(font)
    canvas.setFont(font.fontName, size)
    for x, y, string in strings:
        canvas.drawString(x, y, string)
    canvas.save()
    return "\n".join(page.text for page in parse(file.getvalue(), Warnings()))


@pytest.mark.parametrize("step", [1, -1])
def test_columns_of_japanese_are_read_from_right_to_left(step: int) -> None:
    strings = [(500 - 20 * index, 700, column) for index, column in enumerate(COLUMNS)][::step]
    assert page(*strings, vertical=True).replace("\n", "") == TEXT


def test_japanese_set_apart_has_no_spaces_in_its_words() -> None:
    # Of an even length: a mark alone is dropped where no font of the system has it, see the README.
    line = "年次有給休暇は、入社から六か月後に十日ずつ付与する。"
    assert len(line) % 2 == 0
    pieces = [line[start : start + 2] for start in range(0, len(line), 2)]
    assert page(*[(72 + 28 * index, 700, piece) for index, piece in enumerate(pieces)]) == line


def test_words_that_stand_apart_stay_apart() -> None:
    assert (
        page((72, 700, "東京都千代田区"), (200, 700, "大阪府大阪市北区梅田")) == "東京都千代田区 大阪府大阪市北区梅田"
    )


def test_tiers_of_columns_are_read_from_top_to_bottom() -> None:
    upper = [(500 - 20 * index, 700, column) for index, column in enumerate(COLUMNS)]
    lower = [(500 - 20 * index, 400, column) for index, column in enumerate(LOWER)]
    read = page(*upper, *lower, vertical=True).replace("\n", "")
    assert read == TEXT + "".join(LOWER)


def test_two_columns_drawn_row_by_row_do_not_interleave() -> None:
    rows = [
        string
        for index, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True))
        for string in ((72, 700 - 16 * index, left), (320, 700 - 16 * index, right))
    ]
    read = page((72, 740, "両方の段の上に立つ見出しは、左の端から右の端まで届くほど長く書いてある"), *rows).replace(
        "\n", ""
    )
    assert read.endswith("".join(LEFT) + "".join(RIGHT))
    assert read.startswith("両方の段")


def test_two_columns_drawn_one_after_the_other_stay_so() -> None:
    columns = [
        (x, 700 - 16 * index, line) for x, lines in ((72, LEFT), (320, RIGHT)) for index, line in enumerate(lines)
    ]
    assert page(*columns).replace("\n", "") == "".join(LEFT) + "".join(RIGHT)


@pytest.mark.parametrize(
    "cells",
    [
        [("品名", "価格"), ("緑茶の葉", "500円"), ("水", "100円"), ("コーヒー", "300円")],
        [("2026-11-27", "2026-12-27"), ("2025-11-27", "2025-12-27"), ("2024-11-27", "2024-12-27")],
        [
            ("年次有給休暇", "入社から六か月後に十日を付与する。"),
            ("慶弔休暇", "五日"),
            ("生理休暇", "必要な日数を与えるものとする。"),
        ],
    ],
)
def test_the_rows_of_a_table_stay_rows(cells: list[tuple[str, str]]) -> None:
    strings = [
        string
        for index, (left, right) in enumerate(cells)
        for string in ((72, 700 - 16 * index, left), (320, 700 - 16 * index, right))
    ]
    assert page(*strings).split()[:2] == [*cells[0]]
