"""What a rule of the linter is made of."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        name: what `accepted` and `lint_ignore` call it.
        meaning: when it speaks.
        harm: what happens to whom.
        remedy: what to do instead.
        origin: who finds it.
        warns: it is reported and stops nothing.
    """

    name: str
    meaning: str
    harm: str
    remedy: str
    origin: Literal["alembic-rollout", "squawk"] = "alembic-rollout"
    warns: bool = False
