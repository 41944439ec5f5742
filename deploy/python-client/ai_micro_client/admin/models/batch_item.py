from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.outcome import Outcome

if TYPE_CHECKING:
    from ..models.problem_document import ProblemDocument
    from ..models.upload_out import UploadOut


T = TypeVar("T", bound="BatchItem")


@_attrs_define
class BatchItem:
    """What became of a file.

    Attributes:
        document (None | UploadOut): Null if it was refused.
        name (str): As it was sent; of a file in a zip, the zip's name and its path there.
        outcome (Outcome): What became of a file of a batch.
        problem (None | ProblemDocument): Why it was refused; null if it was not.
    """

    document: None | UploadOut
    name: str
    outcome: Outcome
    problem: None | ProblemDocument
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.problem_document import ProblemDocument
        from ..models.upload_out import UploadOut

        document: dict[str, Any] | None
        if isinstance(self.document, UploadOut):
            document = self.document.to_dict()
        else:
            document = self.document

        name = self.name

        outcome = self.outcome.value

        problem: dict[str, Any] | None
        if isinstance(self.problem, ProblemDocument):
            problem = self.problem.to_dict()
        else:
            problem = self.problem

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "document": document,
                "name": name,
                "outcome": outcome,
                "problem": problem,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.problem_document import ProblemDocument
        from ..models.upload_out import UploadOut

        d = dict(src_dict)

        def _parse_document(data: object) -> None | UploadOut:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                document_type_0 = UploadOut.from_dict(data)

                return document_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UploadOut, data)

        document = _parse_document(d.pop("document"))

        name = d.pop("name")

        outcome = Outcome(d.pop("outcome"))

        def _parse_problem(data: object) -> None | ProblemDocument:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                problem_type_0 = ProblemDocument.from_dict(data)

                return problem_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ProblemDocument, data)

        problem = _parse_problem(d.pop("problem"))

        batch_item = cls(
            document=document,
            name=name,
            outcome=outcome,
            problem=problem,
        )

        batch_item.additional_properties = d
        return batch_item

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
