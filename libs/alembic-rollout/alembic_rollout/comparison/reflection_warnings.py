"""What SQLAlchemy and Alembic warn of while they compare: one line each, without the place in their code."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_OF_NO_USE = (
    "Did not recognize type",  # types are compared in PostgreSQL's words
    # What SQLAlchemy 2.1 reads of an unvalidated check constraint, it and Alembic use in a form that it warns of.
    "Can't validate argument '(dialect_options|not_valid)'",
)

logger = logging.getLogger(__name__)


def ignore_those_of_no_use() -> None:
    """Ignore what does not matter here, until the present `catch_warnings` ends."""
    for message in _OF_NO_USE:
        warnings.filterwarnings("ignore", message=message)


@contextmanager
def warnings_as_log_lines() -> Iterator[None]:
    """Log the warnings of a comparison, each once."""
    with warnings.catch_warnings(record=True) as warned:
        ignore_those_of_no_use()
        yield
    for message in dict.fromkeys(" ".join(str(one.message).split()) for one in warned):
        logger.warning("%s", message)
