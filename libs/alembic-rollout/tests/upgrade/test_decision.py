"""What an upgrade does, decided from values: no database, no file."""

from pathlib import Path

import pytest

from alembic_rollout.drift.catalogue_drift import CatalogueComparison
from alembic_rollout.drift.differences import DriftFinding
from alembic_rollout.errors import FindingsError
from alembic_rollout.lint.findings import Finding
from alembic_rollout.project.rendering import Rendered, RevisionReading, Statement
from alembic_rollout.project.tree import Phase, RevisionFile, Tree
from alembic_rollout.releases.phases import HeldContract, held_revisions
from alembic_rollout.releases.presence import Release
from alembic_rollout.settings import BackupPolicy, DriftPolicy, LintPolicy, Settings
from alembic_rollout.upgrade.decision import Decision, Pending, conclude

CONTRACT: Phase = "contract"
EXPAND: Phase = "expand"


def tree(*phases: Phase) -> Tree:
    """A line of revisions 001, 002, ... of these phases."""
    names = [f"{number:03d}" for number in range(1, len(phases) + 1)]
    below = [(), *((name,) for name in names)]
    return Tree(
        [
            RevisionFile(Path(f"{name}_x.py"), name, below[place], (), phase, digest="")
            for place, (name, phase) in enumerate(zip(names, phases, strict=True))
        ]
    )


def pending(
    revision: str, sql: str = "SELECT 1", *, error: str | None = None, phase: Phase = EXPAND, finding: str = ""
) -> Pending:
    rendered = Rendered(revision, "upgrade", (Statement(sql, in_transaction=True),), error=error)
    nothing = Rendered(revision, "downgrade", ())
    reading = RevisionReading(revision, Path(f"{revision}_x.py"), "", phase, {}, rendered, nothing)
    found = Finding("check-scan", revision, reading.path, 7, finding, "remedy", None) if finding else None
    return Pending(reading, phase, (found,) if found else ())


def decide(
    *revisions: Pending,
    of: Tree,
    lint: LintPolicy = "refuse",
    drift: DriftPolicy = "warn",
    backup: BackupPolicy = "destructive",
    drifted: bool = False,
) -> Decision:
    findings = [DriftFinding("trigger", "t.x", "trigger x of table t is gone")] if drifted else []
    settings = Settings(lint=lint, drift=drift, backup=backup)
    comparison = CatalogueComparison(findings=tuple(findings))
    return conclude(("001",), revisions, tree=of, settings=settings, drift=comparison)


def held(one: Pending, contract: str) -> Pending:
    release = Release(("001",), 4711, "shop@001", None, None)
    return Pending(one.reading, one.phase, one.findings, HeldContract(one.revision, contract, (release,)))


@pytest.mark.parametrize(
    ("policy", "sql", "error", "backup"),
    [
        ("destructive", "SELECT 1", None, None),
        ("destructive", "DROP TABLE t", None, "002 may destroy data"),
        ("destructive", "SELECT 1", "it asks the database", "002 may destroy data"),
        ("always", "SELECT 1", None, "the policy is to take one always"),
        ("never", "DROP TABLE t", None, None),
    ],
)
def test_a_backup_is_taken_by_policy_and_before_what_cannot_be_read(
    policy: BackupPolicy, sql: str, error: str | None, backup: str | None
) -> None:
    decision = decide(pending("002", sql, error=error), of=tree(EXPAND, EXPAND), backup=policy)
    assert decision.backup == backup


def test_what_is_held_neither_runs_nor_needs_a_backup_nor_is_judged() -> None:
    contract = held(pending("002", "DROP TABLE t", phase=CONTRACT, finding="not safe"), "002")
    decision = decide(contract, of=tree(EXPAND, CONTRACT))
    assert (decision.running, decision.backup, decision.refusal, decision.goes_on) == ((), None, None, False)
    assert [one.revision for one in decision.held] == ["002"]


@pytest.mark.parametrize(("policy", "warned"), [("refuse", True), ("warn", False)])
def test_what_will_refuse_a_held_revision_later_is_said_while_it_is_held(policy: LintPolicy, warned: bool) -> None:
    contract = held(pending("002", phase=CONTRACT, finding="Not safe."), "002")
    decision = decide(contract, of=tree(EXPAND, CONTRACT), lint=policy)
    assert ("002_x.py:7 check-scan: Not safe." in decision.warning) is warned


def test_an_expand_revision_behind_a_held_one_is_refused_with_both_names() -> None:
    decision = decide(
        held(pending("002", phase=CONTRACT), "002"), held(pending("003"), "002"), of=tree(EXPAND, CONTRACT, EXPAND)
    )
    assert "003 is behind the contract revision 002, which is held" in str(decision.refusal)
    assert "shop@001 (pid 4711" in str(decision.refusal)


@pytest.mark.parametrize(("policy", "refused", "warned"), [("refuse", True, False), ("warn", False, True)])
def test_findings_are_refused_or_warned_about(policy: LintPolicy, refused: bool, warned: bool) -> None:
    decision = decide(pending("002", finding="Not safe."), of=tree(EXPAND, EXPAND), lint=policy)
    assert isinstance(decision.refusal, FindingsError) is refused
    assert ("002_x.py:7 check-scan: Not safe." in decision.warning) is warned
    assert decision.goes_on is not refused


@pytest.mark.parametrize(("policy", "refused", "warned"), [("refuse", True, False), ("warn", False, True)])
def test_drift_is_refused_or_warned_about(policy: DriftPolicy, refused: bool, warned: bool) -> None:
    decision = decide(pending("002"), of=tree(EXPAND, EXPAND), drift=policy, drifted=True)
    assert isinstance(decision.refusal, FindingsError) is refused
    assert ("trigger t.x" in decision.warning) is warned


RELEASES = {
    "none": ([], []),
    "one that has it": (["003"], []),
    "one from before it": (["002"], ["003"]),
    "one from before, one that has it": (["002", "003"], ["003"]),
    "a newer one, unknown here": (["009"], []),
    "one from long before": (["001"], ["003"]),
}


@pytest.mark.parametrize(("heads", "expected"), RELEASES.values(), ids=RELEASES)
def test_a_contract_revision_is_held_by_every_release_whose_tree_lacks_it(
    heads: list[str], expected: list[str]
) -> None:
    releases = [Release((head,), 1, f"shop@{head}", None, None) for head in heads]
    assert list(held_revisions(tree(EXPAND, EXPAND, CONTRACT), ["003"], releases)) == expected


def test_what_is_built_on_a_held_revision_is_held_too_and_names_it() -> None:
    releases = [Release(("001",), 1, "shop@001", None, None)]
    found = held_revisions(tree(EXPAND, CONTRACT, EXPAND, CONTRACT), ["002", "003", "004"], releases)
    assert {name: one.contract for name, one in found.items()} == {"002": "002", "003": "002", "004": "004"}
