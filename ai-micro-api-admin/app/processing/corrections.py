"""Makes the corrections of a document's chunks again when it is processed again."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Row

from app.chunks.corrections import CORRECTION_ID
from app.ingestion.chunking.chunks import Chunk
from app.ingestion.parse_warnings import ParseWarning
from app.ingestion.reasons import Notice, WarningCode

_SHOWN, _SHOWN_CHARACTERS = 3, 40


class Corrections:
    """The corrections of one document, each made where the file has the text that it was made to.

    Args:
        stored: id, original and text, the latest first.
    """

    def __init__(self, stored: Sequence[Row[UUID, str, str]] = ()) -> None:
        self._left: defaultdict[str, deque[tuple[UUID, str]]] = defaultdict(deque)
        for row in stored:
            self._left[row.original].append((row.id, row.text))
        self._made: dict[int, UUID] = {}

    def made_in(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """Yield chunks with their corrections."""
        for chunk in chunks:
            if waiting := self._left.get(chunk.text):
                self._made[chunk.index], text = waiting.popleft()
                # What was found of the other text is not by what this one is found.
                yield replace(chunk, text=text, features=None)
            else:
                yield chunk

    def metadata_of(self, chunk: Chunk) -> dict[str, object]:
        """Return what the metadata of a chunk that was yielded says of its correction."""
        made = self._made.get(chunk.index)
        return {} if made is None else {CORRECTION_ID: str(made)}

    def warnings(self) -> list[ParseWarning]:
        """Return a warning of the corrections that were not made, once all chunks were seen."""
        lost = [text for waiting in self._left.values() for _, text in waiting]
        if not lost:
            return []
        named = ", ".join(f"“{' '.join(text.split())[:_SHOWN_CHARACTERS]}…”" for text in lost[:_SHOWN])
        notice = Notice.CORRECTION_NOT_MADE if len(lost) == 1 else Notice.CORRECTIONS_NOT_MADE
        return [ParseWarning(WarningCode.CORRECTIONS_NOT_MADE, notice.filled(count=len(lost), passages=named))]
