from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.account_patch_roles_item import AccountPatchRolesItem
from ..types import UNSET, Unset

T = TypeVar("T", bound="AccountPatch")


@_attrs_define
class AccountPatch:
    """What an administrator can change; what is left out stays as it is.

    Attributes:
        is_active (bool | Unset): An inactive account cannot sign in. Default: True.
        roles (list[AccountPatchRolesItem] | Unset): All roles of the account from now on.
    """

    is_active: bool | Unset = True
    roles: list[AccountPatchRolesItem] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        is_active = self.is_active

        roles: list[str] | Unset = UNSET
        if not isinstance(self.roles, Unset):
            roles = []
            for roles_item_data in self.roles:
                roles_item = roles_item_data.value
                roles.append(roles_item)

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if is_active is not UNSET:
            field_dict["is_active"] = is_active
        if roles is not UNSET:
            field_dict["roles"] = roles

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        is_active = d.pop("is_active", UNSET)

        _roles = d.pop("roles", UNSET)
        roles: list[AccountPatchRolesItem] | Unset = UNSET
        if _roles is not UNSET:
            roles = []
            for roles_item_data in _roles:
                roles_item = AccountPatchRolesItem(roles_item_data)

                roles.append(roles_item)

        account_patch = cls(
            is_active=is_active,
            roles=roles,
        )

        return account_patch
