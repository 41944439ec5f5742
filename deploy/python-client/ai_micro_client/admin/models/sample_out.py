from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.sample_out_labels import SampleOutLabels


T = TypeVar("T", bound="SampleOut")


@_attrs_define
class SampleOut:
    """A value of a counter or a gauge.

    Attributes:
        labels (SampleOutLabels):
        name (str): As `/metrics` has it; docs/reference/service-metrics.md lists them.
        value (float):
    """

    labels: SampleOutLabels
    name: str
    value: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        labels = self.labels.to_dict()

        name = self.name

        value = self.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "labels": labels,
                "name": name,
                "value": value,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.sample_out_labels import SampleOutLabels

        d = dict(src_dict)
        labels = SampleOutLabels.from_dict(d.pop("labels"))

        name = d.pop("name")

        value = d.pop("value")

        sample_out = cls(
            labels=labels,
            name=name,
            value=value,
        )

        sample_out.additional_properties = d
        return sample_out

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
