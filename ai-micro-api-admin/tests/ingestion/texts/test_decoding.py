import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingestion.failures import FailureCode, UnreadableFile
from app.ingestion.parse_warnings import Warnings
from app.ingestion.reasons import WarningCode
from app.ingestion.texts import decoding


def decode(data: bytes) -> str:
    return decoding.decode(data, Warnings())


JAPANESE = "データベースの移行は、サービスの開始前に行われます。\n詳細は「運用手順書」を参照。"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp932", "euc_jp", "iso2022_jp"],
)
def test_japanese_text_is_read_in_the_encodings_it_comes_in(encoding: str) -> None:
    assert decode(JAPANESE.encode(encoding)) == JAPANESE


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le", "utf-32-be"])
def test_the_byte_order_mark_names_the_encoding(encoding: str) -> None:
    assert decode(("\ufeff" + JAPANESE).encode(encoding)) == JAPANESE


@pytest.mark.parametrize("text", ["髙島屋 ①②", "ﾃｽﾄ ﾃﾞｰﾀ abc"])
def test_what_only_windows_writes_is_read(text: str) -> None:
    assert decode(text.encode("cp932")) == text


def test_kanji_alone_in_euc_jp_are_no_half_width_katakana() -> None:
    assert decode("東京都".encode("euc_jp")) == "東京都"


def test_a_byte_order_mark_alone_is_an_empty_text() -> None:
    assert decode(b"\xef\xbb\xbf") == ""


def test_line_ends_are_made_plain() -> None:
    assert decode(b"a\r\nb\rc\x0cd") == "a\nb\nc\nd"


def test_a_stray_control_character_is_dropped() -> None:
    assert decode(b"x" * 200 + b"\x07") == "x" * 200


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"text\0text", b"\x01\x02\x03\x04", bytes(range(256)), b"\xff\xfe\x00"],
)
def test_binary_data_is_no_text(data: bytes) -> None:
    with pytest.raises(UnreadableFile) as caught:
        decode(data)
    assert caught.value.code is FailureCode.NOT_TEXT


@pytest.mark.parametrize("data", ["Příliš žluťoučký kůň".encode("cp1250"), b"\xff\xff\xff", b"abc\x80def"])
def test_an_unknown_encoding_is_an_error_with_a_remedy(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="Save the file as UTF-8") as caught:
        decode(data)
    assert caught.value.code is FailureCode.UNKNOWN_ENCODING


LOG = "2026-11-27 エラー: 接続に失敗しました\n2026-11-27 再試行".encode()


@pytest.mark.parametrize(
    "data", [LOG[:-1], LOG[:-2], LOG[12:], LOG[13:-1], LOG[12:] + b"\xf0\x9f\x8e", ("é" * 9).encode()[1:]]
)
def test_utf_8_cut_inside_a_character_is_read_with_a_warning(data: bytes) -> None:
    warnings = Warnings()
    text = decoding.decode(data, warnings)
    assert text == data.decode(errors="ignore")
    assert [warning.code for warning in warnings.found] == [WarningCode.CUT_CHARACTER]


def test_utf_8_that_is_broken_in_the_middle_is_refused() -> None:
    with pytest.raises(UnreadableFile):
        decode(LOG[:12] + LOG[13:])


def test_random_bytes_are_refused() -> None:
    with pytest.raises(UnreadableFile):
        decode(os.urandom(10_000))


@given(st.binary())
def test_any_bytes_are_clean_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data)
    except UnreadableFile:
        return
    assert "\0" not in text
    text.encode("utf-8")
