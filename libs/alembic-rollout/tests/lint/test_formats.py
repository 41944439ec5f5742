"""How findings are shown."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.formats import print_findings
from alembic_rollout.project.rendering import Rendered, RevisionReading, Statement

NONE = Rendered("001", "downgrade", ())


def finding(**differences: object) -> Finding:
    given: dict[str, Any] = {
        "rule": "check-scan",
        "revision": "002",
        "path": Path.cwd() / "versions/002_add.py",
        "line": 7,
        "message": "Every row of orders is read.",
        "remedy": "Use operations.add_check.",
        "statement": "ALTER TABLE orders\n    ADD CHECK (id > 0)",
    }
    return Finding(**given | differences)


WARNING = finding(rule="accepted-unused", message="check-scan has nothing to say.", statement=None)
ACCEPTED = finding(accepted="orders is small", line=9)


def shown(capsys: pytest.CaptureFixture[str], output_format: str, *findings: Finding) -> str:
    print_findings(findings, output_format, revisions=2)
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_for_people_a_finding_is_a_block_and_what_is_accepted_comes_last(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "text", ACCEPTED, finding(), WARNING) == (
        "versions/002_add.py:7  check-scan\n"
        "  Every row of orders is read.\n"
        "  ALTER TABLE orders ADD CHECK (id > 0)\n"
        "  Instead: Use operations.add_check.\n"
        "\n"
        "versions/002_add.py:7  accepted-unused\n"
        "  check-scan has nothing to say.\n"
        "  Instead: Use operations.add_check.\n"
        "\n"
        "versions/002_add.py:9  check-scan  accepted: orders is small\n"
        "\n"
        "2 revisions: 1 finding, 1 accepted, 1 warning.\n"
    )


def test_for_people_no_finding_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "text") == "2 revisions: no findings.\n"


def test_brackets_in_sql_are_shown_as_they_are_and_long_sql_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "text", finding(statement="SELECT a[1] " + "x" * 500, message="[bold]m"))

    assert "  [bold]m\n  SELECT a[1] xxx" in text
    assert max(map(len, text.splitlines())) < 210


def test_json_is_one_document_with_everything(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(shown(capsys, "json", finding(), ACCEPTED, WARNING))

    assert document["revisions"] == 2
    assert document["findings"][0] == {
        "rule": "check-scan",
        "severity": "error",
        "revision": "002",
        "path": "versions/002_add.py",
        "line": 7,
        "message": "Every row of orders is read.",
        "remedy": "Use operations.add_check.",
        "statement": "ALTER TABLE orders\n    ADD CHECK (id > 0)",
        "accepted": None,
    }
    assert document["findings"][1]["accepted"] == "orders is small"
    assert document["findings"][2]["severity"] == "warning"


def test_github_gets_a_command_a_line_with_what_would_break_it_escaped(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    odd = finding(path=tmp_path / "a,b:c/002.py", message="100% of\nthe rows, all::")

    assert shown(capsys, "github", odd, ACCEPTED, WARNING).splitlines()[0] == (
        "::error file=a%2Cb%3Ac/002.py,line=7,title=check-scan::100%25 of%0Athe rows, all:: Use operations.add_check."
    )
    lines = shown(capsys, "github", ACCEPTED, WARNING).splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["::warning"]


def test_gitlab_gets_a_code_quality_report_whose_fingerprints_survive_a_moved_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = json.loads(shown(capsys, "gitlab", finding(), finding(line=8), ACCEPTED, WARNING))
    moved = json.loads(shown(capsys, "gitlab", finding(line=70), finding(line=80), WARNING))

    assert first[0] | {"fingerprint": ""} == {
        "description": "Every row of orders is read. Use operations.add_check.",
        "check_name": "check-scan",
        "fingerprint": "",
        "severity": "major",
        "location": {"path": "versions/002_add.py", "lines": {"begin": 7}},
    }
    assert [issue["severity"] for issue in first] == ["major", "major", "minor"]
    fingerprints = [issue["fingerprint"] for issue in first]
    assert len(set(fingerprints)) == 3
    assert fingerprints == [issue["fingerprint"] for issue in moved]


def test_gitlab_gets_an_empty_list_where_there_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(shown(capsys, "gitlab")) == []


def test_paths_are_those_seen_from_the_current_folder(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "service"
    inside.mkdir()
    monkeypatch.chdir(inside)

    assert shown(capsys, "text", finding(path=tmp_path / "versions/002.py")).startswith("../versions/002.py:7  ")


READINGS = [
    RevisionReading(
        "001", Path.cwd() / "versions/001.py", "Begin.", "expand", {}, Rendered("001", "upgrade", ()), NONE
    ),
    RevisionReading(
        "002",
        Path.cwd() / "versions/002_add.py",
        "Add | a check.",
        "contract",
        {},
        Rendered("002", "upgrade", (Statement("ALTER TABLE orders ADD CHECK (id > 0)", in_transaction=True),)),
        NONE,
    ),
]


def test_sarif_names_rules_places_and_what_is_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(shown(capsys, "sarif", finding(), WARNING, ACCEPTED))

    [run] = document["runs"]
    assert document["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["accepted-unused", "check-scan"]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "error"]
    assert run["results"][0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "versions/002_add.py"},
        "region": {"startLine": 7},
    }
    assert run["results"][2]["suppressions"] == [{"kind": "inSource", "justification": "orders is small"}]


def test_junit_has_a_case_for_each_revision(capsys: pytest.CaptureFixture[str]) -> None:
    print_findings([finding(message="a < b"), ACCEPTED], "junit", revisions=2, readings=READINGS)

    suite = ET.fromstring(capsys.readouterr().out)  # noqa: S314 - written by the function under test
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case.get("name") for case in suite] == ["revision 001", "revision 002"]
    [failure] = suite.iter("failure")
    assert failure.text == "versions/002_add.py:7 check-scan: a < b Use operations.add_check."


def test_markdown_is_one_comment_with_plan_locks_findings_and_estimates(capsys: pytest.CaptureFixture[str]) -> None:
    long = finding(rule="takes-long", message="VALIDATE reads orders: about 5 min.")

    print_findings([finding(message="<b> | c"), ACCEPTED, long], "markdown", revisions=2, readings=READINGS)

    assert capsys.readouterr().out.splitlines() == [
        "<!-- alembic-rollout lint -->",
        "### Migrations",
        "",
        "2 revisions: 1 finding, 1 accepted, 1 warning.",
        "",
        "| revision | phase | statements | strongest locks |",
        "|---|---|---|---|",
        "| 001 Begin. | expand | 0 statements | - |",
        "| 002 Add \\| a check. | contract | 1 statement | `orders` ACCESS EXCLUSIVE |",
        "",
        "#### Findings",
        "",
        "- **check-scan** `versions/002_add.py:7` &lt;b> \\| c *Use operations.add_check.*",
        "- **check-scan** `versions/002_add.py:9` accepted: orders is small",
        "",
        "#### Takes long",
        "",
        "- VALIDATE reads orders: about 5 min.",
    ]
