"""What is said of documents."""

import pytest

from app.ingestion.failures import FailureCode
from app.ingestion.parse_warnings import MAX_WARNING_CHARACTERS
from app.ingestion.reasons import Notice, Reason, WarningCode

LONGEST_CODE = 50  # of documents.error_code


def test_every_code_has_a_text() -> None:
    assert set(FailureCode) <= set(Reason.by_code())
    assert set(WarningCode) == set(Notice.by_code())
    assert all(len(code) <= LONGEST_CODE for code in Reason.by_code())


@pytest.mark.parametrize("notice", Notice)
def test_a_warning_has_room_for_its_values(notice: Notice) -> None:
    assert len(notice.text) <= MAX_WARNING_CHARACTERS - 50


def test_a_value_is_text_whatever_it_holds() -> None:
    said = Reason.DUPLICATE_DOCUMENT.filled(title="{0} {title}")
    assert said == "The file is the document “{0} {title}” of the knowledge base already."
