"""What a check said: passed, failed, unusable or unanswered, in words that hold no value of a row but its key."""

from dataclasses import dataclass
from typing import Any, Literal

from alembic_rollout.checks.declared_checks import Check
from alembic_rollout.wording.phrases import plural

Outcome = Literal["passed", "failed", "unusable", "unanswered"]
MOST_SAMPLED = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one check.

    Attributes:
        check: which.
        outcome: `passed`; `failed`: it returned rows, or what is not true; `unusable`: its SQL is no question, whatever
            the database holds; `unanswered`: it could not be asked now.
        text: what it found, or why it was not asked; empty where it passed.
        rows: how many it returned, those that are true left out.
        sample: keys of the first of them, by name of the column; empty where it returned none.
        is_certain: nothing that runs before the revision can change the answer.
    """

    check: Check
    outcome: Outcome
    text: str = ""
    rows: int = 0
    sample: tuple[dict[str, int | str], ...] = ()
    is_certain: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Return it for `--json`."""
        return {
            "name": self.check.name,
            "sql": self.check.sql,
            "outcome": self.outcome,
            "text": self.text,
            "rows": self.rows,
            "sample": list(self.sample),
            "certain": self.is_certain,
        }

    def __str__(self) -> str:
        return f"{self.check} {self.text or self.outcome}"


def found_rows(check: Check, rows: int, sample: tuple[dict[str, int | str], ...]) -> Answer:
    """Return the answer of a check that returns rows.

    Args:
        check: which.
        rows: how many.
        sample: keys of the first of them.
    """
    if not rows:
        return Answer(check, "passed")
    return Answer(check, "failed", f"found {plural(rows, 'row')}{_shown(sample, rows)}", rows, sample)


def found_truth(check: Check, rows: int, wrong: int, nulls: int) -> Answer:
    """Return the answer of a check whose only column is a boolean.

    Args:
        check: which.
        rows: how many it returned.
        wrong: how many of them are not true.
        nulls: how many of these are NULL.
    """
    if not wrong:
        return Answer(check, "passed")
    if rows == 1:
        return Answer(check, "failed", f"is {'NULL' if nulls else 'false'}", 1)
    return Answer(check, "failed", f"has {plural(wrong, 'row')} that {'is' if wrong == 1 else 'are'} not true", wrong)


def _shown(sample: tuple[dict[str, int | str], ...], rows: int) -> str:
    if not sample:
        return ""
    names = list(sample[0])
    keys = [", ".join(str(key[name]) for name in names) for key in sample]
    shown = keys if len(names) == 1 else [f"({key})" for key in keys]
    more = ", ..." if rows > len(sample) else ""
    return f": {', '.join(names)} {', '.join(shown)}{more}"
