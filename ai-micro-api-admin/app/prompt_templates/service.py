"""The rules of prompt templates."""

from typing import Annotated

from fastapi import Depends

from app.prompt_templates.models import PromptTemplate
from app.prompt_templates.repository import PromptTemplateRepository
from app.prompt_templates.schemas import Purpose
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.lists.pagination import PageRequest, Slice


class PromptTemplateService:
    """Finds prompt templates.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, text: str | None, page: PageRequest, purpose: Purpose | None) -> Slice[PromptTemplate]:
        """Return a page of templates whose name contains a text, newest first, for one purpose or for all."""
        with self._database.session() as session:
            return PromptTemplateRepository(session).page(text, page, purpose)


async def prompt_template_service(database: DatabaseDep) -> PromptTemplateService:
    """Return the service."""
    return PromptTemplateService(database)


PromptTemplates = Annotated[PromptTemplateService, Depends(prompt_template_service)]
