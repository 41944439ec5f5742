"""The rules of prompt templates."""

from collections.abc import Mapping
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Depends
from sqlalchemy.orm import Session

from app.audit_trail import TRAIL, Act
from app.prompt_templates import variables
from app.prompt_templates.models import PromptTemplate, PromptTemplateVersion
from app.prompt_templates.problems import (
    DefaultPromptTemplateProtected,
    PromptTemplateNameTaken,
    PromptTemplateNotFound,
)
from app.prompt_templates.repository import PromptTemplateRepository
from app.prompt_templates.schemas import (
    PromptTemplateCreate,
    PromptTemplateOut,
    PromptTemplatePatch,
    PromptTemplateReplace,
    Purpose,
)
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target, changes_between, fields_of
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.etags import Precondition
from service_kit.lists.pagination import NumberedPageRequest, PageRequest, Slice
from service_kit.tokens.verification import Subject

# A change of one of these makes another prompt; which template is the default says nothing about its text.
_VERSIONED = ("name", "description", "content")


class PromptTemplateService:
    """Creates, changes and finds prompt templates. Each purpose has one default.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, text: str | None, page: PageRequest, purpose: Purpose | None) -> Slice[PromptTemplate]:
        """Return a page of templates whose name contains a text, newest first, for one purpose or for all."""
        with self._database.session() as session:
            return PromptTemplateRepository(session).page(text, page, purpose)

    def get(self, template_id: UUID) -> PromptTemplate:
        """Return a template.

        Raises:
            PromptTemplateNotFound: there is none.
        """
        with self._database.session() as session:
            template = PromptTemplateRepository(session).get(template_id)
        if template is None:
            raise PromptTemplateNotFound
        return template

    def versions(self, template_id: UUID, page: NumberedPageRequest) -> Slice[PromptTemplateVersion]:
        """Return what a template was before its changes, newest first.

        Raises:
            PromptTemplateNotFound: there is none.
        """
        with self._database.session() as session:
            templates = PromptTemplateRepository(session)
            template = templates.get(template_id)
            if template is None:
                raise PromptTemplateNotFound
            # A cursor is the version that the next page is below.
            found = templates.versions(template_id, below=page.start or None, limit=page.limit + 1)
        kept = found[: page.limit]
        following = page.cursors.write(kept[-1].version) if len(found) > page.limit else None
        return Slice(kept, following, template.version - 1 if page.total else None)

    def create(self, body: PromptTemplateCreate, *, by: Subject) -> PromptTemplate:
        """Create a template.

        Raises:
            InvalidPromptTemplate: its content cannot be filled in.
            PromptTemplateNameTaken: another one has that name.
        """
        variables.check(body.content, body.purpose)
        with self._database.session() as session:
            templates = PromptTemplateRepository(session)
            if body.is_default:
                templates.lock(body.purpose)
                templates.clear_default(body.purpose)
            template = templates.add(body.model_dump())
            if template is None:
                raise PromptTemplateNameTaken
            TRAIL.record(session, Act.PROMPT_TEMPLATE_CREATED, by=by, target=_target(template.id))
        return template

    def change(
        self,
        template_id: UUID,
        body: PromptTemplateReplace | PromptTemplatePatch,
        condition: Precondition,
        *,
        by: Subject,
    ) -> PromptTemplate:
        """Replace all fields of a template, or change those that a patch names; what it was is kept.

        Raises:
            PromptTemplateNotFound: there is none.
            PreconditionFailed: it is not as the caller has read it.
            InvalidPromptTemplate: its content cannot be filled in.
            DefaultPromptTemplateProtected: it is the default, and no other would be.
            PromptTemplateNameTaken: another one has that name.
        """
        fields = body.model_dump(exclude_unset=isinstance(body, PromptTemplatePatch))
        with self._database.session() as session:
            templates = PromptTemplateRepository(session)
            template = _get_for_change(templates, template_id, condition)
            variables.check(fields.get("content", template.content), cast(Purpose, template.purpose))
            self._change_default(templates, template, fields)
            changes = changes_between(fields_of(template, fields), fields)
            if any(name in changes for name in _VERSIONED):
                templates.keep_version(template, by=by.id)
                fields["version"] = template.version + 1
            if not templates.update(template, fields):
                raise PromptTemplateNameTaken
            if changes:
                target = _target(template_id)
                TRAIL.record(session, Act.PROMPT_TEMPLATE_CHANGED, by=by, target=target, changes=changes)
        return template

    def delete(self, template_id: UUID, condition: Precondition, *, by: Subject) -> None:
        """Delete a template; answers that it was used for stay.

        Raises:
            PromptTemplateNotFound: there is none.
            PreconditionFailed: it is not as the caller has read it.
            DefaultPromptTemplateProtected: it is the default.
        """
        with self._database.session() as session:
            templates = PromptTemplateRepository(session)
            template = _get_for_change(templates, template_id, condition)
            if template.is_default:
                raise DefaultPromptTemplateProtected
            templates.delete(template)
            TRAIL.record(session, Act.PROMPT_TEMPLATE_DELETED, by=by, target=_target(template_id))

    def _change_default(
        self, templates: PromptTemplateRepository, template: PromptTemplate, fields: Mapping[str, Any]
    ) -> None:
        becomes = fields.get("is_default", template.is_default)
        if becomes and not template.is_default:
            templates.clear_default(template.purpose)
        elif template.is_default and not becomes:
            raise DefaultPromptTemplateProtected


def chosen(session: Session, template_id: UUID | None, purpose: Purpose) -> PromptTemplate:
    """Return the template that a request names, or the default one.

    Raises:
        PromptTemplateNotFound: there is no such template for the purpose.
    """
    templates = PromptTemplateRepository(session)
    template = templates.default(purpose) if template_id is None else templates.get(template_id)
    if template is None:
        if template_id is not None:
            raise PromptTemplateNotFound
        raise PromptTemplateNotFound.saying(PromptTemplateNotFound.NO_DEFAULT, purpose=purpose)
    if template.purpose != purpose:
        raise PromptTemplateNotFound.saying(
            PromptTemplateNotFound.OTHER_PURPOSE, name=template.name, purpose=template.purpose, wanted=purpose
        )
    return template


def _get_for_change(templates: PromptTemplateRepository, template_id: UUID, condition: Precondition) -> PromptTemplate:
    template = templates.get_for_change(template_id)
    if template is None:
        raise PromptTemplateNotFound
    condition.check(lambda: PromptTemplateOut.model_validate(template))
    return template


def _target(template_id: UUID) -> Target:
    return Target(TargetType.PROMPT_TEMPLATE, template_id)


async def prompt_template_service(database: DatabaseDep) -> PromptTemplateService:
    """Return the service."""
    return PromptTemplateService(database)


PromptTemplates = Annotated[PromptTemplateService, Depends(prompt_template_service)]
