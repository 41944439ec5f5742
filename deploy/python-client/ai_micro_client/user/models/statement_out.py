from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.lock_out import LockOut


T = TypeVar("T", bound="StatementOut")


@_attrs_define
class StatementOut:
    """A statement of a revision.

    Attributes:
        in_transaction (bool):
        line (int | None): Of the revision's file.
        locks (list[LockOut]):
        sql (str):
    """

    in_transaction: bool
    line: int | None
    locks: list[LockOut]
    sql: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        in_transaction = self.in_transaction

        line: int | None
        line = self.line

        locks = []
        for locks_item_data in self.locks:
            locks_item = locks_item_data.to_dict()
            locks.append(locks_item)

        sql = self.sql

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "in_transaction": in_transaction,
                "line": line,
                "locks": locks,
                "sql": sql,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.lock_out import LockOut

        d = dict(src_dict)
        in_transaction = d.pop("in_transaction")

        def _parse_line(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        line = _parse_line(d.pop("line"))

        locks = []
        _locks = d.pop("locks")
        for locks_item_data in _locks:
            locks_item = LockOut.from_dict(locks_item_data)

            locks.append(locks_item)

        sql = d.pop("sql")

        statement_out = cls(
            in_transaction=in_transaction,
            line=line,
            locks=locks,
            sql=sql,
        )

        statement_out.additional_properties = d
        return statement_out

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
