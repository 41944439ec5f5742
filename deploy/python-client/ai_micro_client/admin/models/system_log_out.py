from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.system_log_out_details import SystemLogOutDetails


T = TypeVar("T", bound="SystemLogOut")


@_attrs_define
class SystemLogOut:
    """One event.

    Attributes:
        actor_id (None | UUID): The account that caused it; null where the service acted by itself.
        created_at (datetime.datetime):
        details (SystemLogOutDetails):
        event (str): Stable name of what happened, for programs.
        id (UUID):
        level (str):
        message (str):
        request_id (None | str): `X-Request-ID` of the request that caused it, as in the services' logs.
    """

    actor_id: None | UUID
    created_at: datetime.datetime
    details: SystemLogOutDetails
    event: str
    id: UUID
    level: str
    message: str
    request_id: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        actor_id: None | str
        if isinstance(self.actor_id, UUID):
            actor_id = str(self.actor_id)
        else:
            actor_id = self.actor_id

        created_at = self.created_at.isoformat()

        details = self.details.to_dict()

        event = self.event

        id = str(self.id)

        level = self.level

        message = self.message

        request_id: None | str
        request_id = self.request_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "actor_id": actor_id,
                "created_at": created_at,
                "details": details,
                "event": event,
                "id": id,
                "level": level,
                "message": message,
                "request_id": request_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.system_log_out_details import SystemLogOutDetails

        d = dict(src_dict)

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

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        details = SystemLogOutDetails.from_dict(d.pop("details"))

        event = d.pop("event")

        id = UUID(d.pop("id"))

        level = d.pop("level")

        message = d.pop("message")

        def _parse_request_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        request_id = _parse_request_id(d.pop("request_id"))

        system_log_out = cls(
            actor_id=actor_id,
            created_at=created_at,
            details=details,
            event=event,
            id=id,
            level=level,
            message=message,
            request_id=request_id,
        )

        system_log_out.additional_properties = d
        return system_log_out

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
