"""The OpenAPI documents are kept as the services make them, and clients of the last release survive them."""

import pytest

from stack.openapi.documents import as_text, document_of, kept_document
from stack.openapi.gate import judge
from stack.services.service import Service, known_services


@pytest.mark.parametrize("service", known_services(), ids=lambda service: service.name)
def test_the_kept_document_is_that_of_the_code(service: Service) -> None:
    assert kept_document(service) == as_text(document_of(service)), "run make openapi"


def test_clients_of_the_last_release_survive() -> None:
    verdict = judge(known_services())
    assert (verdict.breaks, verdict.outdated) == ((), ()), "make openapi says what to do"
