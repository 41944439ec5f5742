from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.audit_event_out_result import AuditEventOutResult

if TYPE_CHECKING:
    from ..models.audit_event_out_changes import AuditEventOutChanges


T = TypeVar("T", bound="AuditEventOut")


@_attrs_define
class AuditEventOut:
    """An act, or several refused ones that are alike.

    Attributes:
        action (str): A stable code.
        actor_id (None | UUID): Whose account; null where an operator or the service itself acted.
        changes (AuditEventOutChanges): The fields that changed; roles, states and settings with values.
        id (UUID):
        ip_address (None | str):
        occurred_at (datetime.datetime):
        occurrences (int): How many refused acts of a minute it stands for; details are the first's.
        reason (None | str): The code of the problem document that refused it.
        recorded_at (datetime.datetime): When it arrived here; later than `occurred_at` after an outage.
        request_id (None | str): `X-Request-ID`, as in the services' logs.
        result (AuditEventOutResult):
        service (str): Where it happened.
        session_id (None | UUID): The sign-in that it came from.
        target_id (None | str):
        target_type (None | str):
    """

    action: str
    actor_id: None | UUID
    changes: AuditEventOutChanges
    id: UUID
    ip_address: None | str
    occurred_at: datetime.datetime
    occurrences: int
    reason: None | str
    recorded_at: datetime.datetime
    request_id: None | str
    result: AuditEventOutResult
    service: str
    session_id: None | UUID
    target_id: None | str
    target_type: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        action = self.action

        actor_id: None | str
        if isinstance(self.actor_id, UUID):
            actor_id = str(self.actor_id)
        else:
            actor_id = self.actor_id

        changes = self.changes.to_dict()

        id = str(self.id)

        ip_address: None | str
        ip_address = self.ip_address

        occurred_at = self.occurred_at.isoformat()

        occurrences = self.occurrences

        reason: None | str
        reason = self.reason

        recorded_at = self.recorded_at.isoformat()

        request_id: None | str
        request_id = self.request_id

        result = self.result.value

        service = self.service

        session_id: None | str
        if isinstance(self.session_id, UUID):
            session_id = str(self.session_id)
        else:
            session_id = self.session_id

        target_id: None | str
        target_id = self.target_id

        target_type: None | str
        target_type = self.target_type

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "action": action,
                "actor_id": actor_id,
                "changes": changes,
                "id": id,
                "ip_address": ip_address,
                "occurred_at": occurred_at,
                "occurrences": occurrences,
                "reason": reason,
                "recorded_at": recorded_at,
                "request_id": request_id,
                "result": result,
                "service": service,
                "session_id": session_id,
                "target_id": target_id,
                "target_type": target_type,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.audit_event_out_changes import AuditEventOutChanges

        d = dict(src_dict)
        action = d.pop("action")

        def _parse_actor_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                actor_id_type_0 = UUID(data)

                return actor_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        actor_id = _parse_actor_id(d.pop("actor_id"))

        changes = AuditEventOutChanges.from_dict(d.pop("changes"))

        id = UUID(d.pop("id"))

        def _parse_ip_address(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        ip_address = _parse_ip_address(d.pop("ip_address"))

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        occurrences = d.pop("occurrences")

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))

        recorded_at = datetime.datetime.fromisoformat(d.pop("recorded_at"))

        def _parse_request_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        request_id = _parse_request_id(d.pop("request_id"))

        result = AuditEventOutResult(d.pop("result"))

        service = d.pop("service")

        def _parse_session_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                session_id_type_0 = UUID(data)

                return session_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        session_id = _parse_session_id(d.pop("session_id"))

        def _parse_target_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        target_id = _parse_target_id(d.pop("target_id"))

        def _parse_target_type(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        target_type = _parse_target_type(d.pop("target_type"))

        audit_event_out = cls(
            action=action,
            actor_id=actor_id,
            changes=changes,
            id=id,
            ip_address=ip_address,
            occurred_at=occurred_at,
            occurrences=occurrences,
            reason=reason,
            recorded_at=recorded_at,
            request_id=request_id,
            result=result,
            service=service,
            session_id=session_id,
            target_id=target_id,
            target_type=target_type,
        )

        audit_event_out.additional_properties = d
        return audit_event_out

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
