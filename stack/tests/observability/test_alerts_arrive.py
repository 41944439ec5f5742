"""Debian's Prometheus and Alertmanager on a running stack: what goes wrong reaches a webhook within a minute."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from observability.dashboards import DASHBOARDS, metrics_in, queries
from observability.releases import VERSIONS, later_release
from observability.servers import running_alertmanager, running_prometheus
from observability.webhook import Webhook
from sqlalchemy import create_engine
from stack_process import StackProcess

from service_kit.testing.waiting import eventually
from stack.ports import HOST, free_port
from stack.services.compose import start_command
from stack.services.service import service_named

# A minute where nothing else runs, most of it what the rules wait for; two beside other tests.
LIMIT_SECONDS = 120.0
PREFIX = "ai-micro-api-"
ALERTS = {"MigrationFailed", "ContractRevisionHeld", "SchemaDrift", "ServiceDown"}
WORKERS = "ai-micro-api-admin-workers"

NOT_OF_THIS_STACK = {
    "admission_refused_total",
    "alembic_rollout_backfill_estimated_rows",
    "alembic_rollout_backfill_last_batch_timestamp_seconds",
    "alembic_rollout_backfill_rows",
    "alembic_rollout_last_backup_timestamp_seconds",
    "alembic_rollout_running_since_timestamp_seconds",
    "chat_answers_total",
    "documents_processed_total",
    "login_attempts_total",
    "search_rerankings_total",
}
"""Metrics of what did not happen here, which are absent until then."""

pytestmark = pytest.mark.skipif(
    shutil.which("prometheus") is None or shutil.which("prometheus-alertmanager") is None,
    reason="Prometheus or Alertmanager is not installed (Debian: prometheus, prometheus-alertmanager)",
)


def variables_of(stack: StackProcess, name: str) -> dict[str, str]:
    database = stack.description["databases"][service_named(name).database]
    binaries = service_named(name).folder / ".venv/bin"
    return {
        "DATABASE_URL": database["app_url"],
        "MIGRATION_DATABASE_URL": database["owner_url"],
        "JWKS_URL": f"{stack.description['auth']}/.well-known/jwks.json",
        "JWT_KEYS_DIR": str(stack.data / "keys"),
        "ROLLOUT_BACKUP": "never",
        "ROLLOUT_LINT": "off",
        "ROLLOUT_RESTORE_POINT": "never",
        "ROLLOUT_APP_VERSION": "9.9.9",
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
    }


@contextmanager
def running(
    command: list[str], folder: Path, variables: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | variables,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def host_and_port(url: str) -> str:
    return url.removeprefix("http://")


class Watched(NamedTuple):
    """What watches the stack.

    Attributes:
        prometheus: its address.
        alerts: what the webhook got in time, by the name of the alert.
        second_drift_seconds: from a change by hand in the place of the first to its alert; None where none came.
    """

    prometheus: str
    alerts: dict[str, Any]
    second_drift_seconds: float | None


@pytest.fixture(scope="module")
def watched(stack: StackProcess, webhook: Webhook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Everything goes wrong at once."""
    folder = tmp_path_factory.mktemp("watched")
    held = later_release(
        service_named("user"), folder, phase="contract", statement="ALTER TABLE profiles DROP COLUMN IF EXISTS absent"
    )
    failing = later_release(service_named("auth"), folder, phase="expand", statement="SELECT * FROM absent")
    new, workers = f"{HOST}:{free_port()}", f"{HOST}:{free_port()}"
    targets = {f"{PREFIX}{name}": [host_and_port(stack.description[name])] for name in ("auth", "user", "admin")}
    targets[f"{PREFIX}user"].append(new)
    targets[WORKERS] = [workers]
    working = variables_of(stack, "admin") | {
        "METRICS_HOST": HOST,
        "METRICS_PORT": workers.partition(":")[2],
        "PROCESSING_WORKERS": "1",
    }
    by_hand = create_engine(stack.description["databases"]["admindb"]["owner_url"], isolation_level="AUTOCOMMIT")
    with ExitStack() as started, by_hand.connect() as connection:
        # Before the first scrape: the second change does not wait for the tests of the others.
        connection.exec_driver_sql("CREATE TABLE by_hand (id int PRIMARY KEY)")
        alertmanager = started.enter_context(running_alertmanager(folder, webhook.url))
        prometheus = started.enter_context(running_prometheus(folder, targets, alertmanager=alertmanager))
        command = ["python", "-m", "app.processing"]
        worker = started.enter_context(running(command, service_named("admin").folder, working, folder / "worker.log"))
        command = start_command("ai-micro-api-user", int(new.partition(":")[2]))
        started.enter_context(running(command, held, variables_of(stack, "user"), folder / "held.log"))
        crashed = subprocess.run(
            ["alembic", "upgrade", "head"], cwd=failing, env=os.environ | variables_of(stack, "auth"), check=False
        )
        assert crashed.returncode != 0
        eventually(lambda: up(prometheus, WORKERS) == 1)
        worker.kill()
        first = webhook.wait_for({"SchemaDrift"}, seconds=LIMIT_SECONDS)["SchemaDrift"]["labels"]["fingerprint"]
        connection.exec_driver_sql("DROP TABLE by_hand; CREATE SEQUENCE numbers_by_hand")
        changed_at = time.monotonic()
        alerts = webhook.wait_for(ALERTS, seconds=LIMIT_SECONDS)
        arrived_at = webhook.wait_until(
            lambda alert: alert["labels"].get("fingerprint", first) != first, seconds=LIMIT_SECONDS
        )
        yield Watched(prometheus, alerts, arrived_at - changed_at if arrived_at is not None else None)
    by_hand.dispose()


def up(prometheus: str, job: str) -> float | None:
    """Return the lowest `up` of a job, None where Prometheus does not know it yet."""
    try:
        found = samples(prometheus, f'min(up{{job="{job}"}})')
    except httpx.HTTPError:
        return None
    return next((float(sample["value"][1]) for sample in found), None)


def samples(prometheus: str, query: str) -> list[dict[str, Any]]:
    """Return what Prometheus answers to a query now."""
    answer = httpx.get(f"{prometheus}/api/v1/query", params={"query": query}).raise_for_status().json()
    found: list[dict[str, Any]] = answer["data"]["result"]
    return found


@pytest.mark.parametrize(
    ("alert", "job"),
    [
        ("MigrationFailed", "ai-micro-api-auth"),
        ("ContractRevisionHeld", "ai-micro-api-user"),
        ("SchemaDrift", "ai-micro-api-admin"),
        ("ServiceDown", WORKERS),
    ],
)
def test_it_reaches_the_webhook_within_a_minute(watched: Watched, alert: str, job: str) -> None:
    assert alert in watched.alerts, sorted(watched.alerts)
    assert watched.alerts[alert]["labels"]["job"] == job
    assert watched.alerts[alert]["annotations"]["runbook_url"].startswith("docs/operations.md#")


def test_the_failure_names_its_service_database_revision_and_cause(watched: Watched) -> None:
    labels = watched.alerts["MigrationFailed"]["labels"]
    assert (labels["service"], labels["database"], labels["cause"]) == ("ai-micro-api-auth", "authdb", "42P01")
    newest = max(path.name[:3] for path in (service_named("auth").folder / VERSIONS).glob("[0-9]*.py"))
    assert labels["revision"] == f"{int(newest) + 1:03d}"
    summary = watched.alerts["MigrationFailed"]["annotations"]["summary"]
    assert f"database authdb, revision {labels['revision']}: 42P01" in summary


def test_a_drift_in_the_place_of_another_reaches_the_webhook_too(watched: Watched) -> None:
    assert watched.second_drift_seconds is not None
    assert watched.second_drift_seconds < LIMIT_SECONDS


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_panel_shows_something_where_the_stack_has_its_metric(watched: Watched, path: Path) -> None:
    for query in queries(path):
        absent = {name for name in metrics_in(query) if not samples(watched.prometheus, name)}
        assert absent <= NOT_OF_THIS_STACK, query
        assert absent or samples(watched.prometheus, query), query


@pytest.mark.parametrize("name", ["auth", "user", "admin"])
def test_promtool_finds_nothing_to_say_of_the_metrics_of_a_service(stack: StackProcess, name: str) -> None:
    text = httpx.get(f"{stack.description[name]}/metrics").text
    assert "alembic_rollout_drift_differences" in text
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["auth", "user", "admin"])
def test_the_release_is_the_same_in_the_metrics_and_in_the_answer_of_the_process(
    stack: StackProcess, name: str
) -> None:
    said = httpx.get(f"{stack.description[name]}/healthz").json()
    assert said["version"]
    metrics = httpx.get(f"{stack.description[name]}/metrics").text
    assert f'service="ai-micro-api-{name}",version="{said["version"]}"' in metrics
