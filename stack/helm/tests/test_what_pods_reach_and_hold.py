"""What the values name beside the services: addresses that pods may reach, and Secrets that become their variables."""

from typing import Any

import pytest
from manifests import containers, merged, named, notes, pod_of, policies_of, rendered, validate, values

COLLECTOR = {"ipBlock": {"cidr": "192.0.2.1/32"}}
MODELS = {"ipBlock": {"cidr": "203.0.113.0/24"}}
OF_SERVICES = ("auth", "migrate-user", "contract-auth", "admin", "workers")
CHANGE = {
    "secrets": {"all": ["traces", "redis"]},
    "services": {
        "admin": {"secrets": ["models"], "egressTo": [MODELS]},
        "user": {"secrets": ["redis", "webhook"]},
    },
    "networkPolicy": {"egressTo": [COLLECTOR]},
}


def reached(component: str, of: dict[str, Any]) -> list[Any]:
    """Return the peers outside the release that pods of a component reach."""
    rules = [rule for policy in policies_of(component, of) for rule in policy.get("egress", [])]
    return [peer for rule in rules for peer in rule.get("to", []) if "ipBlock" in peer]


@pytest.fixture(scope="module")
def of() -> dict[str, Any]:
    return merged(values("pooler-and-jobs"), CHANGE)


@pytest.fixture(scope="module")
def manifests(of: dict[str, Any]) -> list[dict[str, Any]]:
    return rendered(of)


def test_the_manifests_are_valid(manifests: list[dict[str, Any]]) -> None:
    validate(manifests)


@pytest.mark.parametrize("component", [*OF_SERVICES, "console"])
def test_every_pod_reaches_what_is_named_for_all(component: str, of: dict[str, Any]) -> None:
    assert COLLECTOR in reached(component, of)


def test_the_database_in_the_cluster_does_not() -> None:
    trying = merged(values("trying"), {"networkPolicy": {"enabled": True, "egressTo": [COLLECTOR]}})
    assert reached("postgres", trying) == []


def test_what_is_named_for_one_service_is_reached_by_it_its_jobs_and_its_workers(of: dict[str, Any]) -> None:
    components = ("auth", "user", "console", "migrate-auth", "admin", "workers", "migrate-admin", "contract-admin")
    assert [its for its in components if MODELS in reached(its, of)] == [
        "admin",
        "workers",
        "migrate-admin",
        "contract-admin",
    ]


@pytest.mark.parametrize(
    ("kind", "name", "secrets"),
    [
        ("Deployment", "auth", ["traces", "redis"]),
        ("Deployment", "console", ["traces", "redis"]),
        ("Deployment", "user", ["traces", "redis", "webhook"]),
        ("Job", "migrate-user", ["traces", "redis", "webhook"]),
        ("Job", "contract-user", ["traces", "redis", "webhook"]),
        ("Deployment", "admin", ["traces", "redis", "models"]),
        ("Deployment", "workers", ["traces", "redis", "models"]),
    ],
)
def test_a_pod_has_the_secrets_of_all_and_those_of_its_service(
    kind: str, name: str, secrets: list[str], manifests: list[dict[str, Any]]
) -> None:
    container = containers(pod_of(named(manifests, kind, name)))[-1]
    assert [its["secretRef"]["name"] for its in container["envFrom"]] == secrets


def test_where_none_is_named_a_pod_has_none() -> None:
    container = containers(pod_of(named(rendered(values("production")), "Deployment", "auth")))[-1]
    assert "envFrom" not in container


def test_each_comes_from_the_store_once(manifests: list[dict[str, Any]]) -> None:
    stored = [its["metadata"]["name"] for its in manifests if its["kind"] == "ExternalSecret"]
    own = ["ai-micro-database", "ai-micro-service", "ai-micro-signing-keys"]
    assert sorted(stored) == sorted([*own, "traces", "redis", "models", "webhook"])


@pytest.mark.parametrize(
    "change",
    [
        {"env": {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}},
        {"services": {"auth": {"env": {"RATE_LIMIT_STORAGE": "redis://redis"}}}},
    ],
)
def test_the_notes_warn_of_an_address_that_pods_do_not_reach(change: dict[str, Any]) -> None:
    unreached = merged(values("production"), change)
    assert "of auth names an address that its pods do not reach" in notes(unreached)
    reached_now = merged(unreached, {"networkPolicy": {"egressTo": [COLLECTOR]}})
    assert "WARNING" not in notes(reached_now)
