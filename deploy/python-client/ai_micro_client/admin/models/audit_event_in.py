from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.audit_event_in_result import AuditEventInResult
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.audit_event_in_changes import AuditEventInChanges


T = TypeVar("T", bound="AuditEventIn")


@_attrs_define
class AuditEventIn:
    """An event of the service whose token delivers it.

    Attributes:
        action (str):
        id (UUID): Chosen by the sender; the same id again is the same event.
        occurred_at (datetime.datetime):
        result (AuditEventInResult):
        actor_id (None | Unset | UUID):
        changes (AuditEventInChanges | Unset):
        ip_address (None | str | Unset):
        occurrences (int | Unset):  Default: 1.
        reason (None | str | Unset):
        request_id (None | str | Unset):
        session_id (None | Unset | UUID):
        target_id (None | str | Unset):
        target_type (None | str | Unset):
    """

    action: str
    id: UUID
    occurred_at: datetime.datetime
    result: AuditEventInResult
    actor_id: None | Unset | UUID = UNSET
    changes: AuditEventInChanges | Unset = UNSET
    ip_address: None | str | Unset = UNSET
    occurrences: int | Unset = 1
    reason: None | str | Unset = UNSET
    request_id: None | str | Unset = UNSET
    session_id: None | Unset | UUID = UNSET
    target_id: None | str | Unset = UNSET
    target_type: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        action = self.action

        id = str(self.id)

        occurred_at = self.occurred_at.isoformat()

        result = self.result.value

        actor_id: None | str | Unset
        if isinstance(self.actor_id, Unset):
            actor_id = UNSET
        elif isinstance(self.actor_id, UUID):
            actor_id = str(self.actor_id)
        else:
            actor_id = self.actor_id

        changes: dict[str, Any] | Unset = UNSET
        if not isinstance(self.changes, Unset):
            changes = self.changes.to_dict()

        ip_address: None | str | Unset
        if isinstance(self.ip_address, Unset):
            ip_address = UNSET
        else:
            ip_address = self.ip_address

        occurrences = self.occurrences

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        request_id: None | str | Unset
        if isinstance(self.request_id, Unset):
            request_id = UNSET
        else:
            request_id = self.request_id

        session_id: None | str | Unset
        if isinstance(self.session_id, Unset):
            session_id = UNSET
        elif isinstance(self.session_id, UUID):
            session_id = str(self.session_id)
        else:
            session_id = self.session_id

        target_id: None | str | Unset
        if isinstance(self.target_id, Unset):
            target_id = UNSET
        else:
            target_id = self.target_id

        target_type: None | str | Unset
        if isinstance(self.target_type, Unset):
            target_type = UNSET
        else:
            target_type = self.target_type

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "action": action,
                "id": id,
                "occurred_at": occurred_at,
                "result": result,
            }
        )
        if actor_id is not UNSET:
            field_dict["actor_id"] = actor_id
        if changes is not UNSET:
            field_dict["changes"] = changes
        if ip_address is not UNSET:
            field_dict["ip_address"] = ip_address
        if occurrences is not UNSET:
            field_dict["occurrences"] = occurrences
        if reason is not UNSET:
            field_dict["reason"] = reason
        if request_id is not UNSET:
            field_dict["request_id"] = request_id
        if session_id is not UNSET:
            field_dict["session_id"] = session_id
        if target_id is not UNSET:
            field_dict["target_id"] = target_id
        if target_type is not UNSET:
            field_dict["target_type"] = target_type

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.audit_event_in_changes import AuditEventInChanges

        d = dict(src_dict)
        action = d.pop("action")

        id = UUID(d.pop("id"))

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        result = AuditEventInResult(d.pop("result"))

        def _parse_actor_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                actor_id_type_0 = UUID(data)

                return actor_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        actor_id = _parse_actor_id(d.pop("actor_id", UNSET))

        _changes = d.pop("changes", UNSET)
        changes: AuditEventInChanges | Unset
        if isinstance(_changes, Unset):
            changes = UNSET
        else:
            changes = AuditEventInChanges.from_dict(_changes)

        def _parse_ip_address(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        ip_address = _parse_ip_address(d.pop("ip_address", UNSET))

        occurrences = d.pop("occurrences", UNSET)

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_request_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        request_id = _parse_request_id(d.pop("request_id", UNSET))

        def _parse_session_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                session_id_type_0 = UUID(data)

                return session_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        session_id = _parse_session_id(d.pop("session_id", UNSET))

        def _parse_target_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        target_id = _parse_target_id(d.pop("target_id", UNSET))

        def _parse_target_type(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        target_type = _parse_target_type(d.pop("target_type", UNSET))

        audit_event_in = cls(
            action=action,
            id=id,
            occurred_at=occurred_at,
            result=result,
            actor_id=actor_id,
            changes=changes,
            ip_address=ip_address,
            occurrences=occurrences,
            reason=reason,
            request_id=request_id,
            session_id=session_id,
            target_id=target_id,
            target_type=target_type,
        )

        return audit_event_in
