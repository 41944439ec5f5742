from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.status import Status
from ..models.step import Step
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.duplicate import Duplicate
    from ..models.warning_out import WarningOut


T = TypeVar("T", bound="UploadOut")


@_attrs_define
class UploadOut:
    """A document that was uploaded.

    Attributes:
        chunk_count (int):
        collection_id (UUID):
        created_at (datetime.datetime):
        error (None | str): Why processing failed, for a person; beside `ready`, why it could not be processed again or
            be replaced: what it was before is still there and found.
        error_code (None | str): Stable; a user interface translates `error` by it. Null without `error`, and for what
            failed before there were codes.
        file_name (str):
        id (UUID):
        knowledge_base_id (UUID):
        media_type (str):
        progress (int): How far processing is, percent.
        size_bytes (int):
        status (Status): Where a document is on its way from upload to search.
        step (None | Step): What is being done; null unless `status` is `processing`.
        tags (list[str]):
        title (str):
        updated_at (datetime.datetime):
        warnings (list[WarningOut]): What of the file is not found, or not as it was.
        duplicate (Duplicate | None | Unset): Null for bytes that are new.
    """

    chunk_count: int
    collection_id: UUID
    created_at: datetime.datetime
    error: None | str
    error_code: None | str
    file_name: str
    id: UUID
    knowledge_base_id: UUID
    media_type: str
    progress: int
    size_bytes: int
    status: Status
    step: None | Step
    tags: list[str]
    title: str
    updated_at: datetime.datetime
    warnings: list[WarningOut]
    duplicate: Duplicate | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.duplicate import Duplicate

        chunk_count = self.chunk_count

        collection_id = str(self.collection_id)

        created_at = self.created_at.isoformat()

        error: None | str
        error = self.error

        error_code: None | str
        error_code = self.error_code

        file_name = self.file_name

        id = str(self.id)

        knowledge_base_id = str(self.knowledge_base_id)

        media_type = self.media_type

        progress = self.progress

        size_bytes = self.size_bytes

        status = self.status.value

        step: None | str
        if isinstance(self.step, Step):
            step = self.step.value
        else:
            step = self.step

        tags = self.tags

        title = self.title

        updated_at = self.updated_at.isoformat()

        warnings = []
        for warnings_item_data in self.warnings:
            warnings_item = warnings_item_data.to_dict()
            warnings.append(warnings_item)

        duplicate: dict[str, Any] | None | Unset
        if isinstance(self.duplicate, Unset):
            duplicate = UNSET
        elif isinstance(self.duplicate, Duplicate):
            duplicate = self.duplicate.to_dict()
        else:
            duplicate = self.duplicate

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "chunk_count": chunk_count,
                "collection_id": collection_id,
                "created_at": created_at,
                "error": error,
                "error_code": error_code,
                "file_name": file_name,
                "id": id,
                "knowledge_base_id": knowledge_base_id,
                "media_type": media_type,
                "progress": progress,
                "size_bytes": size_bytes,
                "status": status,
                "step": step,
                "tags": tags,
                "title": title,
                "updated_at": updated_at,
                "warnings": warnings,
            }
        )
        if duplicate is not UNSET:
            field_dict["duplicate"] = duplicate

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.duplicate import Duplicate
        from ..models.warning_out import WarningOut

        d = dict(src_dict)
        chunk_count = d.pop("chunk_count")

        collection_id = UUID(d.pop("collection_id"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        def _parse_error_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error_code = _parse_error_code(d.pop("error_code"))

        file_name = d.pop("file_name")

        id = UUID(d.pop("id"))

        knowledge_base_id = UUID(d.pop("knowledge_base_id"))

        media_type = d.pop("media_type")

        progress = d.pop("progress")

        size_bytes = d.pop("size_bytes")

        status = Status(d.pop("status"))

        def _parse_step(data: object) -> None | Step:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                step_type_0 = Step(data)

                return step_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Step, data)

        step = _parse_step(d.pop("step"))

        tags = cast(list[str], d.pop("tags"))

        title = d.pop("title")

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        warnings = []
        _warnings = d.pop("warnings")
        for warnings_item_data in _warnings:
            warnings_item = WarningOut.from_dict(warnings_item_data)

            warnings.append(warnings_item)

        def _parse_duplicate(data: object) -> Duplicate | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                duplicate_type_0 = Duplicate.from_dict(data)

                return duplicate_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Duplicate | None | Unset, data)

        duplicate = _parse_duplicate(d.pop("duplicate", UNSET))

        upload_out = cls(
            chunk_count=chunk_count,
            collection_id=collection_id,
            created_at=created_at,
            error=error,
            error_code=error_code,
            file_name=file_name,
            id=id,
            knowledge_base_id=knowledge_base_id,
            media_type=media_type,
            progress=progress,
            size_bytes=size_bytes,
            status=status,
            step=step,
            tags=tags,
            title=title,
            updated_at=updated_at,
            warnings=warnings,
            duplicate=duplicate,
        )

        upload_out.additional_properties = d
        return upload_out

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
