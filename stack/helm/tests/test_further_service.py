"""A further service is one entry of `services`: everything else follows from it."""

import json
from typing import Any

import pytest
from manifests import merged, named, refused, rendered, validate, values, variables

BILLING: dict[str, Any] = {
    "database": "billingdb",
    "paths": ["/invoices"],
    "replicas": 2,
    "poolSize": 10,
    "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "512Mi"}},
}


def with_billing(name: str) -> dict[str, Any]:
    return merged(values(name), {"services": {"billing": BILLING}})


@pytest.fixture
def manifests() -> list[dict[str, Any]]:
    return rendered(with_billing("production"))


def test_it_has_pods_an_address_and_a_disruption_budget(manifests: list[dict[str, Any]]) -> None:
    validate(manifests)
    deployment = named(manifests, "Deployment", "billing")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "registry.example.com/team/ai-micro-api-billing:1.4.0"
    assert {its["kind"] for its in manifests if its["metadata"]["name"] == "shop-billing"} == {
        "Deployment",
        "Service",
        "PodDisruptionBudget",
    }


def test_it_connects_with_its_own_roles(manifests: list[dict[str, Any]]) -> None:
    known = variables(named(manifests, "Deployment", "billing"))
    assert (known["DB_NAME"], known["DB_USER"], known["MIGRATION_DB_USER"]) == (
        "billingdb",
        "billingdb_app",
        "billingdb_owner",
    )
    assert known["DB_PASSWORD"]["secretKeyRef"]["key"] == "billingdb-app"


def test_auth_names_it_in_tokens_and_tells_it_of_deleted_accounts(manifests: list[dict[str, Any]]) -> None:
    known = variables(named(manifests, "Deployment", "auth"))
    assert "ai-micro-api-billing" in json.loads(known["JWT_SERVICES"])
    erasures = json.loads(known["ERASURE_URLS"])
    assert erasures["ai-micro-api-billing"] == "http://shop-billing:8000/internal/erasures"
    assert "ai-micro-api-auth" not in erasures


def test_the_console_shows_it_and_may_reach_it(manifests: list[dict[str, Any]]) -> None:
    urls = json.loads(variables(named(manifests, "Deployment", "console"))["SERVICE_URLS"])
    assert urls["billing"] == "http://shop-billing:8000"
    (rule,) = named(manifests, "NetworkPolicy", "console")["spec"]["egress"][1]["to"]
    assert "billing" in rule["podSelector"]["matchExpressions"][0]["values"]


def test_clients_reach_it_by_its_paths(manifests: list[dict[str, Any]]) -> None:
    (rule,) = named(manifests, "Ingress", "")["spec"]["rules"]
    backends = {its["path"]: its["backend"]["service"]["name"] for its in rule["http"]["paths"]}
    assert backends["/invoices"] == "shop-billing"
    assert backends["/auth"] == "shop-auth"


def test_jobs_migrate_it_where_pods_do_not() -> None:
    job = named(rendered(with_billing("pooler-and-jobs")), "Job", "migrate-billing")
    assert variables(job)["MIGRATION_DB_USER"] == "billingdb_owner"


def test_the_database_in_the_cluster_gets_its_roles() -> None:
    known = variables(named(rendered(with_billing("trying")), "StatefulSet", "postgres"))
    assert known["BILLINGDB_OWNER_PASSWORD"]["secretKeyRef"]["key"] == "billingdb-owner"


def test_an_entry_without_a_database_is_refused() -> None:
    without = merged(values("production"), {"services": {"billing": BILLING | {"database": ""}}})
    assert "'' does not match pattern" in refused(without)


def test_an_autoscaler_without_its_limits_is_refused() -> None:
    without = merged(values("production"), {"services": {"billing": BILLING | {"autoscaling": {"enabled": True}}}})
    assert "missing properties 'minReplicas', 'maxReplicas', 'cpu'" in refused(without)
