"""What a revision accepts, and why."""

import pytest

from alembic_rollout.errors import UsageError
from alembic_rollout.lint.findings import unaccepted
from lint.shop import Shop

DROP = ("ALTER TABLE orders DROP COLUMN note", "ALTER TABLE orders ADD COLUMN note text")


def test_a_finding_that_the_file_accepts_carries_the_reason_and_stops_nobody(shop: Shop) -> None:
    shop.sql("002", *DROP, header='accepted = {"contract-in-expand": "no release has ever read it"}')

    [finding] = shop.lint()
    assert finding.accepted == "no release has ever read it"
    assert unaccepted([finding]) == []


def test_one_file_accepts_for_itself_only(shop: Shop) -> None:
    shop.sql("002", *DROP, header='accepted = {"contract-in-expand": "never read"}')
    shop.sql("003", "ALTER TABLE users DROP COLUMN id", "ALTER TABLE users ADD COLUMN id bigint")

    assert [finding.revision for finding in unaccepted(shop.lint())] == ["003"]


def test_a_rule_that_is_accepted_is_accepted_wherever_it_speaks_in_the_file(shop: Shop) -> None:
    shop.sql("002", "CREATE INDEX a ON orders (id)\n\nCREATE INDEX b ON orders (note)", "DROP INDEX a\n\nDROP INDEX b",
             header='accepted = {"require-concurrent-index-creation": "empty until the first release"}')  # fmt: skip

    assert [finding.accepted for finding in shop.lint()] == ["empty until the first release"] * 2


@pytest.mark.parametrize("reason", ['""', '"  "', "None", "True", "[]"])
def test_a_reason_that_says_nothing_accepts_nothing(shop: Shop, reason: str) -> None:
    path = shop.sql("002", *DROP, header=f'accepted = {{"contract-in-expand": {reason}}}')

    found = unaccepted(shop.lint())
    assert sorted(finding.rule for finding in found) == ["accepted-without-reason", "contract-in-expand"]
    [line] = [finding.line for finding in found if finding.rule == "accepted-without-reason"]
    assert path.read_text().splitlines()[line - 1].startswith("accepted = ")


@pytest.mark.parametrize("value", ['["contract-in-expand"]', '"contract-in-expand"', "None"])
def test_accepted_that_is_no_dict_is_found(shop: Shop, value: str) -> None:
    shop.sql("002", *DROP, header=f"accepted = {value}")

    assert {finding.rule for finding in unaccepted(shop.lint())} == {"accepted-without-reason", "contract-in-expand"}


def test_a_rule_that_does_not_exist_is_found(shop: Shop) -> None:
    shop.sql("002", "SELECT 1", header='accepted = {"contract-in-expanse": "a slip"}')

    [finding] = unaccepted(shop.lint())
    assert (finding.rule, finding.message) == ("accepted-unknown-rule", "There is no rule 'contract-in-expanse'.")


def test_an_entry_with_nothing_to_accept_is_a_warning(shop: Shop) -> None:
    shop.sql("002", "SELECT 1", header='accepted = {"table-rewrite": "small", "prefer-text-field": "style"}')

    findings = shop.lint()
    assert [finding.rule for finding in findings] == ["accepted-unused", "accepted-unused"]
    assert unaccepted(findings) == []


def test_a_rule_that_is_not_applied_finds_nothing_and_its_acceptance_is_no_mistake(shop: Shop) -> None:
    shop.sql("002", *DROP, header='accepted = {"contract-in-expand": "never read"}')

    assert shop.lint(lint_ignore=("contract-in-expand",)) == []


def test_ignoring_a_rule_that_does_not_exist_names_those_that_do(shop: Shop) -> None:
    with pytest.raises(
        UsageError, match=r"lint_ignore names 'nonsense', which is no rule\. There are: contract-in-expand"
    ):
        shop.lint(lint_ignore=("nonsense",))
