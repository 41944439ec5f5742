"""Queries of a search, each a single statement outside a transaction.

Every statement that returns chunks goes through documents that are ready in knowledge bases that the subject may read:
what was deleted or made private a moment ago is not found, whatever an earlier statement said.
"""

from collections.abc import Collection as Several
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    Row,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from app.chunks.lexemes import quoted
from app.chunks.models import Chunk, TermFrequency
from app.contents.access import readable
from app.contents.filters import DocumentFilter
from app.contents.models import Collection, Document, KnowledgeBase, Status
from service_kit.lists.filters import equals
from service_kit.tokens.verification import Subject

Base: TypeAlias = "Row[UUID, UUID, str, str]"
"""A knowledge base: its id, that of its chunks' collection, and its embedding model."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to search.

    Attributes:
        knowledge_bases: those whose vectors are of one model.
        collection_id: only in this collection of theirs, unless it is None.
        filtering: only in such documents.
    """

    knowledge_bases: Sequence[Base]
    collection_id: UUID | None
    filtering: DocumentFilter

    @property
    def knowledge_base_ids(self) -> list[UUID]:
        """Return the ids of the knowledge bases."""
        return [base.id for base in self.knowledge_bases]


class SearchRepository:
    """Finds chunks.

    Args:
        connection: in autocommit.
        subject: who searches.
    """

    def __init__(self, connection: Connection, subject: Subject) -> None:
        self._connection = connection
        self._subject = subject

    def knowledge_bases(self, knowledge_base_id: UUID | None) -> Sequence[Base]:
        """Return those that the subject may read: all of them, or one where it is named."""
        statement = select(
            KnowledgeBase.id,
            KnowledgeBase.langchain_collection_id,
            KnowledgeBase.embedding_provider,
            KnowledgeBase.embedding_model,
        ).where(readable(self._subject), equals(KnowledgeBase.id, knowledge_base_id))
        return self._connection.execute(statement).all()

    def knowledge_base_of(self, collection_id: UUID) -> UUID | None:
        """Return the knowledge base of a collection, or None when there is no such collection to be seen."""
        statement = (
            select(KnowledgeBase.id)
            .join(Collection, Collection.knowledge_base_id == KnowledgeBase.id)
            .where(Collection.id == collection_id, readable(self._subject))
        )
        return self._connection.scalar(statement)

    def by_vector(
        self, scope: Scope, query: Sequence[float], limit: int, *, having: Several[str] | None = None
    ) -> Sequence[str]:
        """Return ids of chunks by the cosine distance of their vectors, nearest first.

        Every vector is compared; the vector stays in its row for that as it is (revisions 005 and 016).

        Args:
            scope: where to search.
            query: the vector of the query.
            limit: how many at most.
            having: only chunks with at least one of these terms, unless it is None.
        """
        if having is not None and not having:
            return ()
        statement = self._candidates(scope).order_by(_distance(query)).limit(limit)
        if having is not None:
            statement = statement.where(Chunk.lexemes.op("@@")(cast(" | ".join(map(quoted, having)), TSQUERY)))
        return self._connection.scalars(statement).all()

    def by_terms(self, scope: Scope, weights: Mapping[str, float], limit: int) -> Sequence[str]:
        """Return ids of chunks by the summed weights of the terms that they have, highest first.

        Each term is looked up in the GIN index by itself; common ones were left out before. Without terms, nothing.
        """
        if not weights:
            return ()
        terms = (
            func.unnest(
                literal([quoted(term) for term in weights], ARRAY(Text)),
                literal(list(weights.values()), ARRAY(Double)),
            )
            .table_valued("term", "weight", name="wanted")
            .render_derived()
        )
        score = func.sum(terms.c.weight)
        statement = (
            self._candidates(scope)
            .join(terms, Chunk.lexemes.op("@@")(cast(terms.c.term, TSQUERY)))
            .group_by(Chunk.id)
            # The id makes equal scores come in the same order each time.
            .order_by(score.desc(), Chunk.id)
            .limit(limit)
        )
        return self._connection.scalars(statement).all()

    def term_frequencies(self, scope: Scope, terms: Sequence[str]) -> dict[str, int]:
        """Return in how many chunks of the knowledge bases each term occurs; terms of none are left out."""
        count = func.sum(TermFrequency.chunk_count)
        statement = (
            select(TermFrequency.term, count.label("chunks"))
            .where(TermFrequency.knowledge_base_id.in_(scope.knowledge_base_ids), TermFrequency.term.in_(terms))
            .group_by(TermFrequency.term)
        )
        return {row.term: row.chunks for row in self._connection.execute(statement)}

    def chunk_count(self, scope: Scope) -> int:
        """Return how many chunks the knowledge bases have."""
        statement = select(func.sum(Document.chunk_count)).where(
            Document.knowledge_base_id.in_(scope.knowledge_base_ids)
        )
        return self._connection.scalar(statement) or 0

    def passages(
        self, chunk_ids: Sequence[str], terms: Sequence[str] = (), vector: Sequence[float] | None = None
    ) -> dict[str, Row[Any]]:
        """Return chunks by their ids, those alone that may be shown: their text, and what speaks for them.

        Args:
            chunk_ids: which.
            terms: of the query; `terms` of a row are those that the chunk has.
            vector: of the query; `similarity` of a row is its cosine with the chunk's, or None without.
        """
        wanted = (
            func.unnest(literal(list(terms), ARRAY(Text)), literal([quoted(term) for term in terms], ARRAY(Text)))
            .table_valued("term", "lexeme", name="wanted")
            .render_derived()
        )
        has_term = Chunk.lexemes.op("@@")(cast(wanted.c.lexeme, TSQUERY))
        statement = (
            select(
                Chunk.id.label("chunk_id"),
                Chunk.document.label("text"),
                Chunk.cmetadata["page"].as_integer().label("page"),
                Document.id.label("document_id"),
                Document.title,
                Collection.id.label("collection_id"),
                Collection.name.label("collection_name"),
                func.array(select(wanted.c.term).where(has_term).scalar_subquery(), type_=ARRAY(Text)).label("terms"),
                (null() if vector is None else 1.0 - _distance(vector)).label("similarity"),
            )
            .join(Document, Document.id == Chunk.document_id)
            .join(Collection, Collection.id == Document.collection_id)
            .join(KnowledgeBase, KnowledgeBase.id == Document.knowledge_base_id)
            .where(Chunk.id.in_(chunk_ids), Document.status == Status.READY.value, readable(self._subject))
        )
        return {row.chunk_id: row for row in self._connection.execute(statement)}

    def _candidates(self, scope: Scope) -> Select[str]:
        return (
            select(Chunk.id)
            .join(Document, Document.id == Chunk.document_id)
            .where(
                # Not by the chunk's own collection: without statistics, PostgreSQL reads all of that for each document.
                Document.knowledge_base_id.in_(scope.knowledge_base_ids),
                Document.status == Status.READY.value,
                equals(Document.collection_id, scope.collection_id),
                *scope.filtering.conditions(),
            )
        )


def _distance(query: Sequence[float]) -> ColumnElement[float]:
    """Return the cosine distance of a chunk's vector and the query's."""
    vector = bindparam("query", list(query), type_=VECTOR())
    return Chunk.embedding.op("<=>", return_type=Double())(vector)
