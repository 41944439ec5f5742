from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.audit_event_in import AuditEventIn


T = TypeVar("T", bound="EnclosedAuditEventIn")


@_attrs_define
class EnclosedAuditEventIn:
    """
    Attributes:
        message (AuditEventIn): An event of the service whose token delivers it.
        request_id (None | str | Unset): As `X-Request-ID`.
        traceparent (None | str | Unset): As the header.
    """

    message: AuditEventIn
    request_id: None | str | Unset = UNSET
    traceparent: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        message = self.message.to_dict()

        request_id: None | str | Unset
        if isinstance(self.request_id, Unset):
            request_id = UNSET
        else:
            request_id = self.request_id

        traceparent: None | str | Unset
        if isinstance(self.traceparent, Unset):
            traceparent = UNSET
        else:
            traceparent = self.traceparent

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "message": message,
            }
        )
        if request_id is not UNSET:
            field_dict["request_id"] = request_id
        if traceparent is not UNSET:
            field_dict["traceparent"] = traceparent

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.audit_event_in import AuditEventIn

        d = dict(src_dict)
        message = AuditEventIn.from_dict(d.pop("message"))

        def _parse_request_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        request_id = _parse_request_id(d.pop("request_id", UNSET))

        def _parse_traceparent(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        traceparent = _parse_traceparent(d.pop("traceparent", UNSET))

        enclosed_audit_event_in = cls(
            message=message,
            request_id=request_id,
            traceparent=traceparent,
        )

        return enclosed_audit_event_in
