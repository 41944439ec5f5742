"""How findings are shown: to people, to programs, and to the pages of pull requests and pipelines."""

from collections.abc import Callable, Sequence

from alembic_rollout.lint.findings import Finding
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
from alembic_rollout.project.rendering import RevisionReading

__all__ = ["FORMATS", "as_dict", "count_of", "finding_text", "print_findings", "relative"]

_PRINTERS: dict[str, Callable[[Sequence[Finding], int], None]] = {
    "text": print_text,
    "json": print_json_document,
    "github": print_github,
    "gitlab": print_gitlab,
}
FORMATS = (*_PRINTERS, "sarif", "junit", "markdown")
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
    # Late imports: most commands that name a finding print none of these.
    if output_format == "junit":
        from alembic_rollout.lint.formats.junit import print_junit  # noqa: PLC0415

        print_junit(findings, readings)
    elif output_format == "markdown":
        from alembic_rollout.lint.formats.markdown import print_markdown  # noqa: PLC0415

        print_markdown(findings, readings)
    elif output_format == "sarif":
        from alembic_rollout.lint.formats.sarif import print_sarif  # noqa: PLC0415

        print_sarif(findings, revisions)
    else:
        _PRINTERS[output_format](findings, revisions)
