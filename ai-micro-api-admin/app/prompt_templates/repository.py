"""Queries on prompt templates."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.prompt_templates.models import PromptTemplate
from app.prompt_templates.schemas import Purpose
from service_kit.pagination import PageRequest, Slice, paginate


class PromptTemplateRepository:
    """Reads prompt templates in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, page: PageRequest, purpose: Purpose | None) -> Slice[PromptTemplate]:
        """Return a page of templates, newest first, for one purpose where that is asked for."""
        statement = select(PromptTemplate)
        if purpose is not None:
            statement = statement.where(PromptTemplate.purpose == purpose)
        return paginate(self._session, statement, page, created_at=PromptTemplate.created_at, key=PromptTemplate.id)
