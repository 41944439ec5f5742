"""The configuration of Prometheus and Alertmanager, judged by their own tools."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from stack.paths import ROOT
from stack.services.service import known_services

FOLDER = ROOT / "deploy/observability"


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (Debian: prometheus)")
def test_prometheus_takes_its_configuration(tmp_path: Path) -> None:
    configuration = (FOLDER / "prometheus/prometheus.yml").read_text()
    file = tmp_path / "prometheus.yml"
    file.write_text(configuration.replace("/etc/prometheus-rules", str(FOLDER / "rules")))
    done = subprocess.run(
        ["promtool", "check", "config", "--syntax-only", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_does_not_start_where_it_would_ask_services_with_tls_by_their_addresses() -> None:
    done = subprocess.run(
        ["sh", FOLDER / "prometheus/start"],
        env={"PATH": os.environ["PATH"], "SERVICES_CERTIFICATE": "./services.pem"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("METRICS_PORT: set it with SERVICES_CERTIFICATE")


def test_each_service_is_a_job_of_its_name() -> None:
    (services,) = yaml.safe_load((FOLDER / "prometheus/prometheus.yml").read_text())["scrape_configs"]
    (found,) = services["dns_sd_configs"]
    assert found["names"] == [service.folder_name for service in known_services()]
    assert {"source_labels": ["__meta_dns_name"], "target_label": "job"} in services["relabel_configs"]


@pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is not installed (Debian: prometheus-alertmanager)")
@pytest.mark.parametrize("webhook", ["", "https://hooks.example.com/a?b=c&d=it's|e"], ids=["no webhook", "a webhook"])
def test_alertmanager_takes_what_its_start_script_writes(tmp_path: Path, webhook: str) -> None:
    file = tmp_path / "alertmanager.yml"
    variables = {"ALERTMANAGER": "true", "ALERTMANAGER_CONFIGURATION": str(file), "ALERT_WEBHOOK_URL": webhook}
    subprocess.run([FOLDER / "alertmanager/start"], env=os.environ | variables, check=True)
    done = subprocess.run(["amtool", "check-config", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (receiver,) = yaml.safe_load(file.read_text())["receivers"]
    assert [hook["url"] for hook in receiver.get("webhook_configs", [])] == ([webhook] if webhook else [])


def services_of_the_profile() -> dict[str, Any]:
    done = subprocess.run(
        ["docker", "compose", "--profile", "observability", "config", "--format", "json"],
        cwd=ROOT,
        env=os.environ
        | {"METRICS_TOKEN": "a-token-for-prometheus", "ALERT_WEBHOOK_URL": "https://hooks.example.com/a"},
        capture_output=True,
        text=True,
        check=True,
    )
    services: dict[str, Any] = json.loads(done.stdout)["services"]
    return {name: service for name, service in services.items() if service.get("profiles") == ["observability"]}


@pytest.mark.skipif(shutil.which("docker") is None, reason="docker is not installed")
def test_the_profile_listens_on_this_machine_only_has_limits_and_gets_its_settings() -> None:
    services = services_of_the_profile()
    assert set(services) == {"prometheus", "alertmanager", "grafana"}
    for service in services.values():
        assert {port["host_ip"] for port in service["ports"]} == {"127.0.0.1"}
        assert service["mem_limit"]
        assert service["pids_limit"]
        assert service["read_only"]
    assert services["prometheus"]["environment"]["METRICS_TOKEN"] == "a-token-for-prometheus"
    assert services["alertmanager"]["environment"]["ALERT_WEBHOOK_URL"] == "https://hooks.example.com/a"
    mounted = {volume["target"] for volume in services["grafana"]["volumes"]}
    [provider] = yaml.safe_load((FOLDER / "grafana/provisioning/dashboards/files.yml").read_text())["providers"]
    assert {provider["options"]["path"], "/etc/grafana/provisioning/datasources"} <= mounted


@pytest.mark.parametrize(
    ("environment", "password", "status"),
    [
        ("production", "local-only-grafana", 1),
        ("production", "", 1),
        ("production", "of-our-own", 0),
        ("local", "local-only-grafana", 0),
    ],
)
def test_grafana_does_not_start_with_a_default_password_in_production(
    environment: str, password: str, status: int
) -> None:
    variables = {"GRAFANA": "true", "ENVIRONMENT": environment, "GF_SECURITY_ADMIN_PASSWORD": password}
    done = subprocess.run(
        [FOLDER / "grafana/start"], env=os.environ | variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == status
    assert ("GRAFANA_PASSWORD" in done.stderr) == bool(status)
