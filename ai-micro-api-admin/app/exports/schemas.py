"""The response body of an export."""

from pydantic import Field

from app.audit_logs.schemas import AuditEventOut
from app.chat_sessions.schemas import ChatSessionWithMessages
from app.contents.schemas import DocumentOut
from app.knowledge_bases.schemas import KnowledgeBaseOut
from app.login_logs.schemas import LoginLogOut
from app.query_classifications.schemas import QueryClassificationOut
from service_kit.http.schemas import ResponseModel


class OwnData(ResponseModel):
    """Everything that this service has of a person, oldest first."""

    knowledge_bases: list[KnowledgeBaseOut] = Field(description="Those that one owns.")
    documents: list[DocumentOut] = Field(
        description="Those that one has uploaded; the files are at `/api/documents/{id}/content`."
    )
    questions: list[QueryClassificationOut] = Field(description="Those that one has asked.")
    conversations: list[ChatSessionWithMessages] = Field(description="One's own, with questions and answers.")
    sign_ins: list[LoginLogOut] = Field(description="Attempts to sign in to one's account.")
    acts: list[AuditEventOut] = Field(description="What one has done, in any service.")
