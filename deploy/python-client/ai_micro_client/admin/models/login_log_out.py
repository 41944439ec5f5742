from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="LoginLogOut")


@_attrs_define
class LoginLogOut:
    """A login attempt.

    Attributes:
        created_at (datetime.datetime): When it arrived here; later than `occurred_at` after an outage.
        email (str):
        id (UUID):
        ip_address (None | str):
        occurred_at (datetime.datetime):
        occurrences (int): How many attempts; those that a limit refused share one entry.
        reason (None | str):
        request_id (None | str): `X-Request-ID` of the attempt, as in the services' logs; of the first, where there are
            several.
        succeeded (bool):
        user_agent (None | str):
        user_id (None | UUID):
    """

    created_at: datetime.datetime
    email: str
    id: UUID
    ip_address: None | str
    occurred_at: datetime.datetime
    occurrences: int
    reason: None | str
    request_id: None | str
    succeeded: bool
    user_agent: None | str
    user_id: None | UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at.isoformat()

        email = self.email

        id = str(self.id)

        ip_address: None | str
        ip_address = self.ip_address

        occurred_at = self.occurred_at.isoformat()

        occurrences = self.occurrences

        reason: None | str
        reason = self.reason

        request_id: None | str
        request_id = self.request_id

        succeeded = self.succeeded

        user_agent: None | str
        user_agent = self.user_agent

        user_id: None | str
        if isinstance(self.user_id, UUID):
            user_id = str(self.user_id)
        else:
            user_id = self.user_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "email": email,
                "id": id,
                "ip_address": ip_address,
                "occurred_at": occurred_at,
                "occurrences": occurrences,
                "reason": reason,
                "request_id": request_id,
                "succeeded": succeeded,
                "user_agent": user_agent,
                "user_id": user_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        email = d.pop("email")

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

        def _parse_request_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        request_id = _parse_request_id(d.pop("request_id"))

        succeeded = d.pop("succeeded")

        def _parse_user_agent(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        user_agent = _parse_user_agent(d.pop("user_agent"))

        def _parse_user_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                user_id_type_0 = UUID(data)

                return user_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        user_id = _parse_user_id(d.pop("user_id"))

        login_log_out = cls(
            created_at=created_at,
            email=email,
            id=id,
            ip_address=ip_address,
            occurred_at=occurred_at,
            occurrences=occurrences,
            reason=reason,
            request_id=request_id,
            succeeded=succeeded,
            user_agent=user_agent,
            user_id=user_id,
        )

        login_log_out.additional_properties = d
        return login_log_out

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
