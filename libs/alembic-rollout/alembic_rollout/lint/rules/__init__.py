"""Every rule of the linter: what it means, why breaking it hurts, what to do instead.

The documentation is made of this table. The names of squawk's rules are squawk's own; its rules that are not named in
`RULES` are not applied, so that a newer squawk does not stop a start with a rule that was not reviewed here.
"""

from alembic_rollout.lint.rules.library_rules import FILL_IN, LIBRARY_RULES
from alembic_rollout.lint.rules.rule import Rule
from alembic_rollout.lint.rules.squawk_rules import LEFT_OUT, SQUAWK_RULES

__all__ = ["FILL_IN", "LEFT_OUT", "RULES", "Rule"]

RULES: dict[str, Rule] = {rule.name: rule for rule in (*LIBRARY_RULES, *SQUAWK_RULES)}
"""Every rule that is applied, by name."""
