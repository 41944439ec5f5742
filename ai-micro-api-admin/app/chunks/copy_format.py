"""Chunks as rows of PostgreSQL's binary COPY format: no number is printed as text and parsed again.

https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS; the bytes of each type are those of its
receive function: `vector_recv` of pgvector, `tsvectorrecv`, `jsonb_recv`.
"""

import json
import struct
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
        embedding: bytes,
        metadata: dict[str, object],
        terms: bytes,
        term_count: int,
    ) -> None:
        """Write a row.

        Args:
            chunk_id: a UUID of our own; LangChain's ids are text.
            index: place in the document, from 0.
            text: the chunk's text.
            embedding: its vector, as big-endian floats of four bytes.
            metadata: `cmetadata`.
            terms: its distinct index terms, sorted by their bytes, each ended by three zero bytes: the end of a text,
                and no positions.
            term_count: how many.
        """
        self._file.write(_FIELDS)
        for field in (
            str(chunk_id).encode(),
            self._langchain_collection_id.bytes,
            struct.pack(">hh", len(embedding) // 4, 0) + embedding,
            text.encode(),
            _JSONB_VERSION + json.dumps(metadata, ensure_ascii=False).encode(),
            self._document_id.bytes,
            struct.pack(">i", index),
            struct.pack(">i", term_count) + terms,
        ):
            self._file.write(struct.pack(">i", len(field)))
            self._file.write(field)

    def finish(self) -> None:
        """Write the end, and go back to the beginning."""
        self._file.write(_TRAILER)
        self._file.seek(0)
