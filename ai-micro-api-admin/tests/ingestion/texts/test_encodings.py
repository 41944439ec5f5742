"""A text in any encoding is the right text, or refused; what the common ones hold in ten characters or more is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingestion.failures import UnreadableFile
from app.ingestion.parse_warnings import Warnings
from app.ingestion.texts.decoding import decode

JAPANESE = (
    "データベースの移行は、サービスの開始前に行われます。詳細は「運用手順書」を参照してください。年次有給休暇は、入社から六か月後に十日を付与する。"
    "東京都千代田区丸の内一丁目。明日は休館です。お問い合わせは総務部まで。彼女は静かに本を読んでいた。"
)
SIMPLIFIED = (
    "数据库迁移在服务启动之前进行。详细信息请参阅操作手册。公司员工入职满六个月后可享受十天带薪年假。请在每月二十五日之前提交申请。"
    "我们的产品在全国各地销售，受到客户的好评。他昨天没有来上班，因为生病了。"
)
TRADITIONAL = (
    "資料庫移轉會在服務啟動之前進行。詳細資訊請參閱操作手冊。公司員工到職滿六個月後可享有十天特別休假。請於每月二十五日前提出申請。"
    "我們的產品在全國各地銷售，受到顧客的好評。他昨天沒有來上班，因為生病了。"
)
KOREAN = (
    "데이터베이스 마이그레이션은 서비스가 시작되기 전에 수행됩니다. 자세한 내용은 운영 절차서를 참조하십시오. "
    "회사는 입사 후 6개월이 지난 직원에게 10일의 유급 휴가를 부여한다. 매월 25일까지 신청서를 제출해 주십시오."
)
FRENCH = "Les congés payés sont accordés après six mois. Voir l'annexe où tout est détaillé, à la fin. Reçu. Noël."
GERMAN = "Für die Überprüfung der Größe müssen Sie das Gerät öffnen. Schließen Sie es danach wieder. Straße, Äpfel."
SPANISH = "El niño pidió más información sobre la señalización. ¿Dónde está? ¡Aquí! Número único."
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy. Zaměstnanec má nárok na dovolenou."
POLISH = "Zażółć gęślą jaźń. Proszę o wcześniejsze zgłoszenie urlopu."
RUSSIAN = "Ежегодный оплачиваемый отпуск предоставляется работнику."
GREEK = "Η ετήσια άδεια χορηγείται μετά από έξι μήνες."
TURKISH = "Yıllık ücretli izin altı ay sonra verilir. Çalışanın doğum günü."

READ = [
    *[(JAPANESE, encoding) for encoding in ("cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-8", "utf-8-sig", "utf-32")],
    (SIMPLIFIED, "gbk"),
    (SIMPLIFIED, "gb18030"),
    (TRADITIONAL, "big5"),
    (TRADITIONAL, "cp950"),
    (KOREAN, "euc_kr"),
    (KOREAN, "cp949"),
    (KOREAN, "iso2022_kr"),
    *[(text, encoding) for text in (FRENCH, GERMAN, SPANISH) for encoding in ("cp1252", "latin-1")],
]
REFUSED_OR_READ = [
    *[(text, encoding) for text in (CZECH, POLISH) for encoding in ("cp1250", "iso8859_2", "cp852")],
    *[(RUSSIAN, encoding) for encoding in ("cp1251", "koi8_r", "cp866", "iso8859_5")],
    *[(GREEK, encoding) for encoding in ("cp1253", "iso8859_7")],
    *[(TURKISH, encoding) for encoding in ("cp1254", "iso8859_9")],
    *[(FRENCH, encoding) for encoding in ("mac_roman", "cp850")],
    *[(GERMAN, encoding) for encoding in ("mac_roman", "cp850", "cp437")],
    *[(JAPANESE, encoding) for encoding in ("utf-16-le", "utf-16-be")],
]


def read(data: bytes) -> str | None:
    try:
        return decode(data, Warnings())
    except UnreadableFile:
        return None


@pytest.mark.parametrize(("text", "encoding"), READ)
def test_a_text_in_a_common_encoding_is_read(text: str, encoding: str) -> None:
    assert read(text.encode(encoding)) == text


@pytest.mark.parametrize(("text", "encoding"), REFUSED_OR_READ)
def test_a_text_in_another_encoding_is_right_or_refused(text: str, encoding: str) -> None:
    assert read(text.encode(encoding)) in {text, None}


# Of a single ß no reader could say if it is á: code pages of DOS and of the first Macintosh are tried as a whole only.
@given(
    st.sampled_from([of for of in READ + REFUSED_OR_READ if of[1] not in {"mac_roman", "cp850", "cp437", "cp852"}]),
    st.integers(0, 100),
    st.integers(10, 60),
)
def test_a_piece_of_a_text_is_right_or_refused(of: tuple[str, str], start: int, length: int) -> None:
    text, encoding = of
    piece = text[min(start, len(text) - length) :][:length]
    assert read(piece.encode(encoding)) in {piece, None}


# What is è in French is č in Czech, so a short piece of French is refused more often.
@pytest.mark.parametrize(("text", "encoding"), [of for of in READ if of[0] is not FRENCH])
def test_two_thirds_of_all_pieces_of_twenty_characters_are_read(text: str, encoding: str) -> None:
    pieces = [text[start : start + 20] for start in range(len(text) - 20)]
    assert sum(read(piece.encode(encoding)) == piece for piece in pieces) >= len(pieces) * 2 / 3


@pytest.mark.parametrize(("text", "encoding"), [("café", "cp1252"), ("東京都", "euc_jp"), ("Müller", "cp1252")])
def test_a_word_of_common_characters_is_read(text: str, encoding: str) -> None:
    assert read(text.encode(encoding)) == text


def test_one_word_in_a_long_english_text_is_read() -> None:
    text = "The committee met in the café. " + "Nothing else was decided on that day. " * 20
    assert read(text.encode("cp1252")) == text
    assert read((text + "Smörgåsbord, façade, jalapeño.").encode("cp1252")) == text + "Smörgåsbord, façade, jalapeño."


@pytest.mark.parametrize("data", [b"\x1b$)A\x0e1>\x0f", b"\x1b$B\xff\xff", b"\x1b(Z"])
def test_an_unknown_switch_of_characters_is_refused(data: bytes) -> None:
    assert read(data + b" and a text that is long enough" * 100) is None
