"""The numbers of a knowledge base as a sentence."""

import pytest

from app.answers.language import PHRASES, Language
from app.summaries import statistics


@pytest.mark.parametrize(
    ("size_bytes", "shown"),
    [
        (0, "0 B"),
        (522, "522 B"),
        (1_200, "1.2 KB"),
        (49_000, "49.0 KB"),
        (3_400_000, "3.4 MB"),
        (7_000_000_000, "7.0 GB"),
    ],
)
@pytest.mark.parametrize("language", list(Language))
def test_a_size_is_shown_in_a_unit_that_fits_it(size_bytes: int, shown: str, language: Language) -> None:
    numbers = {"documents": 1, "ready": 1, "collections": 1, "chunks": 2, "size_bytes": size_bytes}
    assert shown in statistics.worded(PHRASES[language].statistics, "図書館", numbers)
