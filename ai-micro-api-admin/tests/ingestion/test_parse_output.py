"""Output of a parser that was taken over by the file it read."""

import json
import math
import struct
from base64 import b64encode
from io import BytesIO

import pytest

from app.ingestion.chunking.chunks import Chunk, Features
from app.ingestion.failures import FailureCode, ParseFailed
from app.ingestion.parse_output import ParsedDocument, read_verdict
from app.ingestion.parse_warnings import ParseWarning
from app.ingestion.reasons import WarningCode

VECTOR = b64encode(struct.pack(">4f", 0.5, 0.5, 0.5, 0.5)).decode()

GOOD = b'{"index": 0, "page": 1, "repeated": 0, "text": "a"}\n'


WARNING = b'{"code": "CUT_CHARACTER", "text": "a"}'


def with_features(**features: object) -> bytes:
    return json.dumps({"index": 0, "page": 1, "repeated": 0, "text": "a"} | features).encode() + b'\n{"chunks": 1}\n'


def test_features_are_read_as_postgresql_takes_them() -> None:
    (chunk,) = read(with_features(terms="b a", vector=VECTOR))
    assert chunk.features == Features(b"a\0\0\0b\0\0\0", 2, struct.pack(">4f", 0.5, 0.5, 0.5, 0.5))


def test_a_chunk_of_symbols_has_no_terms() -> None:
    (chunk,) = read(with_features(terms=""))
    assert chunk.features == Features(b"", 0)


def read(output: bytes) -> list[Chunk]:
    with ParsedDocument(BytesIO(output)) as document:
        return list(document)


def trailer(warnings: bytes) -> bytes:
    return GOOD + b'{"chunks": 1, "warnings": ' + warnings + b"}\n"


def test_warnings_are_read_as_written() -> None:
    with ParsedDocument(BytesIO(trailer(b"[" + WARNING + b"]"))) as document:
        assert document.warnings == [ParseWarning(WarningCode.CUT_CHARACTER, "a")]


def test_chunks_are_read_as_written() -> None:
    assert read(GOOD + b'{"chunks": 1}\n') == [Chunk(0, 1, "a")]


@pytest.mark.parametrize(
    "output",
    [
        b"",
        GOOD,
        b"not JSON",
        b"[]\n",
        b'{"chunks": 0}\n',
        b'{"chunks": -1}\n',
        b'{"chunks": true}\n',
        b'{"chunks": 1e99}\n',
        GOOD + b'{"chunks": 2}\n',
        b'{"chunks": 1}\n',
        b"{" * 100_000 + b'\n{"chunks": 1}\n',
        b"[" * 100_000 + b'\n{"chunks": 1}\n',
        b"\xff\xfe\n" + b'{"chunks": 1}\n',
        b'{"index": 0, "page": 1, "repeated": 0, "text": "\\ud800"}\n{"chunks": 1}\n',
        with_features(terms=1),
        with_features(terms="a a"),
        with_features(terms="a\0"),
        with_features(terms="\ud800"),
        with_features(terms="a" * 2047),
        with_features(terms="a", vector=1),
        with_features(terms="a", vector=""),
        with_features(terms="a", vector="AAA"),
        with_features(terms="a", vector=b64encode(struct.pack(">4f", 1, 1, 1, 1)).decode()),
        with_features(terms="a", vector=b64encode(struct.pack(">2f", math.nan, 1)).decode()),
        with_features(terms="a", vector=b64encode(struct.pack(">2f", math.inf, 1)).decode()),
        trailer(b"1"),
        trailer(b"{}"),
        trailer(b"[1]"),
        trailer(b"[{}]"),
        trailer(b'[{"code": "UNHEARD_OF", "text": "a"}]'),
        trailer(b'[{"code": ["CUT_CHARACTER"], "text": "a"}]'),
        trailer(b'[{"code": "CUT_CHARACTER", "text": "a\\u0000"}]'),
        trailer(b'[{"code": "CUT_CHARACTER", "text": "' + b"a" * 401 + b'"}]'),
        trailer(b"[" + b",".join([WARNING] * 21) + b"]"),
        with_features(repeated=-1),
        with_features(repeated=2),
        with_features(repeated=True),
        with_features(repeated="0"),
        with_features(repeated=None),
        b'{"index": 0, "page": 1, "text": "a"}\n{"chunks": 1}\n',
        b'{"index": 1, "page": 1, "repeated": 0, "text": "a"}\n{"chunks": 1}\n',
        b'{"index": 0, "page": 0, "repeated": 0, "text": "a"}\n{"chunks": 1}\n',
        b'{"index": 0, "page": "1", "repeated": 0, "text": "a"}\n{"chunks": 1}\n',
        b'{"index": 0, "page": 1, "repeated": 0, "text": ""}\n{"chunks": 1}\n',
        b'{"index": 0, "page": 1, "repeated": 0, "text": "a\\u0000"}\n{"chunks": 1}\n',
        b'{"index": 0, "page": 1, "repeated": 0, "text": ["a"]}\n{"chunks": 1}\n',
        b'{"index": 0, "page": 1, "repeated": 0, "text": "' + b"a" * 2_000_000 + b'"}\n{"chunks": 1}\n',
    ],
)
def test_anything_else_is_one_failure(output: bytes) -> None:
    with pytest.raises(ParseFailed) as caught:
        read(output)
    assert caught.value.code is FailureCode.INVALID_OUTPUT


def test_a_verdict_is_the_last_line() -> None:
    verdict = read_verdict(b'noise of a library\n\n{"code": "DAMAGED", "reason": "Broken."}\n')
    assert verdict is not None
    assert (verdict.code, verdict.reason) == (FailureCode.DAMAGED, "Broken.")


@pytest.mark.parametrize(
    "output",
    [b"", b"Traceback", b"[]", b'{"code": "DAMAGED"}', b'{"code": "UNHEARD_OF", "reason": "x"}', b"[" * 100_000],
)
def test_what_is_no_verdict_is_none(output: bytes) -> None:
    assert read_verdict(output) is None


def test_a_verdict_as_long_as_a_book_is_cut() -> None:
    verdict = read_verdict(json.dumps({"code": "DAMAGED", "reason": "x" * 10_000}).encode())
    assert verdict is not None
    assert len(verdict.reason) == 500
