"""Revisions that were released before the linter came: their files may not be changed any more and are not judged."""

import pytest

from alembic_rollout.commands.lint import lint_command
from alembic_rollout.errors import UsageError
from lint.shop import Shop, rules

INDEX = "CREATE INDEX {0} ON orders (note)", "DROP INDEX {0}"


@pytest.fixture
def tree(shop: Shop) -> Shop:
    """Three revisions behind the first, each of which builds an index that blocks writes."""
    for number in ("002", "003", "004"):
        shop.sql(number, *(sql.format(f"i{number}") for sql in INDEX))
    return shop


def test_it_and_what_it_is_built_on_are_not_judged_and_what_follows_is(tree: Shop) -> None:
    assert [finding.revision for finding in tree.lint(lint_after="003")] == ["004"]
    assert [finding.revision for finding in tree.lint()] == ["002", "003", "004"]


def test_a_check_that_a_released_revision_has_validated_counts_all_the_same(tree: Shop) -> None:
    tree.sql(
        "005",
        "ALTER TABLE orders ADD CONSTRAINT c CHECK (note IS NOT NULL) NOT VALID",
        "ALTER TABLE orders DROP CONSTRAINT c",
    )
    tree.sql("006", "ALTER TABLE orders VALIDATE CONSTRAINT c")
    tree.sql("007", "ALTER TABLE orders ALTER COLUMN note SET NOT NULL")
    assert "not-null-scan" not in rules(tree.lint(lint_after="006"))


def test_the_command_says_how_many_it_has_judged(tree: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    tree.sql("005", "CREATE TABLE other (id bigint PRIMARY KEY)", "DROP TABLE other")
    environment = tree.environment(lint_after="004")
    lint_command(environment, since=None, base=None, all_revisions=True, output_format="text")
    assert capsys.readouterr().out == "1 revision: no findings.\n"


def test_a_revision_that_does_not_exist_is_refused(tree: Shop) -> None:
    with pytest.raises(UsageError, match="lint_after names '009', and no file is that revision"):
        tree.lint(lint_after="009")
