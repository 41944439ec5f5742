from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.attempt_out import AttemptOut
    from ..models.drift_out import DriftOut
    from ..models.pending_out import PendingOut
    from ..models.release_out import ReleaseOut


T = TypeVar("T", bound="MigrationsOut")


@_attrs_define
class MigrationsOut:
    """Where the database is, and what stands between it and the newest revision.

    Attributes:
        blocked_by (list[str]): The sessions whose locks that process waits for.
        changed_files (list[str]): Files of applied revisions that are not what was applied.
        current (None | str): The database's revision; null before the first migration.
        drift (DriftOut): What was changed in the schema since the last migration.
        head (str): The newest revision of this release.
        last_attempt (AttemptOut | None):
        migrating (None | str): The process that migrates at this moment; null where none does.
        never_applied (list[str]): Files that an applied revision is built on, and were never applied.
        pending (list[PendingOut]): Oldest first.
        ready (bool):
        reason (str): Why this release cannot run on the database; empty where it can.
        releases (list[ReleaseOut]):
        required (str): The last one that this release cannot do without.
        service (str):
    """

    blocked_by: list[str]
    changed_files: list[str]
    current: None | str
    drift: DriftOut
    head: str
    last_attempt: AttemptOut | None
    migrating: None | str
    never_applied: list[str]
    pending: list[PendingOut]
    ready: bool
    reason: str
    releases: list[ReleaseOut]
    required: str
    service: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.attempt_out import AttemptOut

        blocked_by = self.blocked_by

        changed_files = self.changed_files

        current: None | str
        current = self.current

        drift = self.drift.to_dict()

        head = self.head

        last_attempt: dict[str, Any] | None
        if isinstance(self.last_attempt, AttemptOut):
            last_attempt = self.last_attempt.to_dict()
        else:
            last_attempt = self.last_attempt

        migrating: None | str
        migrating = self.migrating

        never_applied = self.never_applied

        pending = []
        for pending_item_data in self.pending:
            pending_item = pending_item_data.to_dict()
            pending.append(pending_item)

        ready = self.ready

        reason = self.reason

        releases = []
        for releases_item_data in self.releases:
            releases_item = releases_item_data.to_dict()
            releases.append(releases_item)

        required = self.required

        service = self.service

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "blocked_by": blocked_by,
                "changed_files": changed_files,
                "current": current,
                "drift": drift,
                "head": head,
                "last_attempt": last_attempt,
                "migrating": migrating,
                "never_applied": never_applied,
                "pending": pending,
                "ready": ready,
                "reason": reason,
                "releases": releases,
                "required": required,
                "service": service,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.attempt_out import AttemptOut
        from ..models.drift_out import DriftOut
        from ..models.pending_out import PendingOut
        from ..models.release_out import ReleaseOut

        d = dict(src_dict)
        blocked_by = cast(list[str], d.pop("blocked_by"))

        changed_files = cast(list[str], d.pop("changed_files"))

        def _parse_current(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        current = _parse_current(d.pop("current"))

        drift = DriftOut.from_dict(d.pop("drift"))

        head = d.pop("head")

        def _parse_last_attempt(data: object) -> AttemptOut | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                last_attempt_type_0 = AttemptOut.from_dict(data)

                return last_attempt_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AttemptOut | None, data)

        last_attempt = _parse_last_attempt(d.pop("last_attempt"))

        def _parse_migrating(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        migrating = _parse_migrating(d.pop("migrating"))

        never_applied = cast(list[str], d.pop("never_applied"))

        pending = []
        _pending = d.pop("pending")
        for pending_item_data in _pending:
            pending_item = PendingOut.from_dict(pending_item_data)

            pending.append(pending_item)

        ready = d.pop("ready")

        reason = d.pop("reason")

        releases = []
        _releases = d.pop("releases")
        for releases_item_data in _releases:
            releases_item = ReleaseOut.from_dict(releases_item_data)

            releases.append(releases_item)

        required = d.pop("required")

        service = d.pop("service")

        migrations_out = cls(
            blocked_by=blocked_by,
            changed_files=changed_files,
            current=current,
            drift=drift,
            head=head,
            last_attempt=last_attempt,
            migrating=migrating,
            never_applied=never_applied,
            pending=pending,
            ready=ready,
            reason=reason,
            releases=releases,
            required=required,
            service=service,
        )

        migrations_out.additional_properties = d
        return migrations_out

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
