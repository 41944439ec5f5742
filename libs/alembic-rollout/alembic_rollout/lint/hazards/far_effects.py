"""What reaches beyond the database, destroys what is in no table, or changes PostgreSQL's own catalogue by hand."""

from collections.abc import Iterator

from alembic_rollout.lint.situation import Hazard, Situation
from alembic_rollout.lint.steps import Step
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.expressions.far_reaching import DESTROYING, is_of_catalogue
from alembic_rollout.sql.meaning import concerns_server


def check_far_effects(step: Step, now: Situation) -> Iterator[Hazard]:
    """Find changes of the server, its roles and files, of large objects, catalogue tables and counters of sequences."""
    action = step.action
    if concerns_server(action) and action.kind != "owned":
        yield Hazard("beyond-the-database", f"{_shown(action)} reaches beyond this database.")
    if action.verb == "call" and action.name in DESTROYING:
        yield Hazard("rows-lost", f"{action.name} removes large objects, whose content is lost.")
    if action.is_data and is_of_catalogue(action.name):
        message = f"{action.verb.upper()} of {action.name} changes PostgreSQL's catalogue by hand."
        yield Hazard("catalogue-write", message)
    if action.name == "setval" and now.revision.phase != "contract" and not _is_of_new_sequence(action, now):
        message = (
            f"Lets sequence {action.detail} give numbers that are taken: the previous release may still depend on it."
        )
        yield Hazard("contract-in-expand", message)


def _shown(action: Action) -> str:
    if action.verb == "call":
        return f"{action.name}()"
    return " ".join(word for word in action.tokens[:3] if word[0].isalpha()).upper()


def _is_of_new_sequence(action: Action, now: Situation) -> bool:
    return now.made.has_named(action.detail, ("sequence",))
