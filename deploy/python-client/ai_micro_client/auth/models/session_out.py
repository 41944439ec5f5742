from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="SessionOut")


@_attrs_define
class SessionOut:
    """A signed-in client.

    Attributes:
        created_at (datetime.datetime):
        device (str): What the client said of itself, in plain words.
        expires_at (datetime.datetime): When it ends if it is not used before.
        id (UUID):
        is_current (bool): True for the session that the access token of this request is of.
        last_used_at (datetime.datetime): When it last got tokens.
        network (None | str): Where it was last used from: an IPv4 address or an IPv6 /64.
    """

    created_at: datetime.datetime
    device: str
    expires_at: datetime.datetime
    id: UUID
    is_current: bool
    last_used_at: datetime.datetime
    network: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at.isoformat()

        device = self.device

        expires_at = self.expires_at.isoformat()

        id = str(self.id)

        is_current = self.is_current

        last_used_at = self.last_used_at.isoformat()

        network: None | str
        network = self.network

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "device": device,
                "expires_at": expires_at,
                "id": id,
                "is_current": is_current,
                "last_used_at": last_used_at,
                "network": network,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        device = d.pop("device")

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        id = UUID(d.pop("id"))

        is_current = d.pop("is_current")

        last_used_at = datetime.datetime.fromisoformat(d.pop("last_used_at"))

        def _parse_network(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        network = _parse_network(d.pop("network"))

        session_out = cls(
            created_at=created_at,
            device=device,
            expires_at=expires_at,
            id=id,
            is_current=is_current,
            last_used_at=last_used_at,
            network=network,
        )

        session_out.additional_properties = d
        return session_out

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
