from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.withdrawals_out_accounts import WithdrawalsOutAccounts


T = TypeVar("T", bound="WithdrawalsOut")


@_attrs_define
class WithdrawalsOut:
    """Access tokens that are good no more although they have not expired, by the SHA-256 of ids in hexadecimal.

    Attributes:
        accounts (WithdrawalsOutAccounts): Accounts (`sub`) whose tokens are refused if issued (`iat`) before this
            moment (seconds).
        sessions (list[str]): Sessions that have ended: the `sid` of tokens.
    """

    accounts: WithdrawalsOutAccounts
    sessions: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        accounts = self.accounts.to_dict()

        sessions = self.sessions

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "accounts": accounts,
                "sessions": sessions,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.withdrawals_out_accounts import WithdrawalsOutAccounts

        d = dict(src_dict)
        accounts = WithdrawalsOutAccounts.from_dict(d.pop("accounts"))

        sessions = cast(list[str], d.pop("sessions"))

        withdrawals_out = cls(
            accounts=accounts,
            sessions=sessions,
        )

        withdrawals_out.additional_properties = d
        return withdrawals_out

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
