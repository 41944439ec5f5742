"""The Jobs that migrate, and how long they, their pods and Helm may take."""

import re
from typing import Any

import pytest
from manifests import merged, named, notes, pod_of, rendered, values

SECONDS = {"migrations": {"startSeconds": 600}}


@pytest.fixture(scope="module")
def of() -> dict[str, Any]:
    return merged(values("pooler-and-jobs"), SECONDS)


@pytest.mark.parametrize("name", ["migrate-auth", "contract-admin"])
def test_a_job_ends_by_itself_before_kubernetes_ends_it(name: str, of: dict[str, Any]) -> None:
    assert named(rendered(of), "Job", name)["spec"]["activeDeadlineSeconds"] == 600 + 120


def test_the_contract_job_waits_for_older_pods_as_long_as_a_start_may_take(of: dict[str, Any]) -> None:
    (container,) = pod_of(named(rendered(of), "Job", "contract-auth"))["containers"]
    assert container["command"] == ["alembic-rollout", "contract", "--wait", "600s"]


def test_the_notes_say_the_timeout_that_helm_needs_for_the_jobs(of: dict[str, Any]) -> None:
    assert re.search(r"--timeout 720s\b", notes(of))
    assert "--timeout 1920s" in notes(values("production"))


def test_without_a_job_the_notes_say_nothing_of_it() -> None:
    assert "--timeout" not in notes(merged(values("production"), {"migrations": {"contract": False}}))
