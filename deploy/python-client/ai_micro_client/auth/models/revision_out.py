from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.revision_out_phase import RevisionOutPhase

if TYPE_CHECKING:
    from ..models.direction_out import DirectionOut
    from ..models.finding_out import FindingOut


T = TypeVar("T", bound="RevisionOut")


@_attrs_define
class RevisionOut:
    """A revision of this release, as its file says it.

    Attributes:
        down_revision (None | str): What it is built on.
        downgrade (DirectionOut): What applying or reverting a revision runs.
        file (str):
        findings (list[FindingOut]):
        phase (RevisionOutPhase):
        revision (str):
        text (str): The first paragraph of the file's docstring.
        upgrade (DirectionOut): What applying or reverting a revision runs.
    """

    down_revision: None | str
    downgrade: DirectionOut
    file: str
    findings: list[FindingOut]
    phase: RevisionOutPhase
    revision: str
    text: str
    upgrade: DirectionOut
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        down_revision: None | str
        down_revision = self.down_revision

        downgrade = self.downgrade.to_dict()

        file = self.file

        findings = []
        for findings_item_data in self.findings:
            findings_item = findings_item_data.to_dict()
            findings.append(findings_item)

        phase = self.phase.value

        revision = self.revision

        text = self.text

        upgrade = self.upgrade.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "down_revision": down_revision,
                "downgrade": downgrade,
                "file": file,
                "findings": findings,
                "phase": phase,
                "revision": revision,
                "text": text,
                "upgrade": upgrade,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.direction_out import DirectionOut
        from ..models.finding_out import FindingOut

        d = dict(src_dict)

        def _parse_down_revision(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        down_revision = _parse_down_revision(d.pop("down_revision"))

        downgrade = DirectionOut.from_dict(d.pop("downgrade"))

        file = d.pop("file")

        findings = []
        _findings = d.pop("findings")
        for findings_item_data in _findings:
            findings_item = FindingOut.from_dict(findings_item_data)

            findings.append(findings_item)

        phase = RevisionOutPhase(d.pop("phase"))

        revision = d.pop("revision")

        text = d.pop("text")

        upgrade = DirectionOut.from_dict(d.pop("upgrade"))

        revision_out = cls(
            down_revision=down_revision,
            downgrade=downgrade,
            file=file,
            findings=findings,
            phase=phase,
            revision=revision,
            text=text,
            upgrade=upgrade,
        )

        revision_out.additional_properties = d
        return revision_out

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
