"""JUnit's XML: a test case for each revision, which fails by the findings that it does not accept."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from alembic_rollout.lint.findings import Finding, unaccepted
from alembic_rollout.lint.formats.plain import relative, write
from alembic_rollout.project.rendering import RevisionReading


def print_junit(findings: Sequence[Finding], readings: Sequence[RevisionReading]) -> None:
    """Print the judged revisions as a test suite."""
    failed = {finding.revision for finding in unaccepted(findings)}
    counts = {"tests": str(len(readings)), "failures": str(len(failed))}
    suite = ET.Element("testsuite", {"name": "alembic-rollout lint", **counts})
    for reading in readings:
        place = {"name": f"revision {reading.revision}", "classname": "migrations", "file": relative(reading.path)}
        case = ET.SubElement(suite, "testcase", place)
        own = [finding for finding in unaccepted(findings) if finding.revision == reading.revision]
        if own:
            failure = ET.SubElement(case, "failure", {"message": ", ".join(sorted({each.rule for each in own}))})
            failure.text = "\n".join(
                f"{relative(each.path)}:{each.line} {each.rule}: {each.message} {each.remedy}" for each in own
            )
    ET.indent(suite)
    write('<?xml version="1.0" encoding="utf-8"?>')
    write(ET.tostring(suite, encoding="unicode"))
