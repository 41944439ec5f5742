"""The one normal form in which texts are compared.

Documents and queries are written in full and half width, in upper and lower case, with composed and
decomposed accents and voicing marks. Everything that compares text goes through here first.
"""

from __future__ import annotations

import unicodedata


def normalize(text: str) -> str:
    """Return the text in NFKC and case-folded (Unicode 3.13, caseless matching under compatibility).

    NFKC comes twice, because folding can undo it: U+1E9E folds to two letters, U+0345 to a letter that composes.
    Idempotent.
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text)
    while (again := unicodedata.normalize("NFKC", folded.casefold())) != folded:
        folded = again
    return folded
