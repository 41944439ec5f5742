"""`Base` with every model of this service: the one place that imports them all, so that Alembic misses none."""

from app.audit_logs.models import AuditEvent
from app.chunks.models import Chunk, LangchainCollection, TermFrequency
from app.collections.models import Collection
from app.db.base_class import Base
from app.documents.models import Document, DocumentPart
from app.knowledge_bases.models import KnowledgeBase
from app.login_logs.models import LoginLog
from app.prompt_templates.models import PromptTemplate
from app.query_classifications.models import QueryClassification
from app.system_logs.models import SystemLog
from app.system_settings.models import SystemSetting

__all__ = [
    "AuditEvent",
    "Base",
    "Chunk",
    "Collection",
    "Document",
    "DocumentPart",
    "KnowledgeBase",
    "LangchainCollection",
    "LoginLog",
    "PromptTemplate",
    "QueryClassification",
    "SystemLog",
    "SystemSetting",
    "TermFrequency",
]
