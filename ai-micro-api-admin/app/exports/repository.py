"""Which rows are of a person."""

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from app.audit_logs.models import AuditEvent
from app.chat_sessions.models import ChatSession
from app.contents.access import readable
from app.contents.models import Document, KnowledgeBase
from app.login_logs.models import LoginLog
from app.query_classifications.models import QueryClassification
from service_kit.tokens.verification import Subject


def knowledge_bases(subject: Subject) -> Select[KnowledgeBase]:
    """Return those that a person owns."""
    return select(KnowledgeBase).where(KnowledgeBase.owner_id == subject.id)


def documents(subject: Subject) -> Select[Document]:
    """Return those that a person has uploaded, as far as they may read them still."""
    statement = select(Document).join(KnowledgeBase, KnowledgeBase.id == Document.knowledge_base_id)
    return statement.where(readable(subject), Document.uploaded_by == subject.id)


def questions(subject: Subject) -> Select[QueryClassification]:
    """Return those that a person has asked."""
    return select(QueryClassification).where(QueryClassification.asked_by == subject.id)


def conversations(subject: Subject) -> Select[ChatSession]:
    """Return a person's conversations, with their messages."""
    return select(ChatSession).where(ChatSession.user_id == subject.id).options(selectinload(ChatSession.messages))


def sign_ins(subject: Subject) -> Select[LoginLog]:
    """Return the attempts to sign in to a person's account."""
    return select(LoginLog).where(LoginLog.user_id == subject.id)


def acts(subject: Subject) -> Select[AuditEvent]:
    """Return what a person has done, in any service."""
    return select(AuditEvent).where(AuditEvent.actor_id == subject.id)
