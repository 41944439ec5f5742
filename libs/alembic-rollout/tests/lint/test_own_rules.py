"""Rules of a project's own: what they get, how they are accepted, and what happens when they cannot be used."""

import pytest

from alembic_rollout.errors import UsageError
from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.linter import lint_revisions
from alembic_rollout.lint.own_rules import load_own_rules
from lint.shop import Shop, readings_of, rules

RULE = """
from alembic_rollout.lint.own_rules import OwnRule, Problem


def check(statements, revision):
    for statement in statements:
        for action in statement.actions:
            if action.kind == "column" and "json" in action.tokens:
                yield Problem(f"{action.name} of revision {revision.id} is json.", statement)


RULES = [OwnRule("no-json", "A column of type json.", "It has no equality.", "Use jsonb.", check)]
"""
JSON = "ALTER TABLE orders ADD COLUMN a int\n\nALTER TABLE orders ADD COLUMN data json"


def judged(shop: Shop, text: str = RULE, **settings: object) -> list[Finding]:
    (shop.project.folder / "lint_rules.py").write_text(text)
    environment = shop.environment(lint_rules=("lint_rules.py",), **settings)
    own = load_own_rules(environment.settings, environment.folder)
    return lint_revisions(readings_of(environment), environment.settings, environment.tree, own_rules=own)


def test_a_rule_gets_parsed_statements_and_the_revision_and_is_found_at_its_line(shop: Shop) -> None:
    path = shop.sql("002", JSON, "ALTER TABLE orders DROP COLUMN a, DROP COLUMN data")

    [found] = judged(shop)
    assert (found.rule, found.message, found.remedy) == ("no-json", "data of revision 002 is json.", "Use jsonb.")
    assert "json" in path.read_text().splitlines()[found.line - 1]


def test_it_is_accepted_and_ignored_like_the_others(shop: Shop) -> None:
    shop.sql("002", JSON, "SELECT 1", header='accepted = {"no-json": "never compared", "downgrade-incomplete": "x"}')
    assert rules(judged(shop)) == []

    shop.sql("002", JSON, "ALTER TABLE orders DROP COLUMN a, DROP COLUMN data")
    assert rules(judged(shop, lint_ignore=("no-json",))) == []


def test_it_may_warn_only(shop: Shop) -> None:
    shop.sql("002", JSON, "ALTER TABLE orders DROP COLUMN a, DROP COLUMN data")

    [found] = judged(shop, RULE.replace("check)]", "check, warns=True)]"))
    assert found.is_warning
    assert rules([found]) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import nothing_of_this_name", "lint_rules.py cannot be imported: ModuleNotFoundError"),
        ("RULES = 3", "lint_rules.py has no list RULES of OwnRule"),
        ("", "lint_rules.py has no list RULES of OwnRule"),
        (RULE.replace("no-json", "check-scan"), "there are two rules called 'check-scan'"),
        (RULE.replace("if action.kind", "if 1 / 0 and action.kind"), "The rule no-json of your own fails"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(shop: Shop, text: str, said: str) -> None:
    shop.sql("002", JSON, "SELECT 1")

    with pytest.raises(UsageError) as caught:
        judged(shop, text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_missing_is_named(shop: Shop) -> None:
    environment = shop.environment(lint_rules=("rules/none.py",))

    with pytest.raises(UsageError, match=r"there is no Python file rules/none\.py"):
        load_own_rules(environment.settings, environment.folder)
