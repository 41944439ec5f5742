"""Index terms as PostgreSQL's text search types write them.

https://www.postgresql.org/docs/current/datatype-textsearch.html
"""

from collections.abc import Iterable

from app.text.terms import document_terms


def chunk_terms(text: str, *, title: str, file_name: str) -> list[str]:
    """Return the terms under which a chunk is found: its own, and those of its document's title and file name.

    Args:
        text: the chunk's, which has the headings above it.
        title: of the document.
        file_name: of its file.
    """
    return document_terms(f"{text}\n{title}\n{file_name}")


def quoted(term: str) -> str:
    """Return a term as a `tsquery` that asks for it, or as a part of a `tsvector`."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def tsvector(terms: Iterable[str]) -> str:
    """Return terms as the text of a `tsvector` without positions."""
    return " ".join(map(quoted, terms))
