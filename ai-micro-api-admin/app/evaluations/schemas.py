"""Request and response bodies of evaluations."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from app.search.schemas import Mode
from service_kit.http.etags import Resource
from service_kit.http.schemas import RequestModel, ResponseModel

_RESULT: JsonDict = {
    "questions": 120,
    "answerable": 100,
    "recall_at_1": 0.97,
    "recall_at_5": 1.0,
    "mrr": 0.98,
    "rejected": 0.9,
    "misses": [],
}


class EvaluationOut(Resource):
    """A set of questions."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "9b0f5a7e-2c1d-4e3f-8a6b-5c4d3e2f1a0b",
                    "knowledge_base_id": "8d8ac610-566d-4ef0-9c22-186b2a5ed793",
                    "name": "社内規程 120問",
                    "question_count": 120,
                    "created_by": "3f0f6a5e-5f0e-4c39-9a3f-0f6a5e5f0e4c",
                    "created_at": "2026-01-05T09:00:00Z",
                }
            ]
        }
    )

    id: UUID
    knowledge_base_id: UUID
    name: str
    question_count: int
    created_by: UUID
    created_at: datetime


class EvaluationQuestionOut(ResponseModel):
    """A question of a set."""

    number: int
    question: str
    expected: list[str] = Field(description="Ids, titles or file names of documents; none: nothing should be found.")


class EvaluationRunRequest(RequestModel):
    """What is to be measured."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"modes": ["hybrid"]}]})

    modes: Annotated[list[Mode], Field(min_length=1, max_length=len(Mode))] = Field(default=list(Mode))


class ModeResult(ResponseModel):
    """The figures of one mode; null where no question is of the kind."""

    questions: int
    answerable: int = Field(description="Those for which a document is expected.")
    recall_at_1: float | None = Field(description="Share of these whose first document is an expected one.")
    recall_at_5: float | None = Field(description="The same for one among the first five.")
    mrr: float | None = Field(description="Mean of 1/rank of the first expected document.")
    rejected: float | None = Field(description="Share of the others for which nothing was found.")
    misses: list[dict[str, Any]] = Field(description="Questions without an expected document among the first five.")


class EvaluationRunOut(ResponseModel):
    """A run."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
                    "evaluation_id": "9b0f5a7e-2c1d-4e3f-8a6b-5c4d3e2f1a0b",
                    "state": "done",
                    "modes": ["hybrid"],
                    "settings": {"search.fusion.k": 10, "embedding": {"provider": "hash", "model": "hash-1"}},
                    "results": {"hybrid": _RESULT},
                    "error": None,
                    "created_at": "2026-01-05T09:00:00Z",
                    "finished_at": "2026-01-05T09:00:07Z",
                }
            ]
        }
    )

    id: UUID
    evaluation_id: UUID
    state: Literal["pending", "running", "done", "failed"]
    modes: list[Mode]
    settings: dict[str, Any] | None = Field(description="Of search, and of the knowledge base, when the run was made.")
    results: dict[str, ModeResult] | None = Field(description="By mode.")
    error: str | None = Field(description="Why it failed, for a person.")
    created_at: datetime
    finished_at: datetime | None
