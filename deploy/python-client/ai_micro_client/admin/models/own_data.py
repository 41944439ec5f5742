from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.audit_event_out import AuditEventOut
    from ..models.chat_session_with_messages import ChatSessionWithMessages
    from ..models.document_out import DocumentOut
    from ..models.knowledge_base_out import KnowledgeBaseOut
    from ..models.login_log_out import LoginLogOut
    from ..models.query_classification_out import QueryClassificationOut


T = TypeVar("T", bound="OwnData")


@_attrs_define
class OwnData:
    """Everything that this service has of a person, oldest first.

    Attributes:
        acts (list[AuditEventOut]): What one has done, in any service.
        conversations (list[ChatSessionWithMessages]): One's own, with questions and answers.
        documents (list[DocumentOut]): Those that one has uploaded; the files are at `/api/documents/{id}/content`.
        knowledge_bases (list[KnowledgeBaseOut]): Those that one owns.
        questions (list[QueryClassificationOut]): Those that one has asked.
        sign_ins (list[LoginLogOut]): Attempts to sign in to one's account.
    """

    acts: list[AuditEventOut]
    conversations: list[ChatSessionWithMessages]
    documents: list[DocumentOut]
    knowledge_bases: list[KnowledgeBaseOut]
    questions: list[QueryClassificationOut]
    sign_ins: list[LoginLogOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        acts = []
        for acts_item_data in self.acts:
            acts_item = acts_item_data.to_dict()
            acts.append(acts_item)

        conversations = []
        for conversations_item_data in self.conversations:
            conversations_item = conversations_item_data.to_dict()
            conversations.append(conversations_item)

        documents = []
        for documents_item_data in self.documents:
            documents_item = documents_item_data.to_dict()
            documents.append(documents_item)

        knowledge_bases = []
        for knowledge_bases_item_data in self.knowledge_bases:
            knowledge_bases_item = knowledge_bases_item_data.to_dict()
            knowledge_bases.append(knowledge_bases_item)

        questions = []
        for questions_item_data in self.questions:
            questions_item = questions_item_data.to_dict()
            questions.append(questions_item)

        sign_ins = []
        for sign_ins_item_data in self.sign_ins:
            sign_ins_item = sign_ins_item_data.to_dict()
            sign_ins.append(sign_ins_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "acts": acts,
                "conversations": conversations,
                "documents": documents,
                "knowledge_bases": knowledge_bases,
                "questions": questions,
                "sign_ins": sign_ins,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.audit_event_out import AuditEventOut
        from ..models.chat_session_with_messages import ChatSessionWithMessages
        from ..models.document_out import DocumentOut
        from ..models.knowledge_base_out import KnowledgeBaseOut
        from ..models.login_log_out import LoginLogOut
        from ..models.query_classification_out import QueryClassificationOut

        d = dict(src_dict)
        acts = []
        _acts = d.pop("acts")
        for acts_item_data in _acts:
            acts_item = AuditEventOut.from_dict(acts_item_data)

            acts.append(acts_item)

        conversations = []
        _conversations = d.pop("conversations")
        for conversations_item_data in _conversations:
            conversations_item = ChatSessionWithMessages.from_dict(conversations_item_data)

            conversations.append(conversations_item)

        documents = []
        _documents = d.pop("documents")
        for documents_item_data in _documents:
            documents_item = DocumentOut.from_dict(documents_item_data)

            documents.append(documents_item)

        knowledge_bases = []
        _knowledge_bases = d.pop("knowledge_bases")
        for knowledge_bases_item_data in _knowledge_bases:
            knowledge_bases_item = KnowledgeBaseOut.from_dict(knowledge_bases_item_data)

            knowledge_bases.append(knowledge_bases_item)

        questions = []
        _questions = d.pop("questions")
        for questions_item_data in _questions:
            questions_item = QueryClassificationOut.from_dict(questions_item_data)

            questions.append(questions_item)

        sign_ins = []
        _sign_ins = d.pop("sign_ins")
        for sign_ins_item_data in _sign_ins:
            sign_ins_item = LoginLogOut.from_dict(sign_ins_item_data)

            sign_ins.append(sign_ins_item)

        own_data = cls(
            acts=acts,
            conversations=conversations,
            documents=documents,
            knowledge_bases=knowledge_bases,
            questions=questions,
            sign_ins=sign_ins,
        )

        own_data.additional_properties = d
        return own_data

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
