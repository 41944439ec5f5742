"""Limits and guards that a revision switches off: timeouts, triggers, foreign keys."""

import re
from collections.abc import Iterator

from alembic_rollout.lint.situation import Hazard, Situation
from alembic_rollout.lint.steps import Step
from alembic_rollout.settings import Settings
from alembic_rollout.wording.durations import format_duration

_SECONDS = {"us": 1e-6, "ms": 1e-3, "": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)$")
_TIMEOUTS = ("lock_timeout", "statement_timeout", "transaction_timeout")


def check_limits(step: Step, now: Situation) -> Iterator[Hazard]:
    """Find timeouts that are longer than the runner's, and triggers that do not fire."""
    action = step.action
    if action.verb == "set":
        yield from _setting(action.name, action.detail, now.settings)
    if action.detail.startswith(("disable trigger", "disable rule")) and not step.on_new:
        what = action.detail.split()[1]
        yield Hazard(
            "trigger-disabled",
            f"DISABLE {what.upper()} on {action.table} blocks writes until the revision ends, and what the {what}"
            " keeps right is not kept while it is off.",
        )


def _setting(name: str, value: str, settings: Settings) -> Iterator[Hazard]:
    if name in _TIMEOUTS:
        limit, seconds = _limit(name, settings), _seconds(value)
        if seconds is None or seconds == 0 or seconds > limit:
            shown = "no limit" if seconds == 0 else value
            message = f"{name} is set to {shown}; the runner has set {format_duration(limit)}."
            yield Hazard("timeout-overridden", message)
    elif name == "session_replication_role" and value == "replica":
        yield Hazard("trigger-disabled", "Triggers and foreign keys do not fire: session_replication_role.")


def _limit(name: str, settings: Settings) -> float:
    return settings.lock_timeout if name == "lock_timeout" else settings.statement_timeout


def _seconds(value: str) -> float | None:
    match = _DURATION.match(value.strip().casefold())
    if match is None or match[2] not in _SECONDS:
        return None
    return float(match[1]) * _SECONDS[match[2]]
