"""The rules of exports."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel

from app.audit_logs.models import AuditEvent
from app.audit_logs.schemas import AuditEventOut
from app.audit_trail import TRAIL, Act
from app.chat_sessions.models import ChatSession
from app.chat_sessions.schemas import ChatSessionWithMessages
from app.contents.models import Document, KnowledgeBase
from app.contents.schemas import DocumentOut
from app.exports import repository
from app.knowledge_bases.schemas import KnowledgeBaseOut
from app.login_logs.models import LoginLog
from app.login_logs.schemas import LoginLogOut
from app.query_classifications.models import QueryClassification
from app.query_classifications.schemas import QueryClassificationOut
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.schemas import ResponseModel
from service_kit.personal_data.exports import in_batches
from service_kit.tokens.verification import Subject

Batches = Iterator[Sequence[BaseModel]]


class ExportService:
    """Gives out what there is of the caller.

    Args:
        database: each list is read in batches, each in a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def own(self, *, by: Subject) -> Mapping[str, Batches]:
        """Return the lists of `OwnData`, and record that they were given out."""
        with self._database.session() as session:
            TRAIL.record(session, Act.OWN_DATA_EXPORTED, by=by, target=Target(TargetType.ACCOUNT, by.id))
        database = self._database
        knowledge_bases = in_batches(
            database, repository.knowledge_bases(by), created_at=KnowledgeBase.created_at, key=KnowledgeBase.id
        )
        documents = in_batches(database, repository.documents(by), created_at=Document.created_at, key=Document.id)
        questions = in_batches(
            database,
            repository.questions(by),
            created_at=QueryClassification.created_at,
            key=QueryClassification.id,
        )
        conversations = in_batches(
            database, repository.conversations(by), created_at=ChatSession.created_at, key=ChatSession.id
        )
        sign_ins = in_batches(database, repository.sign_ins(by), created_at=LoginLog.occurred_at, key=LoginLog.id)
        acts = in_batches(database, repository.acts(by), created_at=AuditEvent.occurred_at, key=AuditEvent.id)
        return {
            "knowledge_bases": _shown(knowledge_bases, KnowledgeBaseOut),
            "documents": _shown(documents, DocumentOut),
            "questions": _shown(questions, QueryClassificationOut),
            "conversations": _shown(conversations, ChatSessionWithMessages),
            "sign_ins": _shown(sign_ins, LoginLogOut),
            "acts": _shown(acts, AuditEventOut),
        }


def _shown(batches: Iterator[Sequence[object]], model: type[ResponseModel]) -> Batches:
    return ([model.model_validate(item) for item in batch] for batch in batches)


async def export_service(database: DatabaseDep) -> ExportService:
    """Return the service."""
    return ExportService(database)


Exports = Annotated[ExportService, Depends(export_service)]
