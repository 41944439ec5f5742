"""Office files that are none, or that were made to cost their reader much: each ends with a reason."""

import struct

import pytest

from app.ingestion.failures import FailureCode, UnreadableFile
from app.ingestion.media_types import MediaType
from app.ingestion.parse_warnings import Warnings
from app.ingestion.parsers import parser_for
from app.ingestion.parsers.office import package as packages
from tests.ingestion.parsers.office.office_files import docx, package, pptx, repacked, xlsx

KINDS = {MediaType.DOCX: docx("本文"), MediaType.PPTX: pptx("題", "本文"), MediaType.XLSX: xlsx(["a", "b"])}
DOCUMENT = b'<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body></w:document>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)


def verdict(file: bytes, media_type: MediaType) -> FailureCode:
    with pytest.raises(UnreadableFile) as caught:
        list(parser_for(media_type)(file, Warnings()))
    assert caught.value.reason.endswith(".")
    return caught.value.code


@pytest.mark.parametrize("media_type", KINDS)
def test_a_file_of_another_kind_is_refused(media_type: MediaType) -> None:
    for other, file in KINDS.items():
        if other is not media_type:
            assert verdict(file, media_type) is FailureCode.CONTENT_MISMATCH


@pytest.mark.parametrize("media_type", KINDS)
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x03\x04" + b"\xff" * 500, b"no zip at all"])
def test_a_file_that_is_none_is_damaged(media_type: MediaType, content: bytes) -> None:
    assert verdict(content, media_type) is FailureCode.DAMAGED


@pytest.mark.parametrize("media_type", KINDS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_damaged(media_type: MediaType, share: float) -> None:
    whole = KINDS[media_type]
    assert verdict(whole[: int(len(whole) * share)], media_type) is FailureCode.DAMAGED


def test_macros_are_refused() -> None:
    assert verdict(repacked(KINDS[MediaType.DOCX], {"word/vbaProject.bin": b"x"}), MediaType.DOCX) is FailureCode.MACROS
    macro = "application/vnd.ms-word.document.macroEnabled.main+xml"
    assert verdict(package("docx", DOCUMENT % b"x", macro), MediaType.DOCX) is FailureCode.MACROS


@pytest.mark.parametrize(
    "definition",
    [
        LAUGHS + b"]>",
        b'<!DOCTYPE x SYSTEM "http://example.org/x.dtd">',
        b'<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_are_refused(definition: bytes) -> None:
    file = package("docx", definition + DOCUMENT % b"&j;")
    assert verdict(file, MediaType.DOCX) is FailureCode.DAMAGED
    utf_16 = (definition + DOCUMENT % b"x").decode().encode("utf-16")
    assert verdict(package("docx", utf_16), MediaType.DOCX) is FailureCode.DAMAGED


def test_a_bomb_is_refused_while_it_is_unpacked() -> None:
    bomb = package("docx", DOCUMENT % (b"x" * (packages.MAX_TREE_BYTES + 1)))
    assert len(bomb) < 100_000
    assert verdict(bomb, MediaType.DOCX) is FailureCode.TOO_LARGE_UNPACKED


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    size = packages.MAX_TREE_BYTES * 2
    bomb = package("docx", DOCUMENT % (b"x" * size))
    claimed = struct.pack("<I", len(DOCUMENT) - 2 + size)
    assert bomb.count(claimed) == 2
    assert verdict(bomb.replace(claimed, struct.pack("<I", 100)), MediaType.DOCX) is FailureCode.DAMAGED


def test_many_parts_that_are_large_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MAX_TOTAL_BYTES", 1000)
    assert verdict(KINDS[MediaType.PPTX], MediaType.PPTX) is FailureCode.TOO_LARGE_UNPACKED


def test_an_encrypted_part_is_named() -> None:
    file = bytearray(KINDS[MediaType.DOCX])
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := file.find(signature, start)) != -1:
            file[start + offset] |= 1
            start += 4
    assert verdict(bytes(file), MediaType.DOCX) is FailureCode.ENCRYPTED


def test_deep_nesting_ends() -> None:
    deep = b"<w:tbl><w:tr><w:tc>" * 5000
    assert verdict(package("docx", b'<w:document xmlns:w="w"><w:body>' + deep), MediaType.DOCX) is FailureCode.DAMAGED
