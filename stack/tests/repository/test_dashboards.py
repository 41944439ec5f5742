"""The dashboards of deploy/observability/grafana: Grafana can read them, and they ask for what the services have."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from observability.dashboards import DASHBOARDS, GRAFANA, metrics_in, panels, queries

from stack.paths import ROOT

REFERENCE = [ROOT / "docs/reference" / name for name in ("metrics.md", "service-metrics.md")]
KINDS = {"stat", "table", "timeseries"}
# Of Grafana's own list (`@grafana/data`, valueFormats/categories).
UNITS = {"none", "short", "s", "bytes", "percentunit", "reqps", "cps"}
WIDTH = 24
each_dashboard = pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)


def metrics_of_the_services() -> set[str]:
    names = {"up"}
    for page in REFERENCE:
        for name, kind in re.findall(r"^\| `(\w+)` \| (\w+) \|", page.read_text(), re.MULTILINE):
            names |= {f"{name}_{part}" for part in ("bucket", "sum", "count")} if kind == "histogram" else {name}
    return names


def test_each_dashboard_has_an_address_and_a_title_of_its_own() -> None:
    contents = [json.loads(path.read_text()) for path in DASHBOARDS]
    assert [path.stem for path in DASHBOARDS] == ["knowledge", "migrations", "services"]
    for key in ("uid", "title"):
        assert len({content[key] for content in contents}) == len(contents)


@each_dashboard
def test_each_panel_has_an_id_a_title_a_unit_and_the_data_source(path: Path) -> None:
    [source] = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())["datasources"]
    found = panels(path)
    assert len({panel["id"] for panel in found}) == len({panel["title"] for panel in found}) == len(found) > 0
    for panel in found:
        assert panel["type"] in KINDS, panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS, panel["title"]
        assert panel["targets"], panel["title"]
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"]), panel["title"]
        for part in (panel, *panel["targets"]):
            assert part["datasource"] == {"type": source["type"], "uid": source["uid"]}, panel["title"]


@each_dashboard
def test_no_panel_covers_another(path: Path) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels(path):
        place = panel["gridPos"]
        columns, rows = range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
        assert columns.stop <= WIDTH, panel["title"]
        cells = {(column, row) for column in columns for row in rows}
        assert not cells & taken, panel["title"]
        taken |= cells


@each_dashboard
def test_each_metric_of_a_query_is_one_that_a_service_has(path: Path) -> None:
    for query in queries(path):
        assert metrics_in(query), query
        assert metrics_in(query) <= metrics_of_the_services(), query


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (Debian: prometheus)")
@each_dashboard
def test_prometheus_understands_each_query(path: Path, tmp_path: Path) -> None:
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries(path))]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": path.stem, "rules": rules}]}))
    done = subprocess.run(["promtool", "check", "rules", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_metric_of_migrations_is_on_a_board() -> None:
    shown = set().union(*(metrics_in(query) for path in DASHBOARDS for query in queries(path)))
    of_migrations = set(re.findall(r"^\| `(\w+)` \|", REFERENCE[0].read_text(), re.MULTILINE))
    assert {name for name in of_migrations if not any(each.startswith(name) for each in shown)} == set()
