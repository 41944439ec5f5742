"""The metrics of the services: each documented, named as Prometheus names metrics, and divided by few values."""

import pytest

from stack.reference.metrics import PAGE, descriptions_of, page
from stack.services.service import Service, known_services

# By these a metric is divided. Each has few values, which the code names: a template of a path and no path, an id of a
# revision only while its backfill is unfinished or the last attempt failed, one fingerprint while there is drift.
LABELS = {
    "cause", "current", "database", "fingerprint", "head", "implementation", "major", "maker", "method", "minor",
    "outbox", "outcome", "patchlevel", "pool", "reason", "required", "revision", "route", "service", "state", "status",
    "version",
}  # fmt: skip


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text() == page(known_services()), "run make reference"


@pytest.mark.parametrize("service", known_services(), ids=lambda service: service.name)
def test_no_label_has_values_without_a_bound(service: Service) -> None:
    for metric in descriptions_of(service):
        assert set(metric["labels"]) <= LABELS, metric["name"]
