"""The list of models: the one place that imports them all, so that `Base.metadata` misses none."""

from app.audit_logs.models import AuditEvent
from app.chat_sessions.models import ChatMessage, ChatSession
from app.chunks.models import Chunk, ChunkCorrection, LangchainCollection, TermFrequency
from app.contents.models import Collection, Document, DocumentPart, KnowledgeBase, Renewal, RenewalPart
from app.embedding_changes.models import EmbeddingChange, NewChunkVector
from app.evaluations.models import Evaluation, EvaluationQuestion, EvaluationRun
from app.files.models import StoredFile
from app.login_logs.models import LoginLog
from app.prompt_templates.models import PromptTemplate, PromptTemplateVersion
from app.query_classifications.models import QueryClassification
from app.summaries.models import StaleSummary
from app.system_logs.models import SystemLog
from app.system_settings.models import SystemSetting
from service_kit.database.models import Base

__all__ = [
    "AuditEvent",
    "Base",
    "ChatMessage",
    "ChatSession",
    "Chunk",
    "ChunkCorrection",
    "Collection",
    "Document",
    "DocumentPart",
    "EmbeddingChange",
    "Evaluation",
    "EvaluationQuestion",
    "EvaluationRun",
    "KnowledgeBase",
    "LangchainCollection",
    "LoginLog",
    "NewChunkVector",
    "PromptTemplate",
    "PromptTemplateVersion",
    "QueryClassification",
    "Renewal",
    "RenewalPart",
    "StaleSummary",
    "StoredFile",
    "SystemLog",
    "SystemSetting",
    "TermFrequency",
]
