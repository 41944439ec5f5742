"""The console in the chart: what it may reach, who may reach it, and how many of it there can be."""

import json
from typing import Any

import pytest
import yaml
from manifests import CHART, matches, merged, named, notes, pod_of, policies_of, refused, rendered, values, variables

HOST = {"console": {"ingress": {"host": "console.example.com"}}}
TWO = {"console": {"replicas": 2}}


def policy_ports(rules: list[dict[str, Any]]) -> set[int]:
    return {port["port"] for rule in rules for port in rule["ports"]}


def test_it_knows_where_each_service_is_and_has_nothing_of_a_database() -> None:
    deployment = named(rendered(values("production")), "Deployment", "console")
    known = variables(deployment)
    services = yaml.safe_load((CHART / "values.yaml").read_text())["services"]
    assert json.loads(known["SERVICE_URLS"]) == {name: f"http://shop-{name}:8000" for name in services}
    assert not [name for name in known if name.startswith(("DB_", "MIGRATION_", "JWT_"))]
    assert [volume["name"] for volume in pod_of(deployment)["volumes"]] == ["tmp"]


def test_it_starts_without_the_migrations_that_its_image_has_no_part_in() -> None:
    (container,) = pod_of(named(rendered(values("production")), "Deployment", "console"))["containers"]
    assert container["image"] == "registry.example.com/team/ai-micro-console:1.4.0"
    assert "alembic" not in container["command"][-1]
    probes = [container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("readiness", "liveness")]
    assert probes == ["/readyz", "/healthz"]


def test_it_reaches_the_services_and_nothing_else() -> None:
    (policy,) = policies_of("console", values("production"))
    _, services = policy["egress"]
    (peer,) = services["to"]
    assert [its for its in ("auth", "user", "admin", "workers", "postgres") if matches(peer["podSelector"], its)] == [
        "auth",
        "user",
        "admin",
    ]
    assert policy_ports(policy["egress"]) == {53, 8000}
    assert policy_ports(policy["ingress"]) == {8000}


def test_the_database_in_the_cluster_takes_no_connection_of_it() -> None:
    trying = merged(values("trying"), {"networkPolicy": {"enabled": True}})
    for policy in policies_of("postgres", trying):
        for rule in policy["ingress"]:
            if {"port": 5432} in rule["ports"]:
                assert not matches(rule["from"][0]["podSelector"], "console")
                assert matches(rule["from"][0]["podSelector"], "auth")


def test_without_a_name_of_who_may_come_no_pod_reaches_it() -> None:
    (policy,) = policies_of("console", merged(values("production"), {"networkPolicy": {"ingressFrom": []}}))
    assert "Ingress" in policy["policyTypes"]
    assert "ingress" not in policy


def test_it_has_a_host_of_its_own_with_the_certificate_of_the_apis_if_no_other_is_named() -> None:
    change = {"console": {"ingress": {"host": "console.example.com", "tlsSecret": "", "annotations": {"a": "console"}}}}
    both = merged(values("production"), change | {"ingress": {"annotations": {"a": "apis", "b": "apis"}}})
    ingress = named(rendered(both), "Ingress", "console")
    assert ingress["spec"]["tls"] == [{"hosts": ["console.example.com"], "secretName": "api-example-com"}]
    assert ingress["metadata"]["annotations"] == {"a": "console", "b": "apis"}


def test_without_a_host_it_is_inside_the_cluster_alone() -> None:
    inside = merged(values("production"), {"console": {"ingress": {"host": ""}}})
    assert not [its for its in rendered(inside) if its["kind"] == "Ingress" and "console" in its["metadata"]["name"]]
    assert "port-forward service/shop-console 8000:8000" in notes(inside)


def test_there_is_one_and_nothing_scales_it() -> None:
    manifests = rendered(values("production"))
    assert named(manifests, "Deployment", "console")["spec"]["replicas"] == 1
    scaled = {its["spec"]["scaleTargetRef"]["name"] for its in manifests if its["kind"] == "HorizontalPodAutoscaler"}
    assert "shop-console" not in scaled


def test_a_client_stays_with_one_of_several_for_as_long_as_a_sign_in_lasts() -> None:
    service = named(rendered(values("pooler-and-jobs")), "Service", "console")
    assert service["spec"]["sessionAffinity"] == "ClientIP"
    assert service["spec"]["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"] == 720 * 60


def test_several_behind_an_ingress_that_does_not_keep_a_browser_at_one_are_refused() -> None:
    said = refused(merged(merged(values("production"), HOST), TWO))
    assert "console.replicas is 2: say in console.ingress.annotations, or in console.service.annotations, how" in said


def test_several_are_taken_where_the_controller_reads_the_annotation_of_a_service() -> None:
    sticky = {"traefik.ingress.kubernetes.io/service.sticky.cookie": "true"}
    of_two = {"console": {"replicas": 2, "service": {"annotations": sticky}}}
    service = named(rendered(merged(values("production"), of_two)), "Service", "console")
    assert service["metadata"]["annotations"] == sticky


def test_the_host_of_the_apis_is_refused() -> None:
    said = refused(merged(values("production"), {"console": {"ingress": {"host": "api.example.com"}}}))
    assert "console.ingress.host is that of the services" in said


def test_it_can_be_left_out() -> None:
    without = merged(values("production"), {"console": {"enabled": False}})
    assert not [its for its in rendered(without) if "console" in its["metadata"]["name"]]
    assert "console" not in notes(without)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({}, "The console is at https://console.example.com"),
        ({"networkPolicy": {"ingressFrom": []}}, "WARNING: networkPolicy.ingressFrom is empty"),
        ({"ingress": {"trustedProxies": ""}}, "WARNING: ingress.trustedProxies is empty"),
        ({"ingress": {"enabled": False}}, "port-forward service/shop-auth 8002:8000"),
    ],
    ids=lambda part: part if isinstance(part, str) else None,
)
def test_the_notes_say_how_to_reach_it_and_what_is_missing(change: dict[str, Any], line: str) -> None:
    assert line in notes(merged(merged(values("production"), HOST), change))


def test_the_notes_of_a_whole_set_of_values_warn_of_nothing() -> None:
    assert "WARNING" not in notes(values("production"))
    assert "WARNING: PostgreSQL runs in this release" in notes(values("trying"))


def test_with_a_certificate_it_takes_tls_alone_and_checks_that_of_the_services() -> None:
    manifests = rendered(merged(values("production"), {"tls": {"secret": "certificate"}}))
    deployment = named(manifests, "Deployment", "console")
    known = variables(deployment)
    assert all(url.startswith("https://shop-") for url in json.loads(known["SERVICE_URLS"]).values())
    assert (known["UVICORN_SSL_CERTFILE"], known["SERVICES_CA_FILE"]) == ("/etc/tls/tls.crt", "/etc/tls/ca.crt")
    (container,) = pod_of(deployment)["containers"]
    assert [container[f"{kind}Probe"]["httpGet"]["scheme"] for kind in ("readiness", "liveness")] == ["HTTPS"] * 2
