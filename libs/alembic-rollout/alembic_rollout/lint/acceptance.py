"""What a revision's author accepts, and why: `accepted = {"rule-name": "why it is safe here"}`."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.revision import Revision
from alembic_rollout.lint.rules import LEFT_OUT, RULES


def accept(revision: Revision, findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings of a revision, those that it accepts with their reason."""
    reasons = _reasons(revision)
    return [replace(finding, accepted=reasons.get(finding.rule)) for finding in findings]


def check_accepted(
    revision: Revision, findings: Sequence[Finding], *, ignored: Collection[str], own: Collection[str] = ()
) -> Iterator[Finding]:
    """Find entries of `accepted` that have no reason, name no rule, or have nothing to accept.

    Args:
        revision: which.
        findings: those of the other rules.
        ignored: rules that are not applied.
        own: names of the project's own rules.
    """
    line = revision.line_of_name("accepted")
    entries = revision.accepted
    if not isinstance(entries, dict):
        message = f"accepted is no dict but {type(entries).__name__}."
        yield revision.finding("accepted-without-reason", message, line=line)
        return
    found = {finding.rule for finding in findings}
    for rule, reason in entries.items():
        if rule not in RULES and rule not in LEFT_OUT and rule not in own:
            yield revision.finding("accepted-unknown-rule", f"There is no rule {rule!r}.", line=line)
        elif not _is_reason(reason):
            yield revision.finding("accepted-without-reason", f"{rule} is accepted without a reason.", line=line)
        elif rule not in found and rule not in ignored:
            yield revision.finding("accepted-unused", f"{rule} has nothing to say about this revision.", line=line)


def _reasons(revision: Revision) -> dict[str, str]:
    entries = revision.accepted
    if not isinstance(entries, dict):
        return {}
    return {rule: reason.strip() for rule, reason in entries.items() if _is_reason(reason)}


def _is_reason(reason: object) -> bool:
    return isinstance(reason, str) and bool(reason.strip())
