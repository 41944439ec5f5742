"""`/api/evaluations`; administrators only."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Response, UploadFile

from app.contents.problems import KnowledgeBaseNotFound
from app.evaluations.models import Evaluation, EvaluationQuestion, EvaluationRun
from app.evaluations.problems import EvaluationNotFound, EvaluationRunNotFound, InvalidEvaluationFile
from app.evaluations.schemas import EvaluationOut, EvaluationQuestionOut, EvaluationRunOut, EvaluationRunRequest
from app.evaluations.service import Evaluations
from app.field_types import KnowledgeBaseName
from service_kit.http.etags import Conditional
from service_kit.http.problems import problems
from service_kit.lists.pagination import InvalidCursor, NumberedPaging, Page, Paging, Slice
from service_kit.lists.text_search import SearchText
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator

router = APIRouter(prefix="/api/evaluations", tags=["evaluations"], route_class=Route)


@router.post(
    "",
    status_code=201,
    response_model=EvaluationOut,
    responses=problems(KnowledgeBaseNotFound, InvalidEvaluationFile),
)
def create(
    *,
    file: Annotated[
        UploadFile,
        File(description="CSV in UTF-8 with the columns `question` and `expected`: ids, titles or file names, by `|`."),
    ],
    knowledge_base_id: Annotated[UUID, Form()],
    name: Annotated[KnowledgeBaseName, Form()],
    subject: Administrator,
    evaluations: Evaluations,
    response: Response,
) -> Evaluation:
    """Take in questions with the documents that should be found; none where nothing should."""
    evaluation = evaluations.create(name, file.file, knowledge_base_id, by=subject)
    response.headers["Location"] = f"/api/evaluations/{evaluation.id}"
    return evaluation


@router.get("", response_model=Page[EvaluationOut], responses=problems(InvalidCursor))
def list_all(
    _: Administrator,
    evaluations: Evaluations,
    page: Paging,
    q: SearchText = None,
    knowledge_base_id: Annotated[UUID | None, Query(description="Only those of this one.")] = None,
) -> Slice[Evaluation]:
    """List sets of questions, newest first; `q` is part of a name."""
    return evaluations.page(q, knowledge_base_id, page)


@router.get("/{evaluation_id}", response_model=EvaluationOut, responses=problems(EvaluationNotFound))
def get(evaluation_id: UUID, _: Administrator, evaluations: Evaluations) -> Evaluation:
    """Return a set of questions, without these."""
    return evaluations.get(evaluation_id)


@router.get(
    "/{evaluation_id}/questions",
    response_model=Page[EvaluationQuestionOut],
    responses=problems(EvaluationNotFound, InvalidCursor),
)
def questions(
    evaluation_id: UUID, _: Administrator, evaluations: Evaluations, page: NumberedPaging
) -> Slice[EvaluationQuestion]:
    """List the questions of a set, in the order of the file."""
    return evaluations.questions(evaluation_id, page)


@router.delete("/{evaluation_id}", status_code=204, responses=problems(EvaluationNotFound))
def delete(evaluation_id: UUID, _: Administrator, condition: Conditional, evaluations: Evaluations) -> None:
    """Delete a set of questions with its runs."""
    evaluations.delete(evaluation_id, condition)


@router.post(
    "/{evaluation_id}/runs", status_code=202, response_model=EvaluationRunOut, responses=problems(EvaluationNotFound)
)
def start(
    evaluation_id: UUID,
    body: EvaluationRunRequest,
    subject: Administrator,
    evaluations: Evaluations,
    response: Response,
) -> EvaluationRun:
    """Measure how well search finds now; ask for the run until its `state` is `done` or `failed`."""
    run = evaluations.start(evaluation_id, body, by=subject)
    response.headers["Location"] = f"/api/evaluations/{evaluation_id}/runs/{run.id}"
    return run


@router.get(
    "/{evaluation_id}/runs",
    response_model=Page[EvaluationRunOut],
    responses=problems(EvaluationNotFound, InvalidCursor),
)
def runs(evaluation_id: UUID, _: Administrator, evaluations: Evaluations, page: Paging) -> Slice[EvaluationRun]:
    """List the runs of a set, newest first."""
    return evaluations.runs(evaluation_id, page)


@router.get(
    "/{evaluation_id}/runs/{run_id}", response_model=EvaluationRunOut, responses=problems(EvaluationRunNotFound)
)
def run(evaluation_id: UUID, run_id: UUID, _: Administrator, evaluations: Evaluations) -> EvaluationRun:
    """Return a run with its figures and the settings that it was made with."""
    return evaluations.run(evaluation_id, run_id)
