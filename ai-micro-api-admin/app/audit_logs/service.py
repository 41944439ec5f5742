"""The rules of the audit log."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends

from app.audit_logs.models import AuditEvent
from app.audit_logs.repository import AuditEventRepository, Position
from app.audit_logs.schemas import AuditEventIn, AuditEventOut, AuditFilter
from app.audit_trail import TRAIL, Act
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.problems import Forbidden
from service_kit.lists.pagination import PageRequest, Slice
from service_kit.tokens.services import SERVICE_IDS
from service_kit.tokens.verification import Subject

_ROWS_AT_ONCE = 500


class AuditLogService:
    """Takes, finds and exports audit events.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, event: AuditEventIn, *, by: Subject) -> tuple[AuditEvent, bool]:
        """Add an event of the service that the token speaks for, unless it is there already.

        Returns:
            The event as it is stored, and whether it is new.

        Raises:
            Forbidden: the token is no service's.
        """
        with self._database.session() as session:
            return AuditEventRepository(session).add(_stored(event, by))

    def add_all(self, events: Sequence[AuditEventIn], *, by: Subject) -> None:
        """Add events of the service that the token speaks for, except those that are there already.

        Raises:
            Forbidden: the token is no service's.
        """
        with self._database.session() as session:
            AuditEventRepository(session).add_all([_stored(event, by) for event in events])

    def page(self, wanted: AuditFilter, page: PageRequest) -> Slice[AuditEvent]:
        """Return a page of events, the latest first."""
        with self._database.session() as session:
            return AuditEventRepository(session).page(wanted, page)

    def export(self, wanted: AuditFilter, *, by: Subject) -> Iterator[bytes]:
        """Return events as JSON lines in the order in which they happened, and record that they were taken out.

        The whole log in the hands of one person is an act of its own; reading a page is not recorded: it would put a
        line on top of the list for each page that is turned.
        """
        asked = {name: value for name, value in asdict(wanted).items() if value is not None}
        with self._database.session() as session:
            target = Target(
                TargetType.AUDIT_LOG, " ".join(f"{name}={_text(value)}" for name, value in asked.items()) or "all"
            )
            TRAIL.record(session, Act.AUDIT_LOG_EXPORTED, by=by, target=target)
        return self._lines(wanted)

    def _lines(self, wanted: AuditFilter) -> Iterator[bytes]:
        # A session for each batch: a slow reader holds no connection.
        after: Position | None = None
        while True:
            with self._database.session() as session:
                events = AuditEventRepository(session).following(wanted, after, _ROWS_AT_ONCE)
            if events:
                yield b"".join(
                    AuditEventOut.model_validate(event).model_dump_json().encode() + b"\n" for event in events
                )
            if len(events) < _ROWS_AT_ONCE:
                return
            after = events[-1].occurred_at, events[-1].id


def _stored(event: AuditEventIn, sender: Subject) -> dict[str, Any]:
    service = next((name for name, service_id in SERVICE_IDS.items() if service_id == sender.id), None)
    if service is None:
        raise Forbidden("Only services deliver audit events.")
    changes = {name: change.model_dump(mode="json", exclude_unset=True) for name, change in event.changes.items()}
    return {**event.model_dump(exclude={"changes"}), "changes": changes, "service": service}


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


async def audit_log_service(database: DatabaseDep) -> AuditLogService:
    """Return the service."""
    return AuditLogService(database)


AuditLogs = Annotated[AuditLogService, Depends(audit_log_service)]
