"""The rules of deploy/observability: each fires when it should and ends when it should, by Prometheus's own tests."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from stack.paths import ROOT

FOLDER = ROOT / "deploy/observability"
RULES = sorted((FOLDER / "rules").glob("*.yml"))
TESTS = sorted((FOLDER / "tests").glob("*.yml"))
needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not installed (Debian: prometheus)"
)


def alerts(path: Path) -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"]]


@needs_promtool
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_each_alert_fires_and_ends_as_it_should(path: Path) -> None:
    done = subprocess.run(
        ["promtool", "test", "rules", path.name], cwd=path.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_alert_is_without_a_test() -> None:
    names = {str(rule["alert"]) for path in RULES for rule in alerts(path)}
    fired = {
        case["alertname"]
        for path in TESTS
        for test in yaml.safe_load(path.read_text())["tests"]
        for case in test["alert_rule_test"]
        if case["exp_alerts"]
    }
    assert names == fired


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_each_alert_says_how_bad_it_is_and_what_to_do(path: Path) -> None:
    for rule in alerts(path):
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}, rule["alert"]
        assert set(rule["annotations"]) == {"summary", "action", "runbook_url"}, rule["alert"]


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_each_alert_names_a_heading_of_the_guide_that_there_is(path: Path) -> None:
    for rule in alerts(path):
        page, _, anchor = str(rule["annotations"]["runbook_url"]).partition("#")
        headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(), re.MULTILINE)
        anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
        assert anchor in anchors, rule["alert"]


def test_each_metric_of_a_rule_is_one_that_a_service_has() -> None:
    code = "\n".join(
        path.read_text()
        for folder in (
            "libs/service-kit/service_kit",
            "libs/alembic-rollout/alembic_rollout",
            "ai-micro-api-admin/app",
            "ai-micro-api-auth/app",
        )
        for path in (ROOT / folder).rglob("*.py")
    )
    # Of Prometheus's own making.
    own = {"up"}
    for path in RULES:
        for rule in alerts(path):
            expression = re.sub(r"\{[^}]*\}|\([a-z, ]*\)(?= \()|by \([a-z, ]*\)|on \([a-z, ]*\)", "", str(rule["expr"]))
            for name in set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b(?!\()|\bup\b", expression)) - own:
                declared = re.sub(r"_(total|bucket|sum|count)$", "", name)
                assert f'"{declared}' in code, f"{rule['alert']}: {name}"
