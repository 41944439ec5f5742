"""How long an alert takes at most with the files that are shipped, from what happened to the webhook.

A reading of the migrations is kept for a while before it is scraped; then there is a scrape, the rules, their `for`,
and Alertmanager, which lets the first alert of a group wait for others (group_wait), and each later one for the rest of
group_interval. A process that hangs is down when its scrape has timed out.
"""

import ast
from typing import Any

import pytest
import yaml
from observability.servers import FOLDER, RULES

from stack.paths import ROOT

LIBRARY = ROOT / "libs/alembic-rollout/alembic_rollout"
LIMIT_SECONDS = 60
DELIVERY_SECONDS = 5
"""What is left for the way to the webhook."""

_UNITS = {"s": 1, "m": 60, "h": 3600}


def seconds(duration: str) -> int:
    """Return a duration of Prometheus such as 15s in seconds."""
    return int(duration[:-1]) * _UNITS[duration[-1]]


def constant(path: str, name: str) -> float:
    """Return a number that a module of the library names, without importing it: this part does not depend on it."""
    for statement in ast.parse((LIBRARY / path).read_text()).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name:
            return float(ast.literal_eval(statement.value))
    raise LookupError(f"{path} has no {name}")


def rule(alert: str) -> dict[str, Any]:
    rules = [
        each
        for path in RULES.glob("*.yml")
        for group in yaml.safe_load(path.read_text())["groups"]
        for each in group["rules"]
    ]
    (found,) = [each for each in rules if each["alert"] == alert]
    return dict(found)


HISTORY = constant("metrics/collector.py", "CACHE_SECONDS")
DRIFT = constant("observation/migrations.py", "DRIFT_SECONDS")


@pytest.mark.parametrize(
    ("alert", "kept"),
    [("MigrationFailed", HISTORY), ("ContractRevisionHeld", HISTORY), ("SchemaDrift", DRIFT), ("ServiceDown", 0)],
)
def test_any_alert_of_these_arrives_within_a_minute_also_in_a_group_that_was_sent_before(
    alert: str, kept: float
) -> None:
    watching = yaml.safe_load((FOLDER / "prometheus/prometheus.yml").read_text())["global"]
    route = yaml.safe_load((FOLDER / "alertmanager/alertmanager.yml").read_text())["route"]
    evaluation = seconds(watching["evaluation_interval"])
    # The rules notice at an evaluation that the time of `for` is over.
    waits = -(-seconds(rule(alert).get("for", "0s")) // evaluation) * evaluation
    looks = kept or seconds(watching["scrape_timeout"])
    grouped = max(seconds(route["group_wait"]), seconds(route["group_interval"]))

    longest = looks + seconds(watching["scrape_interval"]) + evaluation + waits + grouped

    assert longest <= LIMIT_SECONDS - DELIVERY_SECONDS


def test_alerts_of_other_services_and_of_other_names_do_not_wait_for_each_other() -> None:
    route = yaml.safe_load((FOLDER / "alertmanager/alertmanager.yml").read_text())["route"]

    assert set(route["group_by"]) == {"alertname", "job"}
