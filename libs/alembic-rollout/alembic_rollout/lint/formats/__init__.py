"""How findings are shown: to people, to programs, and to the pages of pull requests and pipelines."""

from collections.abc import Callable, Sequence

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.formats.junit import print_junit
from alembic_rollout.lint.formats.markdown import print_markdown
from alembic_rollout.lint.formats.plain import (
    as_dict,
    count_of,
    finding_text,
    print_github,
    print_gitlab,
    print_json_document,
    print_text,
    relative,
)
from alembic_rollout.lint.formats.sarif import print_sarif
from alembic_rollout.project.rendering import RevisionReading

__all__ = ["FORMATS", "as_dict", "count_of", "finding_text", "print_findings", "relative"]

_PRINTERS: dict[str, Callable[[Sequence[Finding], int], None]] = {
    "text": print_text,
    "json": print_json_document,
    "github": print_github,
    "gitlab": print_gitlab,
    "sarif": print_sarif,
}
FORMATS = (*_PRINTERS, "junit", "markdown")
"""What `--format` takes."""


def print_findings(
    findings: Sequence[Finding], output_format: str, *, revisions: int, readings: Sequence[RevisionReading] = ()
) -> None:
    """Print findings on standard output.

    Args:
        findings: what the linter found.
        output_format: `text`, `json`, `github` (workflow commands), `gitlab` (a code quality report), `sarif` (code
            scanning), `junit` (a test report) or `markdown` (one comment for a pull request).
        revisions: how many were judged.
        readings: the judged revisions; `junit` and `markdown` list them, with findings or without.
    """
    if output_format == "junit":
        print_junit(findings, readings)
    elif output_format == "markdown":
        print_markdown(findings, readings)
    else:
        _PRINTERS[output_format](findings, revisions)
