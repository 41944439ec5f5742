from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.account_create_roles_item import AccountCreateRolesItem
from ..types import UNSET, Unset

T = TypeVar("T", bound="AccountCreate")


@_attrs_define
class AccountCreate:
    """An account that an administrator creates; its password is generated.

    Attributes:
        email (str):
        roles (list[AccountCreateRolesItem] | Unset): All roles of the account.
    """

    email: str
    roles: list[AccountCreateRolesItem] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        email = self.email

        roles: list[str] | Unset = UNSET
        if not isinstance(self.roles, Unset):
            roles = []
            for roles_item_data in self.roles:
                roles_item = roles_item_data.value
                roles.append(roles_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "email": email,
            }
        )
        if roles is not UNSET:
            field_dict["roles"] = roles

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        email = d.pop("email")

        _roles = d.pop("roles", UNSET)
        roles: list[AccountCreateRolesItem] | Unset = UNSET
        if _roles is not UNSET:
            roles = []
            for roles_item_data in _roles:
                roles_item = AccountCreateRolesItem(roles_item_data)

                roles.append(roles_item)

        account_create = cls(
            email=email,
            roles=roles,
        )

        return account_create
