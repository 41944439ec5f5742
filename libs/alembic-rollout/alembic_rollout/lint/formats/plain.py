"""Findings as text, as JSON, as commands of a GitHub workflow, and as a GitLab report."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from rich.text import Text

from alembic_rollout.lint.findings import Finding, unaccepted
from alembic_rollout.output import console, print_json
from alembic_rollout.wording.phrases import plural, shortened

_LONGEST_STATEMENT = 200


def as_dict(finding: Finding) -> dict[str, Any]:
    """Return a finding for programs."""
    return {
        "rule": finding.rule,
        "severity": "warning" if finding.is_warning else "error",
        "revision": finding.revision,
        "path": relative(finding.path),
        "line": finding.line,
        "message": finding.message,
        "remedy": finding.remedy,
        "statement": finding.statement,
        "accepted": finding.accepted,
    }


def finding_text(finding: Finding) -> Text:
    """Return a finding for people."""
    style = "yellow" if finding.is_warning or finding.accepted else "bold red"
    text = Text.assemble((f"{relative(finding.path)}:{finding.line}", "bold"), "  ", (finding.rule, style))
    if finding.accepted:
        return text.append(f"  accepted: {finding.accepted}")
    text.append(f"\n  {finding.message}")
    if finding.statement:
        text.append(f"\n  {shortened(finding.statement, _LONGEST_STATEMENT)}", style="dim")
    return text.append(f"\n  Instead: {finding.remedy}")


def count_of(findings: Sequence[Finding], *, revisions: int) -> str:
    """Say how much was found, in one line."""
    judged = plural(revisions, "revision")
    open_ = len(unaccepted(findings))
    accepted = sum(finding.accepted is not None for finding in findings)
    warnings = len(findings) - open_ - accepted
    found = plural(open_, "finding") if open_ else "no findings"
    rest = [
        f"{accepted} accepted" if accepted else "",
        plural(warnings, "warning") if warnings else "",
    ]
    return ", ".join(filter(None, [f"{judged}: {found}", *rest])) + "."


def relative(path: Path) -> str:
    """Return a path as seen from the current folder."""
    return Path(os.path.relpath(path)).as_posix()


def print_text(findings: Sequence[Finding], revisions: int) -> None:
    """Print the findings for people, those that are accepted at the end."""
    shown = console()
    by_acceptance = sorted(findings, key=lambda finding: finding.accepted is not None)
    for number, finding in enumerate(by_acceptance):
        if number and not (finding.accepted and by_acceptance[number - 1].accepted):
            shown.print()
        shown.print(finding_text(finding), soft_wrap=True)
    if findings:
        shown.print()
    shown.print(count_of(findings, revisions=revisions), soft_wrap=True)


def print_json_document(findings: Sequence[Finding], revisions: int) -> None:
    """Print the findings for programs."""
    print_json({"revisions": revisions, "findings": [as_dict(finding) for finding in findings]})


def print_github(findings: Sequence[Finding], _revisions: int) -> None:
    """Print workflow commands, which GitHub shows beside the lines."""
    for finding in findings:
        if finding.accepted is None:
            command = "warning" if finding.is_warning else "error"
            file, title = _escaped(relative(finding.path), ":,"), _escaped(finding.rule, ":,")
            text = _escaped(f"{finding.message} {finding.remedy}")
            write(f"::{command} file={file},line={finding.line},title={title}::{text}")


def print_gitlab(findings: Sequence[Finding], _revisions: int) -> None:
    """Print a code quality report."""
    seen: Counter[str] = Counter()
    issues = []
    for finding in findings:
        if finding.accepted is not None:
            continue
        # Not by line: the same finding stays the same when something is inserted above it.
        identity = "\0".join((finding.rule, finding.path.name, finding.message, finding.statement or ""))
        seen[identity] += 1
        issues.append(
            {
                "description": f"{finding.message} {finding.remedy}",
                "check_name": finding.rule,
                "fingerprint": sha256(f"{identity}\0{seen[identity]}".encode()).hexdigest(),
                "severity": "minor" if finding.is_warning else "major",
                "location": {"path": relative(finding.path), "lines": {"begin": finding.line}},
            }
        )
    write(json.dumps(issues, ensure_ascii=False, indent=2))


def write(line: str) -> None:
    """Write a text as it is, without colours and wrapping."""
    console().out(line, highlight=False)


def _escaped(text: str, also: str = "") -> str:
    # As GitHub's own toolkit does it, the per cent sign first.
    for character in "%\r\n" + also:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
