"""Which documents of a knowledge base are listed."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from app.pages.media_types import MEDIA_TYPES

DOCUMENTS_OF_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed by; empty fields narrow nothing.

    Attributes:
        q: part of a title or a file's name.
        status: where the documents are on their way.
        media_type: their format.
        tag: that they have.
        collection_id: that they are in.
        cursor: of the page.
    """

    q: str = ""
    status: str = ""
    media_type: str = ""
    tag: str = ""
    collection_id: str = ""
    cursor: str = ""

    def query(self) -> dict[str, str]:
        """Return those that narrow something, as an address carries them."""
        named = {
            "q": self.q,
            "status": self.status,
            "media_type": self.media_type,
            "tag": self.tag,
            "collection_id": self.collection_id,
        }
        return {name: value for name, value in named.items() if value}

    def parameters(self) -> dict[str, str | int]:
        """Return them as the list of documents takes them."""
        return {**self.query(), "limit": DOCUMENTS_OF_A_PAGE}

    @staticmethod
    def formats() -> list[tuple[str, str]]:
        """Return the formats with the names that people call them by."""
        return list(MEDIA_TYPES.items())

    @staticmethod
    def format_of(media_type: str) -> str:
        """Return what people call a format."""
        return MEDIA_TYPES.get(media_type, media_type)

    def value(self, name: str) -> str:
        """Return the value of a field of the form."""
        return self.query().get(name, "")

    def error(self, _: str) -> str:
        """Return what is wrong with a field: the list says it beside the form."""
        return ""


FiltersDep = Annotated[Filters, Depends()]
