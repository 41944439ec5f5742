"""One step of an upgrade, a downgrade or a stamp, as Alembic computes it, and its name in messages."""

import inspect
from collections.abc import Callable
from typing import Any

from alembic.runtime.migration import RevisionStep, StampStep

from alembic_rollout.errors import UsageError
from alembic_rollout.history.attempt import Direction

Step = RevisionStep | StampStep


def revision_of(step: Step) -> str:
    """Return the id that a step applies, reverts or stamps; `base` where a stamp leaves nothing."""
    script = getattr(step, "revision", None)
    if script is not None:
        return str(script.revision)
    return ",".join(step.to_revisions) or "base"


def module_of(step: Step) -> Any:  # noqa: ANN401 - a revision's module
    """Return the module of the revision that a step applies or reverts; None where it stamps."""
    return getattr(getattr(step, "revision", None), "module", None)


def describe(step: Step, direction: Direction) -> str:
    """Return what a step that is done did: `Applied 002 (Add tags)`."""
    verb = {"upgrade": "Applied", "downgrade": "Reverted", "stamp": "Stamped"}[direction]
    doc = (step.doc or "").rstrip(".") if direction != "stamp" else ""
    return f"{verb} {revision_of(step)}" + (f" ({doc})" if doc else "")


def run_to_its_end(function: Callable[..., object], path: str) -> Callable[..., None]:
    """Return a revision's function, refusing one that returns before it has run: `async def`, or one with `yield`."""

    def run(**arguments: object) -> None:
        result = function(**arguments)
        if inspect.iscoroutine(result):
            result.close()
        if inspect.isawaitable(result) or inspect.isgenerator(result) or inspect.isasyncgen(result):
            raise UsageError(
                f"{path}: {function.__name__}() is a coroutine or a generator, so nothing of it has run. Write a plain"
                " function: def, without async and without yield"
            )

    return run
