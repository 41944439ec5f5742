"""The dashboards of deploy/observability/grafana, as a test reads them."""

import json
import re
from pathlib import Path
from typing import Any

from stack.paths import ROOT

GRAFANA = ROOT / "deploy/observability/grafana"
DASHBOARDS = sorted((GRAFANA / "dashboards").glob("*.json"))


def panels(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text())["panels"]
    return found


def queries(path: Path) -> list[str]:
    """Every query of a dashboard, with values for Grafana's variables."""
    expressions = [str(target["expr"]) for panel in panels(path) for target in panel["targets"]]
    return [each.replace("$__rate_interval", "1m").replace("$job", "ai-micro-.+") for each in expressions]


def metrics_in(query: str) -> set[str]:
    """The names of the metrics that a query asks for: what stands before the braces of a selector."""
    return set(re.findall(r"(\w+)\{", query))
