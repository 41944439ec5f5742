"""Records acts in the transaction that they are part of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import String, insert, literal, select
from sqlalchemy.orm import Session

from service_kit.audit.acts import TargetType
from service_kit.audit.tables import AUDIT_DELIVERIES, AUDIT_EVENTS
from service_kit.observability import origin
from service_kit.tokens.verification import Subject

COMMIT_MARK = "audit_events"
"""What `Session.info` has once an event that will be delivered was recorded."""
# Of every other field only that it changed is recorded: it may hold personal data, or a person's text.
_SHOWN_FIELDS = frozenset({"roles", "is_active", "visibility", "value"})
_LONGEST_TARGET = 200

Result = Literal["done", "refused"]


@dataclass(frozen=True, slots=True)
class Target:
    """What an act was done to, such as `Target(TargetType.DOCUMENT, document.id)`."""

    type: TargetType
    id: UUID | str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted.

    Attributes:
        id: the account; None where an operator did it at a command line, or the service by itself.
        session_id: the sign-in that the act came from.
    """

    id: UUID | None
    session_id: UUID | None = None

    @classmethod
    def of(cls, subject: Subject | None) -> "Actor":
        """Return whom a token speaks for; an unknown actor where there is none."""
        return cls(None) if subject is None else cls(subject.id, subject.session_id)


class AuditTrail:
    """The trail of one service.

    Args:
        service: its name.
        delivered: True if another service keeps the events of all services, and these go there.
    """

    def __init__(self, service: str, *, delivered: bool) -> None:
        self._service = service
        self.is_delivered = delivered

    def record(
        self,
        session: Session,
        action: str,
        *,
        by: Subject | Actor,
        target: Target | None,
        changes: Mapping[str, object] | None = None,
    ) -> None:
        """Record an act that the session's transaction does: both are committed, or neither.

        Args:
            session: the transaction.
            action: a stable code, such as `ACCOUNT_ROLES_CHANGED`.
            by: who acts.
            target: what it is done to.
            changes: see `changes_between`.
        """
        self.write(session, action=action, result="done", actor=by, target=target, changes=dict(changes or {}))

    def write(
        self, session: Session, *, actor: Subject | Actor, target: Target | None, result: Result, **columns: object
    ) -> None:
        """Write one event; columns that are not given are those of the request that is being answered.

        Args:
            session: the transaction.
            actor: who acts.
            target: what it is done to, if anything.
            result: what came of it.
            columns: the others of `audit_events`, and `traceparent`.
        """
        who = Actor.of(actor) if isinstance(actor, Subject) else actor
        came_from = origin.current()
        values: dict[str, Any] = {
            "service": self._service,
            "result": result,
            "actor_id": who.id,
            "session_id": who.session_id,
            "target_type": target.type if target else None,
            "target_id": str(target.id)[:_LONGEST_TARGET] if target else None,
            "ip_address": came_from.ip_address,
            "request_id": came_from.request_id,
            "traceparent": came_from.traceparent,
            **columns,
        }
        traceparent = values.pop("traceparent")
        statement = insert(AUDIT_EVENTS).values(values)
        if not self.is_delivered:
            session.execute(statement)
            return
        added = statement.returning(AUDIT_EVENTS.c.id).cte("added")
        waiting = select(added.c.id, literal(traceparent, String))
        session.execute(insert(AUDIT_DELIVERIES).from_select(["id", "traceparent"], waiting))
        session.info[COMMIT_MARK] = True


def changes_between(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    """Return which fields an act changes, for `record`: roles, states and the like with their values, others by name.

    Args:
        before: values of fields as they were.
        after: values of those that are set.
    """
    return {
        name: {"before": before.get(name), "after": value} if name in _SHOWN_FIELDS else {}
        for name, value in after.items()
        if before.get(name) != value
    }


def fields_of(row: object, names: Mapping[str, object]) -> dict[str, object]:
    """Return what a mapped object has in the fields that are about to be set, for `changes_between`."""
    return {name: getattr(row, name) for name in names}
