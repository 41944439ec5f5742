"""Processes one document: read its file in a child process, embed its chunks, store them.

Reading and embedding happen outside any transaction; what they give lies in temporary files. The chunks, the
statistics of their terms and the document's new status are then written in one transaction.
"""

import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO
from uuid import uuid4

from app.chunks.copy_format import COPY, ChunkRows
from app.chunks.corrections import CorrectionRepository
from app.chunks.models import REPEATED
from app.chunks.repository import ChunkRepository
from app.contents.access import lock_for_change
from app.contents.models import INDEX_AGAIN
from app.embeddings.hash_provider import HashEmbeddingProvider
from app.embeddings.problems import EmbeddingsFailed
from app.embeddings.provider import EmbeddingProvider
from app.embeddings.providers import EmbeddingProviders
from app.files import parts
from app.files.reading import Files
from app.ingestion.chunking.batches import with_features
from app.ingestion.chunking.chunks import Chunk, FeatureSettings, SplitSettings
from app.ingestion.confinement.limits import ParseLimits
from app.ingestion.failures import ParseCancelled, ParseFailed
from app.ingestion.forking.client import ForkServer
from app.ingestion.isolation import find_features, parse_file
from app.ingestion.parse_warnings import ParseWarning
from app.ingestion.reasons import Reason
from app.processing.corrections import Corrections
from app.processing.failures import LeaseLost, Unprocessable
from app.processing.leasing.lease import Held, Lease
from app.processing.leasing.leases import Leases
from app.processing.progress import Progress
from app.text.terms import INDEX_VERSION
from service_kit.database.sessions import Database

_FEATURE_BYTES = 512 * 1024**2
"""Memory of a process that finds features: as many run at once as there are processors, on 256 chunks each."""

_AT_ONCE = 64
_BYTES_A_NUMBER = 4
"""Chunks after which a stop is noticed and progress is said: a model server may take ten seconds for them."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What came of a document.

    Args:
        chunk_count: how many chunks there are.
        warnings: what its readers should know.
    """

    chunk_count: int
    warnings: Sequence[ParseWarning]


class Processor:
    """Turns a document's file into chunks.

    Args:
        database: where the documents are.
        files: reads what was uploaded.
        leases: proves that a document is still ours.
        providers: make the vectors.
        fork_server: starts the processes that read files.
        limits: what reading a file may cost.
        splitting: how texts are cut.
    """

    def __init__(
        self,
        database: Database,
        files: Files,
        leases: Leases,
        providers: EmbeddingProviders,
        *,
        fork_server: ForkServer,
        limits: ParseLimits,
        splitting: SplitSettings,
    ) -> None:
        self._database = database
        self._files = files
        self._fork_server = fork_server
        self._leases = leases
        self._providers = providers
        self._limits = limits
        self._feature_limits = replace(limits, memory_bytes=min(limits.memory_bytes, _FEATURE_BYTES))
        self._splitting = splitting

    def prepare(self, lease: Lease, rows: BinaryIO, *, abandon: threading.Event) -> Prepared:
        """Read and embed a document.

        Args:
            lease: the document.
            rows: a temporary file that gets its chunks, ready for `store`.
            abandon: set by another thread to give up.

        Returns:
            How many chunks there are, and the warnings.

        Raises:
            Unprocessable: the file cannot be read, or nothing here makes the vectors of its knowledge base.
            ParseCancelled: `abandon` was set.
            FileVanished: the document was deleted.
            EmbeddingsUnavailable: the embedding server gives no answer.
            FileStoreUnavailable: the store that has the file gives none.
        """
        provider = self._providers.find(lease.provider, lease.model)
        if provider is None:
            raise Unprocessable.because(Reason.EMBEDDING_MODEL_UNAVAILABLE, model=lease.model)
        with parts.copy(self._parts_of(lease)) as file:
            try:
                features = FeatureSettings(
                    title=lease.title, file_name=lease.file_name, vectors=isinstance(provider, HashEmbeddingProvider)
                )
                with parse_file(
                    file,
                    lease.media_type,
                    fork_server=self._fork_server,
                    limits=self._limits.for_file(lease.size_bytes),
                    splitting=self._splitting,
                    features=features,
                    stop=abandon,
                ) as parsed:
                    corrections = self._corrections_of(lease)
                    find = partial(
                        find_features,
                        settings=features,
                        fork_server=self._fork_server,
                        limits=self._feature_limits,
                        stop=abandon,
                    )
                    chunks = with_features(corrections.made_in(parsed), find)
                    writer = _Writer(lease, rows, corrections, Progress(self._leases, lease))
                    for part in _parts(chunks):
                        if abandon.is_set():
                            raise ParseCancelled("stopped while a document was being embedded")
                        writer.write(part, _vectors(provider, part), of=parsed.chunk_count)
                    writer.finish()
                    return Prepared(parsed.chunk_count, [*parsed.warnings, *corrections.warnings()])
            except ParseFailed as failure:
                raise Unprocessable(failure.code, failure.reason, detail=failure.detail) from failure
            except EmbeddingsFailed as failure:
                raise Unprocessable(failure.code, failure.detail) from failure

    def store(
        self, lease: Lease, rows: BinaryIO, prepared: Prepared, *, before_hold: Callable[[], None] = lambda: None
    ) -> None:
        """Write the chunks of a document and make it ready, or do nothing.

        Args:
            lease: must still be held.
            rows: the chunks.
            prepared: how many, and the warnings.
            before_hold: called when the wait for other changes of the knowledge base is over and the document's row is
                about to be locked: the thread that renews the lease stops then, because it would wait for that lock.

        Raises:
            LeaseLost: the document was deleted, or belongs to another worker by now.
            Unprocessable: it is to be replaced by what is another document by now.
        """
        with self._database.session() as session:
            if not lock_for_change(session, lease.knowledge_base_id):
                raise LeaseLost
            before_hold()
            held = self._leases.hold(session, lease)
            chunks = ChunkRepository(session)
            if held.has_chunks:
                chunks.remove(lease.knowledge_base_id, [lease.document_id])
            session.connection().connection.cursor().copy_expert(COPY, rows)
            if held.collection_id != lease.collection_id:
                chunks.move([lease.document_id], to=held.collection_id)
            chunks.count_terms(lease.knowledge_base_id, lease.document_id)
            self._leases.complete(
                session,
                lease,
                held,
                chunk_count=prepared.chunk_count,
                warnings=prepared.warnings,
                index_version=INDEX_VERSION if _is_as_indexed(held, lease) else INDEX_AGAIN,
            )

    def close(self) -> None:
        """End the processes that read files."""
        self._fork_server.close()

    def _parts_of(self, lease: Lease) -> Iterator[bytes]:
        if lease.renewal_id is not None and lease.is_replacement:
            return self._files.read_renewal(lease.renewal_id, size_bytes=lease.size_bytes)
        return self._files.read(lease.document_id, size_bytes=lease.size_bytes, content_hash=lease.content_hash)

    def _corrections_of(self, lease: Lease) -> Corrections:
        # Nothing is corrected while a renewal is under way, and nothing before the first processing.
        if lease.renewal_id is None:
            return Corrections()
        with self._database.session() as session:
            return Corrections(CorrectionRepository(session).of_document(lease.document_id))


def _is_as_indexed(held: Held, lease: Lease) -> bool:
    """Return True if the terms of its title and file name are still those of the document."""
    has_its_name = lease.is_replacement or held.file_name == lease.file_name
    return held.title == lease.title and has_its_name


class _Writer:
    """Writes the chunks of one document as rows, and says how far it is.

    Args:
        lease: the document.
        rows: the file that gets them.
        corrections: those of its chunks.
        progress: how far it is.
    """

    def __init__(self, lease: Lease, rows: BinaryIO, corrections: Corrections, progress: Progress) -> None:
        self._rows = ChunkRows(
            rows, langchain_collection_id=lease.langchain_collection_id, document_id=lease.document_id
        )
        self._metadata = {"document_id": str(lease.document_id), "collection_id": str(lease.collection_id)}
        self._corrections = corrections
        self._progress = progress
        self._done = 0

    def write(self, batch: Sequence[Chunk], vectors: Sequence[bytes], *, of: int) -> None:
        """Write some chunks of so many."""
        for chunk, vector in zip(batch, vectors, strict=True):
            assert chunk.features is not None  # noqa: S101 - `with_features` has found them
            self._rows.write(
                uuid4(),
                index=chunk.index,
                text=chunk.text,
                embedding=vector,
                metadata={
                    **self._metadata,
                    "page": chunk.page,
                    REPEATED: chunk.repeated,
                    **self._corrections.metadata_of(chunk),
                },
                terms=chunk.features.terms,
                term_count=chunk.features.term_count,
            )
        self._done += len(batch)
        self._progress.embedded(self._done, of=of)

    def finish(self) -> None:
        """Write the end."""
        self._rows.finish()


def _parts(batches: Iterable[Sequence[Chunk]]) -> Iterator[Sequence[Chunk]]:
    for batch in batches:
        for start in range(0, len(batch), _AT_ONCE):
            yield batch[start : start + _AT_ONCE]


def _vectors(provider: EmbeddingProvider, batch: Sequence[Chunk]) -> list[bytes]:
    if isinstance(provider, HashEmbeddingProvider):
        found = [chunk.features.vector for chunk in batch if chunk.features and chunk.features.vector is not None]
        # A child may have been taken over by its file: one vector of another length would break every search.
        if any(len(vector) != _BYTES_A_NUMBER * provider.dimensions for vector in found):
            raise Reason.INVALID_OUTPUT.failed(detail="a vector has another length")
        if len(found) == len(batch):
            return found
    vectors = provider.embed_passages([chunk.text for chunk in batch])
    return [struct.pack(f">{len(vector)}f", *vector) for vector in vectors]
