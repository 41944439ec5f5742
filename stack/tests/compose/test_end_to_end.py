"""The end-to-end tests of `make run`, on containers."""

from end_to_end.test_documents import *  # noqa: F403 - the same tests, all of them
from end_to_end.test_services import *  # noqa: F403
