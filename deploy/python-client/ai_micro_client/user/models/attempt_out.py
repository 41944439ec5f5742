from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.attempt_out_direction import AttemptOutDirection
from ..models.attempt_out_outcome import AttemptOutOutcome
from ..models.attempt_out_phase import AttemptOutPhase

T = TypeVar("T", bound="AttemptOut")


@_attrs_define
class AttemptOut:
    """An attempt to apply, revert or stamp a revision.

    Attributes:
        app_version (None | str): The release that migrated.
        attempts (int): How often it was tried, because a lock was not to be had in time.
        backup (None | str): The backup that was taken before.
        cause (None | str): Of a failure, the SQLSTATE or class of the error; null where its process ended too soon to
            say.
        db_user (str):
        direction (AttemptOutDirection):
        duration_ms (int | None):
        error (None | str): Why it failed or is held, or what is to be known of it.
        host (str):
        id (int):
        last_started_at (datetime.datetime):
        lock_wait_ms (int): How long another process that migrated was waited for.
        occurrences (int): How often it ended so: a start that fails again and again is one attempt.
        os_user (str):
        outcome (AttemptOutOutcome):
        phase (AttemptOutPhase):
        revision (str):
        started_at (datetime.datetime):
        statement (None | str): The statement that failed, without values.
    """

    app_version: None | str
    attempts: int
    backup: None | str
    cause: None | str
    db_user: str
    direction: AttemptOutDirection
    duration_ms: int | None
    error: None | str
    host: str
    id: int
    last_started_at: datetime.datetime
    lock_wait_ms: int
    occurrences: int
    os_user: str
    outcome: AttemptOutOutcome
    phase: AttemptOutPhase
    revision: str
    started_at: datetime.datetime
    statement: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        app_version: None | str
        app_version = self.app_version

        attempts = self.attempts

        backup: None | str
        backup = self.backup

        cause: None | str
        cause = self.cause

        db_user = self.db_user

        direction = self.direction.value

        duration_ms: int | None
        duration_ms = self.duration_ms

        error: None | str
        error = self.error

        host = self.host

        id = self.id

        last_started_at = self.last_started_at.isoformat()

        lock_wait_ms = self.lock_wait_ms

        occurrences = self.occurrences

        os_user = self.os_user

        outcome = self.outcome.value

        phase = self.phase.value

        revision = self.revision

        started_at = self.started_at.isoformat()

        statement: None | str
        statement = self.statement

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "app_version": app_version,
                "attempts": attempts,
                "backup": backup,
                "cause": cause,
                "db_user": db_user,
                "direction": direction,
                "duration_ms": duration_ms,
                "error": error,
                "host": host,
                "id": id,
                "last_started_at": last_started_at,
                "lock_wait_ms": lock_wait_ms,
                "occurrences": occurrences,
                "os_user": os_user,
                "outcome": outcome,
                "phase": phase,
                "revision": revision,
                "started_at": started_at,
                "statement": statement,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_app_version(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        app_version = _parse_app_version(d.pop("app_version"))

        attempts = d.pop("attempts")

        def _parse_backup(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        backup = _parse_backup(d.pop("backup"))

        def _parse_cause(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        cause = _parse_cause(d.pop("cause"))

        db_user = d.pop("db_user")

        direction = AttemptOutDirection(d.pop("direction"))

        def _parse_duration_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        duration_ms = _parse_duration_ms(d.pop("duration_ms"))

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        host = d.pop("host")

        id = d.pop("id")

        last_started_at = datetime.datetime.fromisoformat(d.pop("last_started_at"))

        lock_wait_ms = d.pop("lock_wait_ms")

        occurrences = d.pop("occurrences")

        os_user = d.pop("os_user")

        outcome = AttemptOutOutcome(d.pop("outcome"))

        phase = AttemptOutPhase(d.pop("phase"))

        revision = d.pop("revision")

        started_at = datetime.datetime.fromisoformat(d.pop("started_at"))

        def _parse_statement(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        statement = _parse_statement(d.pop("statement"))

        attempt_out = cls(
            app_version=app_version,
            attempts=attempts,
            backup=backup,
            cause=cause,
            db_user=db_user,
            direction=direction,
            duration_ms=duration_ms,
            error=error,
            host=host,
            id=id,
            last_started_at=last_started_at,
            lock_wait_ms=lock_wait_ms,
            occurrences=occurrences,
            os_user=os_user,
            outcome=outcome,
            phase=phase,
            revision=revision,
            started_at=started_at,
            statement=statement,
        )

        attempt_out.additional_properties = d
        return attempt_out

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
