"""Pieces that overlap: those of the splitter, with the length of the overlap."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from langchain_text_splitters import RecursiveCharacterTextSplitter

from app.ingestion.chunking.overlapping import OverlappingPieces

SEPARATORS = [r"\n{2,}", r"\n", "。", r"\s+", ""]
TEXTS = st.text(alphabet="あい。\n a", max_size=400)


@given(TEXTS, st.integers(5, 60), st.integers(0, 20))
def test_they_are_those_of_the_splitter(text: str, size: int, overlap: int) -> None:
    overlap = min(overlap, size // 2)
    splitter = RecursiveCharacterTextSplitter(
        separators=SEPARATORS,
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=size,
        chunk_overlap=overlap,
    )
    pieces = pieces_of(text, size, overlap)
    assert [piece for piece, _ in pieces] == splitter.split_text(text)
    assert all(repeated <= overlap for _, repeated in pieces)


@given(TEXTS, st.integers(5, 60), st.integers(0, 20))
def test_without_what_they_repeat_they_are_the_text(text: str, size: int, overlap: int) -> None:
    pieces = pieces_of(text, size, min(overlap, size // 2))
    assert "".join("".join(piece[repeated:].split()) for piece, repeated in pieces) == "".join(text.split())
    for (before, _), (piece, repeated) in pairwise(pieces):
        assert before.endswith(piece[:repeated])


def pieces_of(text: str, size: int, overlap: int) -> list[tuple[str, int]]:
    splitter = OverlappingPieces(separators=SEPARATORS, is_separator_regex=True, chunk_size=size, chunk_overlap=overlap)
    return list(splitter.of(text))
