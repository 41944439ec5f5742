from docx import Document
from docx.shared import Pt

from app.ingestion.pages import Page
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers.office.word import parse
from app.ingestion.reasons import WarningCode
from tests.ingestion.parsers.office.office_files import docx, docx_of, repacked, saved


def read(file: bytes, warnings: Warnings | None = None) -> list[Page]:
    return list(parse(file, warnings or Warnings()))


def text(file: bytes) -> str:
    return "\n".join(page.text for page in read(file))


def run(content: str) -> str:
    return f"<w:p><w:r><w:t>{content}</w:t></w:r></w:p>"


def test_paragraphs_stand_under_their_headings() -> None:
    document = Document()
    document.add_heading("就業規則", 0)
    document.add_heading("休暇", 1)
    document.add_paragraph("十日を付与する。")
    document.add_heading("例外", 2)
    document.add_paragraph("なし。")
    assert read(saved(document)) == [
        Page(None, "十日を付与する。", "就業規則 > 休暇"),
        Page(None, "なし。", "就業規則 > 休暇 > 例外"),
    ]


def test_a_table_knows_its_header() -> None:
    document = Document()
    document.add_paragraph("前文")
    table = document.add_table(rows=2, cols=2)
    for cell, content in zip(
        [*table.rows[0].cells, *table.rows[1].cells], ["品名", "価格", "茶", "500円"], strict=True
    ):
        cell.text = content
    document.add_paragraph("後文")
    assert read(saved(document)) == [
        Page(None, "前文"),
        Page(None, "品名 | 価格\n茶 | 500円", "", "品名 | 価格"),
        Page(None, "後文"),
    ]


def test_formatting_inside_a_word_does_not_break_it() -> None:
    document = Document()
    paragraph = document.add_paragraph("東")
    paragraph.add_run("京").font.size = Pt(20)
    paragraph.add_run("都\n庁\tA")
    assert text(saved(document)) == "東京都\n庁 A"


def test_comments_headers_and_footers_are_read() -> None:
    document = Document()
    paragraph = document.add_paragraph("本文")
    document.add_comment(paragraph.runs, text="要確認", author="山田")
    document.sections[0].header.paragraphs[0].text = "社外秘"
    document.sections[0].footer.paragraphs[0].text = "- 1 -"
    assert text(saved(document)) == "本文\n要確認\n社外秘"


def test_footnotes_follow_their_paragraph() -> None:
    file = docx_of('<w:p><w:r><w:t>本文</w:t><w:footnoteReference w:id="2"/></w:r></w:p>', run("次"))
    notes = (
        '<w:footnotes xmlns:w="w"><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:t>脚注です。</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    relations = '<Relationships><Relationship Id="f" Type="x/footnotes" Target="footnotes.xml"/></Relationships>'
    parts = {"word/footnotes.xml": notes.encode(), "word/_rels/document.xml.rels": relations.encode()}
    assert text(repacked(file, dict(parts))) == "本文\n脚注です。\n次"


def test_insertions_content_controls_and_links_are_read_and_deletions_are_not() -> None:
    file = docx_of(
        "<w:p><w:ins><w:r><w:t>追加</w:t></w:r></w:ins><w:del><w:r><w:delText>削除</w:delText></w:r></w:del>"
        "<w:hyperlink><w:r><w:t>リンク</w:t></w:r></w:hyperlink><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom></w:p>",
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>入力欄</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        "<w:tbl><w:sdt><w:sdtContent><w:tr><w:tc><w:p><w:r><w:t>セル</w:t></w:r></w:p></w:tc></w:tr></w:sdtContent></w:sdt>"
        "</w:tbl>",
    )
    assert text(file) == "追加リンク\n入力欄\nセル"


def test_readings_and_soft_hyphens_do_not_land_inside_words() -> None:
    reading, base = "<w:r><w:t>とうきょう</w:t></w:r>", "<w:r><w:t>東京</w:t></w:r>"
    ruby = f"<w:ruby><w:rt>{reading}</w:rt><w:rubyBase>{base}</w:rubyBase></w:ruby>"
    file = docx_of(f"<w:p><w:r>{ruby}</w:r><w:r><w:t>駅ex</w:t><w:softHyphen/><w:t>it</w:t></w:r></w:p>")
    assert text(file) == "東京駅exit（東京: とうきょう）"


def test_text_boxes_are_read_once_and_pictures_by_their_description() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>箱</w:t></w:r></w:p></w:txbxContent>"
    file = docx_of(
        '<w:p xmlns:mc="mc"><w:r><w:t>前</w:t></w:r><mc:AlternateContent>'
        f"<mc:Choice><w:r><w:drawing>{box}</w:drawing></w:r></mc:Choice>"
        f"<mc:Fallback><w:r><w:pict>{box}</w:pict></w:r></mc:Fallback></mc:AlternateContent>"
        '<w:r><w:drawing><docPr descr="社屋の写真"/></w:drawing></w:r></w:p>'
    )
    assert text(file) == "前\n箱\n社屋の写真"


def test_numbers_that_word_counts_are_text() -> None:
    levels = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="第%1条"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/></w:lvl>'
    )
    numbering = (
        '<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="7">{}</w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    relations = '<Relationships><Relationship Id="n" Type="x/numbering" Target="numbering.xml"/></Relationships>'

    def item(level: int, content: str) -> str:
        place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr>'
        return f"<w:p><w:pPr>{place}</w:pPr><w:r><w:t>{content}</w:t></w:r></w:p>"

    file = docx_of(item(0, "目的"), item(1, "一"), item(1, "二"), item(0, "適用"), item(1, "三"))
    for form, pattern, expected in [
        ("decimal", "%1.%2", "第1条 目的\n1.1 一\n1.2 二\n第2条 適用\n2.1 三"),
        ("decimalEnclosedCircle", "%2", "第1条 目的\n① 一\n② 二\n第2条 適用\n① 三"),
        ("japaneseCounting", "（%2）", "第1条 目的\n（一） 一\n（二） 二\n第2条 適用\n（一） 三"),
        ("aiueoFullWidth", "%2", "第1条 目的\nア 一\nイ 二\n第2条 適用\nア 三"),
        ("lowerRoman", "%2)", "第1条 目的\ni) 一\nii) 二\n第2条 適用\ni) 三"),
        ("bullet", "•", "第1条 目的\n- 一\n- 二\n第2条 適用\n- 三"),
    ]:
        parts = {
            "word/numbering.xml": numbering.format(levels.format(form, pattern)).encode(),
            "word/_rels/document.xml.rels": relations.encode(),
        }
        assert text(repacked(file, dict(parts))) == expected


def test_what_is_not_read_is_a_warning() -> None:
    warnings = Warnings()
    file = repacked(docx("本文"), {"word/media/image1.png": b"x" * 30_000, "word/embeddings/sheet1.xlsx": b"x"})
    assert read(file, warnings) == [Page(None, "本文")]
    assert [warning.code for warning in warnings.found] == [
        WarningCode.PICTURES_NOT_READ,
        WarningCode.EMBEDDED_FILES_NOT_READ,
    ]
