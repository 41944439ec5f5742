"""Chunks as rows of PostgreSQL's binary COPY format: no number is printed as text and parsed again.

https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS; the bytes of each type are those of its
receive function: `vector_recv` of pgvector, `tsvectorrecv`, `jsonb_recv`.
"""

import json
import struct
from collections.abc import Iterable, Sequence
from typing import BinaryIO
from uuid import UUID

COPY = (
    "COPY langchain_pg_embedding"
    " (id, collection_id, embedding, document, cmetadata, document_id, chunk_index, lexemes)"
    " FROM STDIN (FORMAT binary)"
)
_HEADER = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
_TRAILER = struct.pack(">h", -1)
_FIELDS = struct.pack(">h", 8)
_JSONB_VERSION = b"\x01"


class ChunkRows:
    """Writes rows to a file, to be read by COPY.

    Args:
        file: where to; positioned at its beginning.
        langchain_collection_id: the knowledge base's collection in the LangChain tables.
        document_id: the chunks' document.
    """

    def __init__(self, file: BinaryIO, *, langchain_collection_id: UUID, document_id: UUID) -> None:
        self._file = file
        self._langchain_collection_id = langchain_collection_id
        self._document_id = document_id
        file.write(_HEADER)

    def write(
        self,
        chunk_id: UUID,
        *,
        index: int,
        text: str,
        embedding: Sequence[float],
        metadata: dict[str, object],
        terms: Iterable[str],
    ) -> None:
        """Write a row.

        Args:
            chunk_id: a UUID of our own; LangChain's ids are text.
            index: place in the document, from 0.
            text: the chunk's text.
            embedding: its vector.
            metadata: `cmetadata`.
            terms: its distinct index terms.
        """
        self._file.write(_FIELDS)
        for field in (
            str(chunk_id).encode(),
            self._langchain_collection_id.bytes,
            struct.pack(f">hh{len(embedding)}f", len(embedding), 0, *embedding),
            text.encode(),
            _JSONB_VERSION + json.dumps(metadata, ensure_ascii=False).encode(),
            self._document_id.bytes,
            struct.pack(">i", index),
            _tsvector(terms),
        ):
            self._file.write(struct.pack(">i", len(field)))
            self._file.write(field)

    def finish(self) -> None:
        """Write the end, and go back to the beginning."""
        self._file.write(_TRAILER)
        self._file.seek(0)


def _tsvector(terms: Iterable[str]) -> bytes:
    # Sorted by bytes, the order that a tsvector has inside; each term ends with a zero byte and has no positions.
    lexemes = sorted(term.encode() for term in terms)
    return struct.pack(">i", len(lexemes)) + b"".join(lexeme + b"\x00\x00\x00" for lexeme in lexemes)
