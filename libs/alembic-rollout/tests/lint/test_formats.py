"""How findings are shown."""

import json
from pathlib import Path
from typing import Any

import pytest

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.formats import print_findings


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
