from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="FindingOut")


@_attrs_define
class FindingOut:
    """What the linter finds.

    Attributes:
        accepted (None | str): Why the revision accepts it; null where it does not.
        is_warning (bool):
        line (int):
        message (str):
        remedy (str):
        rule (str):
        statement (None | str):
    """

    accepted: None | str
    is_warning: bool
    line: int
    message: str
    remedy: str
    rule: str
    statement: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        accepted: None | str
        accepted = self.accepted

        is_warning = self.is_warning

        line = self.line

        message = self.message

        remedy = self.remedy

        rule = self.rule

        statement: None | str
        statement = self.statement

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "accepted": accepted,
                "is_warning": is_warning,
                "line": line,
                "message": message,
                "remedy": remedy,
                "rule": rule,
                "statement": statement,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_accepted(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        accepted = _parse_accepted(d.pop("accepted"))

        is_warning = d.pop("is_warning")

        line = d.pop("line")

        message = d.pop("message")

        remedy = d.pop("remedy")

        rule = d.pop("rule")

        def _parse_statement(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        statement = _parse_statement(d.pop("statement"))

        finding_out = cls(
            accepted=accepted,
            is_warning=is_warning,
            line=line,
            message=message,
            remedy=remedy,
            rule=rule,
            statement=statement,
        )

        finding_out.additional_properties = d
        return finding_out

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
