"""Queries on prompt templates."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.prompt_templates.models import PromptTemplate, PromptTemplateVersion
from app.prompt_templates.schemas import Purpose
from service_kit.lists.filters import equals
from service_kit.lists.pagination import PageRequest, Slice, paginate
from service_kit.lists.text_search import contains

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_UNIQUE_VIOLATION = "23505"


class PromptTemplateRepository:
    """Reads and writes prompt templates in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, text: str | None, page: PageRequest, purpose: Purpose | None) -> Slice[PromptTemplate]:
        """Return a page of templates whose name contains a text, newest first, for one purpose or for all."""
        statement = select(PromptTemplate).where(
            contains(text, PromptTemplate.name), equals(PromptTemplate.purpose, purpose)
        )
        return paginate(self._session, statement, page, created_at=PromptTemplate.created_at, key=PromptTemplate.id)

    def get(self, template_id: UUID) -> PromptTemplate | None:
        """Return a template, or None."""
        return self._session.get(PromptTemplate, template_id)

    def default(self, purpose: Purpose) -> PromptTemplate | None:
        """Return the default template for a purpose, or None where someone has deleted it by hand."""
        statement = select(PromptTemplate).where(PromptTemplate.purpose == purpose, PromptTemplate.is_default)
        return self._session.scalars(statement.order_by(PromptTemplate.created_at).limit(1)).one_or_none()

    def get_for_change(self, template_id: UUID) -> PromptTemplate | None:
        """Return a template, or None; all templates for its purpose are locked, because one of them is the default."""
        found = self.get(template_id)
        if found is None:
            return None
        self.lock(found.purpose)
        statement = select(PromptTemplate).where(PromptTemplate.id == template_id)
        return self._session.scalars(statement.execution_options(populate_existing=True)).one_or_none()

    def lock(self, purpose: str) -> None:
        """Lock the templates for a purpose until the transaction ends, always in the same order."""
        statement = select(PromptTemplate.id).where(PromptTemplate.purpose == purpose).order_by(PromptTemplate.id)
        self._session.scalars(statement.with_for_update()).all()

    def add(self, fields: Mapping[str, Any]) -> PromptTemplate | None:
        """Insert a template and return it, or None when the name is taken."""
        statement = insert(PromptTemplate).values(**fields).on_conflict_do_nothing(index_elements=["name"])
        return self._session.scalars(statement.returning(PromptTemplate)).one_or_none()

    def update(self, template: PromptTemplate, fields: Mapping[str, Any]) -> bool:
        """Set fields of a template.

        Returns:
            True if it was possible; False when the name is taken.
        """
        try:
            with self._session.begin_nested():
                for name, value in fields.items():
                    setattr(template, name, value)
        except IntegrityError as error:
            if getattr(error.orig, "pgcode", None) == _UNIQUE_VIOLATION:
                return False
            raise
        self._session.refresh(template)
        return True

    def clear_default(self, purpose: str) -> None:
        """Make no template the default for a purpose."""
        statement = update(PromptTemplate).where(PromptTemplate.purpose == purpose, PromptTemplate.is_default)
        self._session.execute(statement.values(is_default=False))

    def keep_version(self, template: PromptTemplate, *, by: UUID) -> None:
        """Keep what a template is now, before it is changed."""
        self._session.add(
            PromptTemplateVersion(
                template_id=template.id,
                version=template.version,
                name=template.name,
                description=template.description,
                content=template.content,
                replaced_by=by,
            )
        )
        self._session.flush()

    def versions(self, template_id: UUID, *, below: int | None, limit: int) -> Sequence[PromptTemplateVersion]:
        """Return what a template was before, newest first, from below a version on."""
        statement = select(PromptTemplateVersion).where(PromptTemplateVersion.template_id == template_id)
        if below is not None:
            statement = statement.where(PromptTemplateVersion.version < below)
        return self._session.scalars(statement.order_by(PromptTemplateVersion.version.desc()).limit(limit)).all()

    def delete(self, template: PromptTemplate) -> None:
        """Delete a template and its versions."""
        self._session.delete(template)
