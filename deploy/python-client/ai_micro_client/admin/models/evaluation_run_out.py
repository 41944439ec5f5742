from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.evaluation_run_out_state import EvaluationRunOutState
from ..models.mode import Mode

if TYPE_CHECKING:
    from ..models.evaluation_run_out_results_type_0 import EvaluationRunOutResultsType0
    from ..models.evaluation_run_out_settings_type_0 import EvaluationRunOutSettingsType0


T = TypeVar("T", bound="EvaluationRunOut")


@_attrs_define
class EvaluationRunOut:
    """A run.

    Attributes:
        created_at (datetime.datetime):
        error (None | str): Why it failed, for a person.
        evaluation_id (UUID):
        finished_at (datetime.datetime | None):
        id (UUID):
        modes (list[Mode]):
        results (EvaluationRunOutResultsType0 | None): By mode.
        settings (EvaluationRunOutSettingsType0 | None): Of search, and of the knowledge base, when the run was made.
        state (EvaluationRunOutState):
    """

    created_at: datetime.datetime
    error: None | str
    evaluation_id: UUID
    finished_at: datetime.datetime | None
    id: UUID
    modes: list[Mode]
    results: EvaluationRunOutResultsType0 | None
    settings: EvaluationRunOutSettingsType0 | None
    state: EvaluationRunOutState
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.evaluation_run_out_results_type_0 import (
            EvaluationRunOutResultsType0,
        )
        from ..models.evaluation_run_out_settings_type_0 import (
            EvaluationRunOutSettingsType0,
        )

        created_at = self.created_at.isoformat()

        error: None | str
        error = self.error

        evaluation_id = str(self.evaluation_id)

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        id = str(self.id)

        modes = []
        for modes_item_data in self.modes:
            modes_item = modes_item_data.value
            modes.append(modes_item)

        results: dict[str, Any] | None
        if isinstance(self.results, EvaluationRunOutResultsType0):
            results = self.results.to_dict()
        else:
            results = self.results

        settings: dict[str, Any] | None
        if isinstance(self.settings, EvaluationRunOutSettingsType0):
            settings = self.settings.to_dict()
        else:
            settings = self.settings

        state = self.state.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "error": error,
                "evaluation_id": evaluation_id,
                "finished_at": finished_at,
                "id": id,
                "modes": modes,
                "results": results,
                "settings": settings,
                "state": state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.evaluation_run_out_results_type_0 import (
            EvaluationRunOutResultsType0,
        )
        from ..models.evaluation_run_out_settings_type_0 import (
            EvaluationRunOutSettingsType0,
        )

        d = dict(src_dict)
        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        evaluation_id = UUID(d.pop("evaluation_id"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        id = UUID(d.pop("id"))

        modes = []
        _modes = d.pop("modes")
        for modes_item_data in _modes:
            modes_item = Mode(modes_item_data)

            modes.append(modes_item)

        def _parse_results(data: object) -> EvaluationRunOutResultsType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                results_type_0 = EvaluationRunOutResultsType0.from_dict(data)

                return results_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EvaluationRunOutResultsType0 | None, data)

        results = _parse_results(d.pop("results"))

        def _parse_settings(data: object) -> EvaluationRunOutSettingsType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                settings_type_0 = EvaluationRunOutSettingsType0.from_dict(data)

                return settings_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EvaluationRunOutSettingsType0 | None, data)

        settings = _parse_settings(d.pop("settings"))

        state = EvaluationRunOutState(d.pop("state"))

        evaluation_run_out = cls(
            created_at=created_at,
            error=error,
            evaluation_id=evaluation_id,
            finished_at=finished_at,
            id=id,
            modes=modes,
            results=results,
            settings=settings,
            state=state,
        )

        evaluation_run_out.additional_properties = d
        return evaluation_run_out

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
