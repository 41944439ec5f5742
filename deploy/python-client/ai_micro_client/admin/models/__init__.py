"""Contains all the data models used in inputs/outputs"""

from .attempt_out import AttemptOut
from .attempt_out_direction import AttemptOutDirection
from .attempt_out_outcome import AttemptOutOutcome
from .attempt_out_phase import AttemptOutPhase
from .audit_entry import AuditEntry
from .audit_event_in import AuditEventIn
from .audit_event_in_changes import AuditEventInChanges
from .audit_event_in_result import AuditEventInResult
from .audit_event_out import AuditEventOut
from .audit_event_out_changes import AuditEventOutChanges
from .audit_event_out_result import AuditEventOutResult
from .batch_audit_event_in import BatchAuditEventIn
from .batch_item import BatchItem
from .batch_login_log_create import BatchLoginLogCreate
from .batch_out import BatchOut
from .body_create_api_evaluations_post import BodyCreateApiEvaluationsPost
from .body_replace_api_documents_document_id_content_put import (
    BodyReplaceApiDocumentsDocumentIdContentPut,
)
from .body_upload_api_documents_upload_post import BodyUploadApiDocumentsUploadPost
from .body_upload_batch_api_documents_batch_post import (
    BodyUploadBatchApiDocumentsBatchPost,
)
from .change import Change
from .change_out import ChangeOut
from .chat_answer import ChatAnswer
from .chat_message_out import ChatMessageOut
from .chat_message_out_rating_type_0 import ChatMessageOutRatingType0
from .chat_message_out_role import ChatMessageOutRole
from .chat_message_out_state import ChatMessageOutState
from .chat_request import ChatRequest
from .chat_session_out import ChatSessionOut
from .chat_session_patch import ChatSessionPatch
from .chat_session_with_messages import ChatSessionWithMessages
from .chunk_correction import ChunkCorrection
from .chunk_in_context import ChunkInContext
from .chunk_out import ChunkOut
from .collection_create import CollectionCreate
from .collection_out import CollectionOut
from .collection_patch import CollectionPatch
from .collection_replace import CollectionReplace
from .collection_with_documents import CollectionWithDocuments
from .delete_action import DeleteAction
from .direction_out import DirectionOut
from .document_move import DocumentMove
from .document_out import DocumentOut
from .document_patch import DocumentPatch
from .drift_out import DriftOut
from .duplicate import Duplicate
from .duplicate_action import DuplicateAction
from .embedding import Embedding
from .embedding_change_out import EmbeddingChangeOut
from .embedding_change_request import EmbeddingChangeRequest
from .embedding_change_request_provider import EmbeddingChangeRequestProvider
from .enclosed_audit_event_in import EnclosedAuditEventIn
from .enclosed_login_log_create import EnclosedLoginLogCreate
from .erasure import Erasure
from .erasure_out import ErasureOut
from .evaluation_out import EvaluationOut
from .evaluation_question_out import EvaluationQuestionOut
from .evaluation_run_out import EvaluationRunOut
from .evaluation_run_out_results_type_0 import EvaluationRunOutResultsType0
from .evaluation_run_out_settings_type_0 import EvaluationRunOutSettingsType0
from .evaluation_run_out_state import EvaluationRunOutState
from .evaluation_run_request import EvaluationRunRequest
from .event import Event
from .export_action_type_0 import ExportActionType0
from .export_result_type_0 import ExportResultType0
from .export_service_type_0 import ExportServiceType0
from .feedback import Feedback
from .feedback_rating_type_0 import FeedbackRatingType0
from .field_error import FieldError
from .finding_out import FindingOut
from .format_ import Format
from .health import Health
from .kind import Kind
from .knowledge_base_create import KnowledgeBaseCreate
from .knowledge_base_create_visibility import KnowledgeBaseCreateVisibility
from .knowledge_base_out import KnowledgeBaseOut
from .knowledge_base_out_visibility import KnowledgeBaseOutVisibility
from .knowledge_base_patch import KnowledgeBasePatch
from .knowledge_base_patch_visibility import KnowledgeBasePatchVisibility
from .knowledge_base_replace import KnowledgeBaseReplace
from .knowledge_base_replace_visibility import KnowledgeBaseReplaceVisibility
from .list_all_action_type_0 import ListAllActionType0
from .list_all_level_type_0 import ListAllLevelType0
from .list_all_purpose_type_0 import ListAllPurposeType0
from .list_all_result_type_0 import ListAllResultType0
from .list_all_service_type_0 import ListAllServiceType0
from .lock_out import LockOut
from .login_entry import LoginEntry
from .login_log_create import LoginLogCreate
from .login_log_out import LoginLogOut
from .media_type import MediaType
from .migrations_out import MigrationsOut
from .mode import Mode
from .mode_result import ModeResult
from .mode_result_misses_item import ModeResultMissesItem
from .on_duplicate import OnDuplicate
from .outcome import Outcome
from .own_data import OwnData
from .page_attempt_out import PageAttemptOut
from .page_audit_event_out import PageAuditEventOut
from .page_chat_session_out import PageChatSessionOut
from .page_chunk_out import PageChunkOut
from .page_collection_out import PageCollectionOut
from .page_document_out import PageDocumentOut
from .page_evaluation_out import PageEvaluationOut
from .page_evaluation_question_out import PageEvaluationQuestionOut
from .page_evaluation_run_out import PageEvaluationRunOut
from .page_knowledge_base_out import PageKnowledgeBaseOut
from .page_login_log_out import PageLoginLogOut
from .page_prompt_template_out import PagePromptTemplateOut
from .page_prompt_template_version_out import PagePromptTemplateVersionOut
from .page_query_classification_out import PageQueryClassificationOut
from .page_setting_out import PageSettingOut
from .page_system_log_out import PageSystemLogOut
from .pending_out import PendingOut
from .pending_out_phase import PendingOutPhase
from .plan_out import PlanOut
from .preview import Preview
from .preview_request import PreviewRequest
from .problem import Problem
from .problem_document import ProblemDocument
from .prompt_message import PromptMessage
from .prompt_template_create import PromptTemplateCreate
from .prompt_template_create_purpose import PromptTemplateCreatePurpose
from .prompt_template_out import PromptTemplateOut
from .prompt_template_out_purpose import PromptTemplateOutPurpose
from .prompt_template_patch import PromptTemplatePatch
from .prompt_template_replace import PromptTemplateReplace
from .prompt_template_version_out import PromptTemplateVersionOut
from .query_classification_out import QueryClassificationOut
from .readiness import Readiness
from .release_out import ReleaseOut
from .request_log_out import RequestLogOut
from .revision_out import RevisionOut
from .revision_out_phase import RevisionOutPhase
from .sample_out import SampleOut
from .sample_out_labels import SampleOutLabels
from .samples_out import SamplesOut
from .search_item import SearchItem
from .search_result import SearchResult
from .setting_change import SettingChange
from .setting_out import SettingOut
from .statement_out import StatementOut
from .statistics import Statistics
from .statistics_media_types import StatisticsMediaTypes
from .status import Status
from .step import Step
from .summary_out import SummaryOut
from .system_entry import SystemEntry
from .system_log_out import SystemLogOut
from .system_log_out_details import SystemLogOutDetails
from .target_type import TargetType
from .text_span import TextSpan
from .upload_out import UploadOut
from .warning_out import WarningOut

__all__ = (
    "AttemptOut",
    "AttemptOutDirection",
    "AttemptOutOutcome",
    "AttemptOutPhase",
    "AuditEntry",
    "AuditEventIn",
    "AuditEventInChanges",
    "AuditEventInResult",
    "AuditEventOut",
    "AuditEventOutChanges",
    "AuditEventOutResult",
    "BatchAuditEventIn",
    "BatchItem",
    "BatchLoginLogCreate",
    "BatchOut",
    "BodyCreateApiEvaluationsPost",
    "BodyReplaceApiDocumentsDocumentIdContentPut",
    "BodyUploadApiDocumentsUploadPost",
    "BodyUploadBatchApiDocumentsBatchPost",
    "Change",
    "ChangeOut",
    "ChatAnswer",
    "ChatMessageOut",
    "ChatMessageOutRatingType0",
    "ChatMessageOutRole",
    "ChatMessageOutState",
    "ChatRequest",
    "ChatSessionOut",
    "ChatSessionPatch",
    "ChatSessionWithMessages",
    "ChunkCorrection",
    "ChunkInContext",
    "ChunkOut",
    "CollectionCreate",
    "CollectionOut",
    "CollectionPatch",
    "CollectionReplace",
    "CollectionWithDocuments",
    "DeleteAction",
    "DirectionOut",
    "DocumentMove",
    "DocumentOut",
    "DocumentPatch",
    "DriftOut",
    "Duplicate",
    "DuplicateAction",
    "Embedding",
    "EmbeddingChangeOut",
    "EmbeddingChangeRequest",
    "EmbeddingChangeRequestProvider",
    "EnclosedAuditEventIn",
    "EnclosedLoginLogCreate",
    "Erasure",
    "ErasureOut",
    "EvaluationOut",
    "EvaluationQuestionOut",
    "EvaluationRunOut",
    "EvaluationRunOutResultsType0",
    "EvaluationRunOutSettingsType0",
    "EvaluationRunOutState",
    "EvaluationRunRequest",
    "Event",
    "ExportActionType0",
    "ExportResultType0",
    "ExportServiceType0",
    "Feedback",
    "FeedbackRatingType0",
    "FieldError",
    "FindingOut",
    "Format",
    "Health",
    "Kind",
    "KnowledgeBaseCreate",
    "KnowledgeBaseCreateVisibility",
    "KnowledgeBaseOut",
    "KnowledgeBaseOutVisibility",
    "KnowledgeBasePatch",
    "KnowledgeBasePatchVisibility",
    "KnowledgeBaseReplace",
    "KnowledgeBaseReplaceVisibility",
    "ListAllActionType0",
    "ListAllLevelType0",
    "ListAllPurposeType0",
    "ListAllResultType0",
    "ListAllServiceType0",
    "LockOut",
    "LoginEntry",
    "LoginLogCreate",
    "LoginLogOut",
    "MediaType",
    "MigrationsOut",
    "Mode",
    "ModeResult",
    "ModeResultMissesItem",
    "OnDuplicate",
    "Outcome",
    "OwnData",
    "PageAttemptOut",
    "PageAuditEventOut",
    "PageChatSessionOut",
    "PageChunkOut",
    "PageCollectionOut",
    "PageDocumentOut",
    "PageEvaluationOut",
    "PageEvaluationQuestionOut",
    "PageEvaluationRunOut",
    "PageKnowledgeBaseOut",
    "PageLoginLogOut",
    "PagePromptTemplateOut",
    "PagePromptTemplateVersionOut",
    "PageQueryClassificationOut",
    "PageSettingOut",
    "PageSystemLogOut",
    "PendingOut",
    "PendingOutPhase",
    "PlanOut",
    "Preview",
    "PreviewRequest",
    "Problem",
    "ProblemDocument",
    "PromptMessage",
    "PromptTemplateCreate",
    "PromptTemplateCreatePurpose",
    "PromptTemplateOut",
    "PromptTemplateOutPurpose",
    "PromptTemplatePatch",
    "PromptTemplateReplace",
    "PromptTemplateVersionOut",
    "QueryClassificationOut",
    "Readiness",
    "ReleaseOut",
    "RequestLogOut",
    "RevisionOut",
    "RevisionOutPhase",
    "SampleOut",
    "SampleOutLabels",
    "SamplesOut",
    "SearchItem",
    "SearchResult",
    "SettingChange",
    "SettingOut",
    "StatementOut",
    "Statistics",
    "StatisticsMediaTypes",
    "Status",
    "Step",
    "SummaryOut",
    "SystemEntry",
    "SystemLogOut",
    "SystemLogOutDetails",
    "TargetType",
    "TextSpan",
    "UploadOut",
    "WarningOut",
)
