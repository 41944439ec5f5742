"""Debian's Prometheus and Alertmanager with the project's own files, on this machine, quick enough for a test."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from stack.paths import ROOT
from stack.ports import free_port

FOLDER = ROOT / "deploy/observability"
RULES = FOLDER / "rules"
Targets = Mapping[str, Sequence[str]]

_EVERY = "1s"


def prometheus_configuration(targets: Targets, *, alertmanager: str, token_file: Path) -> dict[str, Any]:
    """Return the project's configuration with addresses of this machine, and a look every second.

    Args:
        targets: host and port of the processes of each job.
        alertmanager: host and port.
        token_file: for the token of the metrics.
    """
    configuration: dict[str, Any] = yaml.safe_load((FOLDER / "prometheus/prometheus.yml").read_text())
    configuration["global"] = {"scrape_interval": _EVERY, "evaluation_interval": _EVERY}
    configuration["rule_files"] = [str(RULES / "*.yml")]
    configuration["alerting"]["alertmanagers"][0]["static_configs"] = [{"targets": [alertmanager]}]
    (services,) = configuration["scrape_configs"]
    del services["dns_sd_configs"]
    services["authorization"] = {"credentials_file": str(token_file)}
    services["static_configs"] = [
        # As Docker's name server would have found it.
        {"targets": list(addresses), "labels": {"__meta_dns_name": name}}
        for name, addresses in targets.items()
    ]
    return configuration


@contextmanager
def running_prometheus(folder: Path, targets: Targets, *, alertmanager: str) -> Iterator[str]:
    """Run Prometheus; yields its address.

    Args:
        folder: for its files.
        targets: host and port of the processes of each job.
        alertmanager: host and port.
    """
    token_file = folder / "metrics-token"
    token_file.write_text("")
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(prometheus_configuration(targets, alertmanager=alertmanager, token_file=token_file)))
    listens = f"127.0.0.1:{free_port()}"
    command = [
        "prometheus",
        f"--config.file={file}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={listens}",
    ]
    with _running(command, folder / "prometheus.log"):
        yield f"http://{listens}"


@contextmanager
def running_alertmanager(folder: Path, webhook: str) -> Iterator[str]:
    """Run Alertmanager by the project's start script; yields host and port.

    Args:
        folder: for its files.
        webhook: where alerts go.
    """
    listens = f"127.0.0.1:{free_port()}"
    command = [
        str(FOLDER / "alertmanager/start"),
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address={listens}",
        "--cluster.listen-address=",
    ]
    variables = {
        "ALERTMANAGER": "prometheus-alertmanager",
        "ALERTMANAGER_CONFIGURATION": str(folder / "alertmanager.yml"),
        "ALERT_WEBHOOK_URL": webhook,
    }
    with _running(command, folder / "alertmanager.log", **variables):
        yield listens


@contextmanager
def _running(command: Sequence[str], log: Path, **variables: str) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=os.environ | variables, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
