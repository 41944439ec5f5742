"""`POST /api/prompt-templates/{id}/preview`: what a template becomes. No model is asked."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import ConfigDict, Field

from app.answers.data_blocks import estimated_tokens
from app.chat.prompts import prompt_for
from app.chat.retrieval import Retrieval
from app.chat.schemas import Message
from app.contents.knowledge_bases import KnowledgeBaseRepository
from app.contents.problems import KnowledgeBaseNotFound
from app.language_models.client import Message as ModelMessage
from app.prompt_templates.problems import PromptTemplateNotFound, QuestionMissing
from app.prompt_templates.repository import PromptTemplateRepository
from app.search.problems import EmbeddingModelUnavailable
from app.search.schemas import SearchItem
from app.summaries.service import prompt_of_summary
from service_kit.database.sessions import Database
from service_kit.http.problems import problems
from service_kit.http.schemas import RequestModel, ResponseModel
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator, Subject

router = APIRouter(prefix="/api/prompt-templates", tags=["prompt templates"], route_class=Route)


class PreviewRequest(RequestModel):
    """What to try a template with."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "knowledge_base_id": "8d8ac610-566d-4ef0-9c22-186b2a5ed793",
                    "question": "図書館は何時まで開いていますか",
                }
            ]
        }
    )

    knowledge_base_id: UUID
    question: Message | None = Field(default=None, description="For a template for answers; a summary has none.")


class PromptMessage(ResponseModel):
    """A message to the model."""

    role: str
    content: str


class Preview(ResponseModel):
    """What would be sent."""

    messages: list[PromptMessage]
    passages: list[SearchItem] = Field(
        description="Those that an answer may cite, in the order of their numbers; none in a summary."
    )
    tokens: int = Field(description="About how many tokens the messages have.")


class PreviewService:
    """Fills templates in.

    Args:
        database: where they are.
        retrieval: finds the passages.
        tokens: room for them.
    """

    def __init__(self, database: Database, retrieval: Retrieval, *, tokens: int) -> None:
        self._database = database
        self._retrieval = retrieval
        self._tokens = tokens

    def preview(self, template_id: UUID, body: PreviewRequest, *, by: Subject) -> Preview:
        """Return what a template becomes: for a question, or for the summary of a knowledge base.

        Raises:
            PromptTemplateNotFound: there is no such template.
            KnowledgeBaseNotFound: there is no such knowledge base.
            QuestionMissing: the template is for answers, and no question came.
            EmbeddingModelUnavailable: the vectors come from a model that is not set up.
        """
        with self._database.session() as session:
            template = PromptTemplateRepository(session).get(template_id)
            if template is None:
                raise PromptTemplateNotFound
            knowledge_base = KnowledgeBaseRepository(session).get(body.knowledge_base_id, by)
            if knowledge_base is None:
                raise KnowledgeBaseNotFound
            if template.purpose == "summary":
                return _shown(prompt_of_summary(session, knowledge_base, template.content, tokens=self._tokens), [])
        if body.question is None:
            raise QuestionMissing
        asked = self._retrieval.asked(body.question, "", knowledge_base)
        prompt = prompt_for(
            asked,
            self._retrieval.find(asked, body.knowledge_base_id, None, by=by),
            [],
            template=template.content,
            knowledge_base_name=knowledge_base.name,
            tokens=self._tokens,
        )
        return _shown(prompt.messages, [source.item for source in prompt.sources])


def _shown(prompt: Sequence[ModelMessage], passages: list[SearchItem]) -> Preview:
    messages = [PromptMessage(role=message.role, content=message.content) for message in prompt]
    return Preview(
        messages=messages,
        passages=passages,
        tokens=sum(estimated_tokens(message.content) for message in messages),
    )


async def preview_service(request: Request) -> PreviewService:
    """Return the application's previews."""
    service: PreviewService = request.app.state.previews
    return service


@router.post(
    "/{template_id}/preview",
    responses=problems(PromptTemplateNotFound, KnowledgeBaseNotFound, QuestionMissing, EmbeddingModelUnavailable),
)
def preview(
    template_id: UUID,
    body: PreviewRequest,
    subject: Administrator,
    service: Annotated[PreviewService, Depends(preview_service)],
) -> Preview:
    """Show what would be sent to a model for a question, or for a summary; administrators only."""
    return service.preview(template_id, body, by=subject)
