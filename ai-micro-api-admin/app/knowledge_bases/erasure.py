"""What this service forgets when an account is deleted: questions, conversations and private knowledge bases.

Shared knowledge bases stay: others work with them. Their `owner_id` is then that of no account; administrators look
after them as before.
"""

from uuid import UUID

from app.audit_trail import TRAIL, Act
from app.chat_sessions.repository import ChatSessionRepository
from app.contents.knowledge_bases import KnowledgeBaseRepository
from app.query_classifications.repository import QueryClassificationRepository
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target
from service_kit.database.sessions import Database
from service_kit.tokens.verification import Subject


def erase(database: Database, user_id: UUID, by: Subject) -> None:
    """Delete what is an account's own, one transaction for each knowledge base: they may be large."""
    while _erase_one_knowledge_base(database, user_id, by):
        pass
    with database.session() as session:
        QueryClassificationRepository(session).erase(user_id)
        ChatSessionRepository(session).erase(user_id)


def _erase_one_knowledge_base(database: Database, user_id: UUID, by: Subject) -> bool:
    with database.session() as session:
        knowledge_bases = KnowledgeBaseRepository(session)
        knowledge_base = knowledge_bases.next_private_of(user_id)
        if knowledge_base is None:
            return False
        target = Target(TargetType.KNOWLEDGE_BASE, knowledge_base.id)
        TRAIL.record(session, Act.KNOWLEDGE_BASE_DELETED, by=by, target=target)
        knowledge_bases.delete(knowledge_base)
        return True
