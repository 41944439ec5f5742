from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.elsewhere import Elsewhere
    from ..models.exported_account import ExportedAccount
    from ..models.exported_sign_in import ExportedSignIn
    from ..models.session_out import SessionOut


T = TypeVar("T", bound="AccountExport")


@_attrs_define
class AccountExport:
    """Everything that the auth service has of a person. A hash of the password is not given out.

    Attributes:
        account (ExportedAccount): An account with what only its owner is shown.
        elsewhere (list[Elsewhere]): What else there is, and where.
        sessions (list[SessionOut]):
        undelivered_sign_ins (list[ExportedSignIn]): The others are with the admin service.
    """

    account: ExportedAccount
    elsewhere: list[Elsewhere]
    sessions: list[SessionOut]
    undelivered_sign_ins: list[ExportedSignIn]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        account = self.account.to_dict()

        elsewhere = []
        for elsewhere_item_data in self.elsewhere:
            elsewhere_item = elsewhere_item_data.to_dict()
            elsewhere.append(elsewhere_item)

        sessions = []
        for sessions_item_data in self.sessions:
            sessions_item = sessions_item_data.to_dict()
            sessions.append(sessions_item)

        undelivered_sign_ins = []
        for undelivered_sign_ins_item_data in self.undelivered_sign_ins:
            undelivered_sign_ins_item = undelivered_sign_ins_item_data.to_dict()
            undelivered_sign_ins.append(undelivered_sign_ins_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "account": account,
                "elsewhere": elsewhere,
                "sessions": sessions,
                "undelivered_sign_ins": undelivered_sign_ins,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.elsewhere import Elsewhere
        from ..models.exported_account import ExportedAccount
        from ..models.exported_sign_in import ExportedSignIn
        from ..models.session_out import SessionOut

        d = dict(src_dict)
        account = ExportedAccount.from_dict(d.pop("account"))

        elsewhere = []
        _elsewhere = d.pop("elsewhere")
        for elsewhere_item_data in _elsewhere:
            elsewhere_item = Elsewhere.from_dict(elsewhere_item_data)

            elsewhere.append(elsewhere_item)

        sessions = []
        _sessions = d.pop("sessions")
        for sessions_item_data in _sessions:
            sessions_item = SessionOut.from_dict(sessions_item_data)

            sessions.append(sessions_item)

        undelivered_sign_ins = []
        _undelivered_sign_ins = d.pop("undelivered_sign_ins")
        for undelivered_sign_ins_item_data in _undelivered_sign_ins:
            undelivered_sign_ins_item = ExportedSignIn.from_dict(undelivered_sign_ins_item_data)

            undelivered_sign_ins.append(undelivered_sign_ins_item)

        account_export = cls(
            account=account,
            elsewhere=elsewhere,
            sessions=sessions,
            undelivered_sign_ins=undelivered_sign_ins,
        )

        account_export.additional_properties = d
        return account_export

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
