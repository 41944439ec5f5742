from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.statement_out import StatementOut


T = TypeVar("T", bound="DirectionOut")


@_attrs_define
class DirectionOut:
    """What applying or reverting a revision runs.

    Attributes:
        note (str): Why a real run may do more or something else; empty where it does not.
        statements (list[StatementOut]):
    """

    note: str
    statements: list[StatementOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        note = self.note

        statements = []
        for statements_item_data in self.statements:
            statements_item = statements_item_data.to_dict()
            statements.append(statements_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "note": note,
                "statements": statements,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.statement_out import StatementOut

        d = dict(src_dict)
        note = d.pop("note")

        statements = []
        _statements = d.pop("statements")
        for statements_item_data in _statements:
            statements_item = StatementOut.from_dict(statements_item_data)

            statements.append(statements_item)

        direction_out = cls(
            note=note,
            statements=statements,
        )

        direction_out.additional_properties = d
        return direction_out

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
