from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="LoginLogCreate")


@_attrs_define
class LoginLogCreate:
    """A login attempt. What was typed as an email is kept as it was, address or not.

    Attributes:
        email (str):
        id (UUID): Chosen by the sender; the same id again is the same attempt.
        occurred_at (datetime.datetime):
        succeeded (bool):
        ip_address (None | str | Unset):
        occurrences (int | Unset): How many attempts; those that a limit refused share one entry. Default: 1.
        reason (None | str | Unset): Why it failed, such as `wrong_password` or `throttled`.
        user_agent (None | str | Unset):
        user_id (None | Unset | UUID): The account, if there is one of that email.
    """

    email: str
    id: UUID
    occurred_at: datetime.datetime
    succeeded: bool
    ip_address: None | str | Unset = UNSET
    occurrences: int | Unset = 1
    reason: None | str | Unset = UNSET
    user_agent: None | str | Unset = UNSET
    user_id: None | Unset | UUID = UNSET

    def to_dict(self) -> dict[str, Any]:
        email = self.email

        id = str(self.id)

        occurred_at = self.occurred_at.isoformat()

        succeeded = self.succeeded

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

        user_agent: None | str | Unset
        if isinstance(self.user_agent, Unset):
            user_agent = UNSET
        else:
            user_agent = self.user_agent

        user_id: None | str | Unset
        if isinstance(self.user_id, Unset):
            user_id = UNSET
        elif isinstance(self.user_id, UUID):
            user_id = str(self.user_id)
        else:
            user_id = self.user_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "email": email,
                "id": id,
                "occurred_at": occurred_at,
                "succeeded": succeeded,
            }
        )
        if ip_address is not UNSET:
            field_dict["ip_address"] = ip_address
        if occurrences is not UNSET:
            field_dict["occurrences"] = occurrences
        if reason is not UNSET:
            field_dict["reason"] = reason
        if user_agent is not UNSET:
            field_dict["user_agent"] = user_agent
        if user_id is not UNSET:
            field_dict["user_id"] = user_id

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        email = d.pop("email")

        id = UUID(d.pop("id"))

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        succeeded = d.pop("succeeded")

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

        def _parse_user_agent(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        user_agent = _parse_user_agent(d.pop("user_agent", UNSET))

        def _parse_user_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                user_id_type_0 = UUID(data)

                return user_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        user_id = _parse_user_id(d.pop("user_id", UNSET))

        login_log_create = cls(
            email=email,
            id=id,
            occurred_at=occurred_at,
            succeeded=succeeded,
            ip_address=ip_address,
            occurrences=occurrences,
            reason=reason,
            user_agent=user_agent,
            user_id=user_id,
        )

        return login_log_create
