"""SARIF 2.1.0, which code scanning pages read."""

import json
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.formats.plain import relative, write
from alembic_rollout.lint.rules import RULES

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def print_sarif(findings: Sequence[Finding], _revisions: int) -> None:
    """Print the findings as one SARIF document; accepted ones are suppressed there, with their reason."""
    names = sorted({finding.rule for finding in findings})
    driver = {
        "name": "alembic-rollout",
        "version": version("alembic-rollout"),
        "rules": [_rule(name) for name in names],
    }
    run = {"tool": {"driver": driver}, "results": [_result(finding) for finding in findings]}
    write(json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2))


def _rule(name: str) -> dict[str, Any]:
    rule = RULES.get(name)
    if rule is None:
        return {"id": name}
    return {
        "id": name,
        "shortDescription": {"text": rule.meaning},
        "fullDescription": {"text": rule.harm},
        "help": {"text": rule.remedy},
    }


def _result(finding: Finding) -> dict[str, Any]:
    place = {"artifactLocation": {"uri": relative(finding.path)}, "region": {"startLine": finding.line}}
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": "warning" if finding.is_warning else "error",
        "message": {"text": f"{finding.message} {finding.remedy}"},
        "locations": [{"physicalLocation": place}],
    }
    if finding.accepted is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.accepted}]
    return result
