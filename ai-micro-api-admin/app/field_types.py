"""Types of fields that several requests have."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints


def _normal_form(value: str) -> str:
    # Two names that look the same are the same: one keyboard composes が, another sends か with a mark.
    return unicodedata.normalize("NFC", value)


def _printable(value: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs"} for character in value):
        raise ValueError("must not contain control or invisible characters")
    return value


_Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(_printable),
    AfterValidator(_normal_form),
]

KnowledgeBaseName = Annotated[_Line, Field(max_length=200)]
CollectionName = Annotated[_Line, Field(max_length=100)]
Description = Annotated[str, Field(max_length=10_000)]
