from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.mode import Mode
from ..types import UNSET, Unset

T = TypeVar("T", bound="EvaluationRunRequest")


@_attrs_define
class EvaluationRunRequest:
    """What is to be measured.

    Attributes:
        modes (list[Mode] | Unset):
    """

    modes: list[Mode] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        modes: list[str] | Unset = UNSET
        if not isinstance(self.modes, Unset):
            modes = []
            for modes_item_data in self.modes:
                modes_item = modes_item_data.value
                modes.append(modes_item)

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if modes is not UNSET:
            field_dict["modes"] = modes

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        _modes = d.pop("modes", UNSET)
        modes: list[Mode] | Unset = UNSET
        if _modes is not UNSET:
            modes = []
            for modes_item_data in _modes:
                modes_item = Mode(modes_item_data)

                modes.append(modes_item)

        evaluation_run_request = cls(
            modes=modes,
        )

        return evaluation_run_request
