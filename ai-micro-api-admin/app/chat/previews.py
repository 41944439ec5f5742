"""`POST /api/prompt-templates/{id}/preview`: what a template becomes for a question. No model is asked."""

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
from app.prompt_templates.problems import PromptTemplateNotFound
from app.prompt_templates.service import chosen
from app.search.problems import EmbeddingModelUnavailable
from app.search.schemas import SearchItem
from service_kit.database.sessions import Database
from service_kit.http.problems import problems
from service_kit.http.schemas import RequestModel, ResponseModel
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator, Subject

router = APIRouter(prefix="/api/prompt-templates", tags=["prompt templates"], route_class=Route)


class PreviewRequest(RequestModel):
    """A question to try a template with."""

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
    question: Message


class PromptMessage(ResponseModel):
    """A message to the model."""

    role: str
    content: str


class Preview(ResponseModel):
    """What would be sent."""

    messages: list[PromptMessage]
    passages: list[SearchItem] = Field(description="Those that are in it, in the order of their numbers.")
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
        """Return what a template for answers becomes for a question.

        Raises:
            PromptTemplateNotFound: there is no such template for answers.
            KnowledgeBaseNotFound: there is no such knowledge base.
            EmbeddingModelUnavailable: its vectors come from a model that is not set up.
        """
        with self._database.session() as session:
            template = chosen(session, template_id, "answer")
            knowledge_base = KnowledgeBaseRepository(session).get(body.knowledge_base_id, by)
            if knowledge_base is None:
                raise KnowledgeBaseNotFound
        asked = self._retrieval.asked(body.question, "", knowledge_base)
        prompt = prompt_for(
            asked,
            self._retrieval.find(asked, body.knowledge_base_id, None, by=by),
            [],
            template=template.content,
            knowledge_base_name=knowledge_base.name,
            tokens=self._tokens,
        )
        messages = [PromptMessage(role=message.role, content=message.content) for message in prompt.messages]
        return Preview(
            messages=messages,
            passages=[source.item for source in prompt.sources],
            tokens=sum(estimated_tokens(message.content) for message in messages),
        )


async def preview_service(request: Request) -> PreviewService:
    """Return the application's previews."""
    service: PreviewService = request.app.state.previews
    return service


@router.post(
    "/{template_id}/preview",
    responses=problems(PromptTemplateNotFound, KnowledgeBaseNotFound, EmbeddingModelUnavailable),
)
def preview(
    template_id: UUID,
    body: PreviewRequest,
    subject: Administrator,
    service: Annotated[PreviewService, Depends(preview_service)],
) -> Preview:
    """Show what would be sent to a model for a question; administrators only."""
    return service.preview(template_id, body, by=subject)
