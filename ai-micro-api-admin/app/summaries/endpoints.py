"""`/api/knowledgebase/{id}/summary`."""

from uuid import UUID

from fastapi import APIRouter

from app.contents.problems import KnowledgeBaseNotFound
from app.language_models.problems import ModelBusy, ModelFailed, ModelTimeout, ModelUnavailable
from app.prompt_templates.problems import PromptTemplateNotFound
from app.summaries.schemas import SummaryOut
from app.summaries.service import Summaries
from service_kit.database.admission import AdmittedDep, Overloaded
from service_kit.http.problems import problems
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator, CurrentSubject

router = APIRouter(prefix="/api/knowledgebase", tags=["knowledge bases"], route_class=Route)


@router.get("/{knowledge_base_id}/summary", responses=problems(KnowledgeBaseNotFound))
def get(knowledge_base_id: UUID, subject: CurrentSubject, summaries: Summaries) -> SummaryOut:
    """Return what a knowledge base is as a whole; null until that was made."""
    return summaries.get(knowledge_base_id, by=subject)


@router.post(
    "/{knowledge_base_id}/summary",
    responses=problems(
        KnowledgeBaseNotFound,
        PromptTemplateNotFound,
        ModelUnavailable,
        ModelBusy,
        ModelTimeout,
        ModelFailed,
        Overloaded,
    ),
)
async def make(
    knowledge_base_id: UUID, subject: Administrator, summaries: Summaries, admitted: AdmittedDep
) -> SummaryOut:
    """Make summary and statistics of a knowledge base, which are kept up to date from then on; administrators only."""
    return await summaries.make(knowledge_base_id, admitted, by=subject)
