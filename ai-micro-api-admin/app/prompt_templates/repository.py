"""Queries on prompt templates."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.prompt_templates.models import PromptTemplate
from app.prompt_templates.schemas import Purpose
from service_kit.lists.filters import equals
from service_kit.lists.pagination import PageRequest, Slice, paginate
from service_kit.lists.text_search import contains


class PromptTemplateRepository:
    """Reads prompt templates in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, text: str | None, page: PageRequest, purpose: Purpose | None) -> Slice[PromptTemplate]:
        """Return a page of templates whose name contains a text, newest first, for one purpose or for all."""
        statement = select(PromptTemplate).where(
            contains(text, PromptTemplate.name), equals(PromptTemplate.purpose, purpose)
        )
        return paginate(self._session, statement, page, created_at=PromptTemplate.created_at, key=PromptTemplate.id)
