"""The chart, rendered by Helm's own library with three sets of values, and validated as strictly as a cluster would."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from helm_python.chart import Chart, lint
from manifests import (
    CHART,
    EXAMPLES,
    ROOT,
    containers,
    merged,
    named,
    pod_of,
    pods,
    refused,
    rendered,
    validate,
    values,
    variables,
)

SERVED = ("auth", "user", "admin")


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.stem)
def example(request: pytest.FixtureRequest) -> dict[str, Any]:
    return values(request.param.stem)


def test_every_manifest_is_valid_and_has_no_unknown_field(example: dict[str, Any]) -> None:
    validate(rendered(example))


def test_helms_own_linter_finds_nothing(example: dict[str, Any]) -> None:
    report = lint(CHART, example, strict=True)
    assert report["errors"] == []
    assert [found for found in report["messages"] if "icon is recommended" not in found["error"]] == []


def test_no_pod_has_rights_that_it_does_not_need(example: dict[str, Any]) -> None:
    for name, pod in pods(rendered(example)):
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["automountServiceAccountToken"] is False, name
        for container in containers(pod):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name
            assert container["resources"]["limits"]["memory"], name


def test_no_secret_stands_in_a_manifest(example: dict[str, Any]) -> None:
    manifests = rendered(example)
    assert not [its for its in manifests if its["kind"] == "Secret"]
    secret = re.compile("PASSWORD|SECRET|API_KEY")
    for name, pod in pods(manifests):
        for variable in (its for container in containers(pod) for its in container["env"]):
            if secret.search(variable["name"]):
                assert set(variable["valueFrom"]) == {"secretKeyRef"}, (name, variable["name"])


def test_services_address_one_another_and_the_database_by_names_that_exist(example: dict[str, Any]) -> None:
    manifests = rendered(example)
    services = {its["metadata"]["name"] for its in manifests if its["kind"] == "Service"}
    text = yaml.safe_dump_all(manifests)
    assert set(re.findall(r"http://(shop-[a-z]+):", text)) <= services


@pytest.mark.parametrize("service", SERVED)
def test_pods_that_migrate_at_their_start_run_the_images_own_command(service: str) -> None:
    deployment = named(rendered(values("production")), "Deployment", service)
    (container,) = pod_of(deployment)["containers"]
    assert "command" not in container
    assert "MIGRATION_DB_PASSWORD" in variables(deployment)
    assert "initContainers" not in pod_of(deployment)
    assert container["startupProbe"]["failureThreshold"] * container["startupProbe"]["periodSeconds"] == 1800


@pytest.mark.parametrize("service", SERVED)
def test_with_jobs_pods_wait_and_hold_no_password_of_the_role_that_migrates(service: str) -> None:
    manifests = rendered(values("pooler-and-jobs"))
    deployment = named(manifests, "Deployment", service)
    (waiting,) = pod_of(deployment)["initContainers"]
    assert waiting["command"][:2] == ["alembic-rollout", "wait"]
    assert not [name for name in variables(deployment) if name.startswith("MIGRATION")]
    job = named(manifests, "Job", f"migrate-{service}")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert "MIGRATION_DB_PASSWORD" in variables(job)


def test_what_serves_goes_through_the_pooler_and_what_needs_sessions_past_it() -> None:
    manifests = rendered(values("pooler-and-jobs"))
    auth, workers = (variables(named(manifests, "Deployment", name)) for name in ("auth", "workers"))
    job = variables(named(manifests, "Job", "migrate-auth"))
    assert (auth["DB_HOST"], auth["DB_PORT"]) == ("pgbouncer.databases.svc", "6432")
    assert (auth["DB_SESSION_HOST"], auth["DB_SESSION_PORT"]) == ("server.example.com", "5432")
    assert (workers["DB_HOST"], workers["DB_PORT"]) == ("server.example.com", "5432")
    assert (job["MIGRATION_DB_HOST"], job["MIGRATION_DB_PORT"]) == ("server.example.com", "5432")


def test_documents_are_processed_by_the_workers_or_by_admin() -> None:
    with_workers, without = rendered(values("production")), rendered(values("trying"))
    assert variables(named(with_workers, "Deployment", "admin"))["PROCESSING_WORKERS"] == "0"
    assert variables(named(with_workers, "Deployment", "workers"))["PROCESSING_WORKERS"] == "2"
    assert variables(named(without, "Deployment", "admin"))["PROCESSING_WORKERS"] == "2"
    assert not [its for its in without if its["metadata"]["name"] == "shop-workers"]


def test_the_server_in_the_cluster_runs_the_files_of_postgres_init() -> None:
    files = named(rendered(values("trying")), "ConfigMap", "postgres-init")["data"]
    folder = ROOT / "postgres-init"
    assert {name: content.rstrip() for name, content in files.items()} == {
        file.name: file.read_text().rstrip() for file in folder.iterdir() if file.suffix != ".md"
    }


def test_with_a_certificate_services_take_tls_alone_and_check_it() -> None:
    manifests = rendered(merged(values("pooler-and-jobs"), {"tls": {"secret": "certificate"}}))
    assert "http://shop-" not in yaml.safe_dump_all(manifests)
    for service in SERVED:
        deployment = named(manifests, "Deployment", service)
        (container,) = pod_of(deployment)["containers"]
        probes = [container[f"{kind}Probe"]["httpGet"]["scheme"] for kind in ("startup", "readiness", "liveness")]
        assert probes == ["HTTPS"] * 3
        assert variables(deployment)["UVICORN_SSL_CERTFILE"] == "/etc/tls/tls.crt"
        assert {"name": "tls", "mountPath": "/etc/tls", "readOnly": True} in container["volumeMounts"]
    validate(manifests)


@pytest.mark.parametrize(("name", "least"), [("user", 3), ("workers", 4)])
def test_an_autoscaled_deployment_has_no_number_of_its_own(name: str, least: int) -> None:
    manifests = rendered(values("production"))
    assert "replicas" not in named(manifests, "Deployment", name)["spec"]
    assert named(manifests, "HorizontalPodAutoscaler", name)["spec"]["minReplicas"] == least


@pytest.mark.parametrize("name", [*SERVED, "workers", "console"])
def test_pods_of_one_kind_stand_on_several_nodes_and_are_drained_one_by_one(name: str) -> None:
    manifests = rendered(values("pooler-and-jobs"))
    deployment = named(manifests, "Deployment", name)
    (spread,) = pod_of(deployment)["topologySpreadConstraints"]
    budget = named(manifests, "PodDisruptionBudget", name)["spec"]
    assert spread["labelSelector"] == budget["selector"] == deployment["spec"]["selector"]
    assert "readinessProbe" in containers(pod_of(deployment))[-1]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"secrets": {"signingKeys": ""}}, "secrets.signingKeys: name the Secret with the keys that sign tokens"),
        ({"secrets": {"database": ""}}, "secrets.database: name the Secret with the passwords"),
        ({"database": {"host": ""}}, "database.host: name the PostgreSQL server, or set postgres.enabled"),
        ({"ingress": {"tlsSecret": ""}}, "ingress.tlsSecret: name the Secret with the certificate"),
        (
            {"migrations": {"backup": "always"}},
            "migrations.backup is always: name a PersistentVolumeClaim in backups.claim",
        ),
        (
            {"services": {"user": {"autoscaling": {"minReplicas": 12}}}},
            "services.user.autoscaling: minReplicas is 12, and maxReplicas 10: give maxReplicas as many or more",
        ),
        ({"workers": {"autoscaling": {"maxReplicas": 3}}}, "workers.autoscaling: minReplicas is 4, and maxReplicas 3"),
        ({"database": {"caSecret": ""}}, "database.sslmode is verify-full: name the Secret whose key ca.crt holds"),
        ({"services": {"auth": {"replica": 3}}}, "additional properties 'replica' not allowed"),
        ({"workres": {"replicas": 3}}, "additional properties 'workres' not allowed"),
        ({"environment": "prod"}, "value must be one of 'local', 'production'"),
        ({"env": {"log-level": "INFO"}}, "'log-level' does not match pattern"),
    ],
    ids=lambda part: part if isinstance(part, str) else None,
)
def test_what_cannot_work_is_refused_and_named(change: dict[str, Any], line: str) -> None:
    assert line in refused(merged(values("production"), change))


def test_jobs_need_a_server_that_is_there_before_the_release() -> None:
    said = refused(merged(values("trying"), {"migrations": {"mode": "job"}}))
    assert "migrations.mode is job, which runs before anything else" in said


def test_every_value_is_in_the_schema() -> None:
    with Chart.load(CHART) as chart:
        chart.validate_schema(values("production"))
        schema = chart.schema
    assert schema is not None
    for path in paths_of(yaml.safe_load((CHART / "values.yaml").read_text())):
        node = schema
        for name in path:
            known = node.get("properties", {})
            assert name in known or "additionalProperties" in node, path
            node = known.get(name) or node["additionalProperties"]
            assert node, path
            if "$ref" in node:
                node = schema["$defs"][node["$ref"].rpartition("/")[2]]


def paths_of(of: dict[str, Any]) -> Iterator[list[str]]:
    for key, value in of.items():
        yield [key]
        if isinstance(value, dict) and key not in {"requests", "limits"}:
            yield from ([key, *path] for path in paths_of(value))
