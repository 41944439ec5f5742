from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ExportedSignIn")


@_attrs_define
class ExportedSignIn:
    """A sign-in, or a failed one, that is on its way to the admin service.

    Attributes:
        email (str):
        id (UUID):
        ip_address (None | str):
        occurred_at (datetime.datetime):
        occurrences (int):
        reason (None | str):
        succeeded (bool):
        user_agent (None | str):
    """

    email: str
    id: UUID
    ip_address: None | str
    occurred_at: datetime.datetime
    occurrences: int
    reason: None | str
    succeeded: bool
    user_agent: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        email = self.email

        id = str(self.id)

        ip_address: None | str
        ip_address = self.ip_address

        occurred_at = self.occurred_at.isoformat()

        occurrences = self.occurrences

        reason: None | str
        reason = self.reason

        succeeded = self.succeeded

        user_agent: None | str
        user_agent = self.user_agent

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "email": email,
                "id": id,
                "ip_address": ip_address,
                "occurred_at": occurred_at,
                "occurrences": occurrences,
                "reason": reason,
                "succeeded": succeeded,
                "user_agent": user_agent,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
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

        succeeded = d.pop("succeeded")

        def _parse_user_agent(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        user_agent = _parse_user_agent(d.pop("user_agent"))

        exported_sign_in = cls(
            email=email,
            id=id,
            ip_address=ip_address,
            occurred_at=occurred_at,
            occurrences=occurrences,
            reason=reason,
            succeeded=succeeded,
            user_agent=user_agent,
        )

        exported_sign_in.additional_properties = d
        return exported_sign_in

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
