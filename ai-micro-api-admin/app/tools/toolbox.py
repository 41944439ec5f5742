"""The tools: what each takes, and what it gives. Knows nothing of the protocol."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Row

from app.contents.documents import DocumentRepository
from app.contents.knowledge_bases import KnowledgeBaseRepository
from app.contents.models import KnowledgeBase
from app.contents.problems import KnowledgeBaseNotFound
from app.documents.problems import DocumentNotFound
from app.search.schemas import Mode
from app.search.service import SearchService
from app.summaries.service import SummaryService
from service_kit.database.sessions import Database
from service_kit.http.problems import Problem
from service_kit.tokens.verification import Subject

_MOST_KNOWLEDGE_BASES = 100
_PASSAGES_A_READ = 20


class Arguments(BaseModel):
    """Base of the arguments of tools: unknown ones are refused."""

    model_config = ConfigDict(extra="forbid")


class SearchArguments(Arguments):
    """What to look for, and where."""

    query: Annotated[str, Field(min_length=1, max_length=1000, description="What to look for, in any language.")]
    knowledge_base_id: Annotated[UUID | None, Field(description="Only there; `overview` lists them.")] = None
    collection_id: Annotated[UUID | None, Field(description="Only in this collection.")] = None
    limit: Annotated[int, Field(ge=1, le=20, description="Passages at most.")] = 8


class ReadArguments(Arguments):
    """What to read."""

    document_id: Annotated[UUID, Field(description="As `search` gave it.")]
    start: Annotated[int, Field(ge=0, le=2**31 - 1, description="Number of the first passage, from 0.")] = 0


class OverviewArguments(Arguments):
    """Of what."""

    knowledge_base_id: Annotated[UUID | None, Field(description="Leave it out to list the knowledge bases.")] = None


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool.

    Attributes:
        description: when to use it, for a model.
        arguments: what it takes.
        run: does it, for a subject.
    """

    description: str
    arguments: type[Arguments]
    run: Callable[[Any, Subject], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool gave, or why it did not."""

    content: Mapping[str, Any]
    is_error: bool = False

    @property
    def text(self) -> str:
        """The same, as text."""
        return json.dumps(self.content, ensure_ascii=False)


class Toolbox:
    """Runs the tools.

    Args:
        database: where everything is.
        search: finds passages.
        summaries: says what a knowledge base is as a whole.
    """

    def __init__(self, database: Database, search: SearchService, summaries: SummaryService) -> None:
        self._database = database
        self._search = search
        self._summaries = summaries
        self.tools: Mapping[str, Tool] = {
            "search": Tool(
                "Find passages of documents, in one knowledge base or in all. Cite title and page of what you use.",
                SearchArguments,
                self._find,
            ),
            "read": Tool(
                f"Read a document, {_PASSAGES_A_READ} passages at a time; `next_start` is null at its end.",
                ReadArguments,
                self._read,
            ),
            "overview": Tool(
                "List the knowledge bases that can be read, or say what one of them holds: summary and numbers.",
                OverviewArguments,
                self._overview,
            ),
        }

    def run(self, name: str, arguments: Mapping[str, Any], by: Subject) -> Result:
        """Run a tool; what is wrong with the call is a result too, for the model that made it."""
        tool = self.tools.get(name)
        if tool is None:
            return Result(
                {"code": "TOOL_NOT_FOUND", "detail": f"The tools are {', '.join(self.tools)}."}, is_error=True
            )
        try:
            given = tool.arguments.model_validate(arguments)
            return Result(tool.run(given, by))
        except ValidationError as error:
            faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
            return Result({"code": "VALIDATION_FAILED", "detail": "; ".join(faults)}, is_error=True)
        except Problem as problem:
            return Result({"code": problem.code, "detail": str(problem.detail)}, is_error=True)

    def _find(self, given: SearchArguments, by: Subject) -> Mapping[str, Any]:
        found = self._search.passages(
            given.query.replace("\0", " "),
            knowledge_base_id=given.knowledge_base_id,
            collection_id=given.collection_id,
            mode=Mode.HYBRID,
            limit=given.limit,
            by=by,
        )
        return {"passages": [passage.item.model_dump(mode="json") for passage in found]}

    def _read(self, given: ReadArguments, by: Subject) -> Mapping[str, Any]:
        with self._database.session() as session:
            documents = DocumentRepository(session)
            document = documents.get(given.document_id, by)
            if document is None:
                raise DocumentNotFound
            chunks = documents.chunks(document, start=given.start, limit=_PASSAGES_A_READ + 1)
        passages = [
            {"number": row["index"], "page": row["page"], "text": row["text"]} for row in map(Row[Any]._asdict, chunks)
        ]
        has_more = len(passages) > _PASSAGES_A_READ
        return {
            "document_id": str(document.id),
            "title": document.title,
            "status": document.shown_status.value,
            "passages": passages[:_PASSAGES_A_READ],
            "next_start": passages[_PASSAGES_A_READ]["number"] if has_more else None,
        }

    def _overview(self, given: OverviewArguments, by: Subject) -> Mapping[str, Any]:
        with self._database.session() as session:
            knowledge_bases = KnowledgeBaseRepository(session)
            if given.knowledge_base_id is None:
                readable = knowledge_bases.readable_by(by).order_by(KnowledgeBase.created_at.desc(), KnowledgeBase.id)
                found = session.scalars(readable.limit(_MOST_KNOWLEDGE_BASES)).all()
                return {"knowledge_bases": [_described(knowledge_base) for knowledge_base in found]}
            knowledge_base = knowledge_bases.get(given.knowledge_base_id, by)
            if knowledge_base is None:
                raise KnowledgeBaseNotFound
        summary = self._summaries.get(given.knowledge_base_id, by=by)
        return {**_described(knowledge_base), **summary.model_dump(mode="json", exclude={"knowledge_base_id"})}


def _described(knowledge_base: KnowledgeBase) -> dict[str, Any]:
    return {
        "knowledge_base_id": str(knowledge_base.id),
        "name": knowledge_base.name,
        "description": knowledge_base.description,
    }
