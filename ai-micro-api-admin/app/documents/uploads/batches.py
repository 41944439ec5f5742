"""Takes many files of one request, each in a transaction of its own: one that is refused does not lose the others."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Annotated, BinaryIO

from fastapi import Depends, Request

from app.documents.problems import TooManyFiles
from app.documents.schemas import BatchItem, Outcome
from app.documents.uploads.archives import SIGNATURE, Budget, Entry, entries
from app.documents.uploads.service import Target, Uploads, UploadService
from app.ingestion.media_types import readable_name
from service_kit.http.problems import Problem, document
from service_kit.tokens.verification import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLimits:
    """What one request may bring.

    Attributes:
        files: files, those inside zips counted.
        unpacked_bytes: what its zips unpack to.
        file_bytes: the largest file.
    """

    files: int
    unpacked_bytes: int
    file_bytes: int


class BatchService:
    """Takes batches.

    Args:
        uploads: takes each file.
        limits: of one request.
    """

    def __init__(self, uploads: UploadService, limits: BatchLimits) -> None:
        self._uploads = uploads
        self._limits = limits

    def take(self, sent: Sequence[tuple[str, BinaryIO]], target: Target, *, by: Subject) -> Iterator[BatchItem]:
        """Return what becomes of each file, in their order, each taken when it is asked for.

        Args:
            sent: names as the client sent them, and files; those of a zip are taken one by one.
            target: where they belong.
            by: who uploads.

        Raises:
            KnowledgeBaseNotFound: there is no such knowledge base.
            CollectionNotFound: there is no such collection.
            CollectionOfAnotherKnowledgeBase: there is, elsewhere.
            TooManyFiles: there are too many, zips counted as one.
        """
        if len(sent) > self._limits.files:
            raise TooManyFiles
        self._uploads.check(target, by=by)
        return self._items(sent, target, by)

    def _items(self, sent: Sequence[tuple[str, BinaryIO]], target: Target, by: Subject) -> Iterator[BatchItem]:
        budget = Budget(files=self._limits.files - len(sent), unpacked_bytes=self._limits.unpacked_bytes)
        for claimed_name, file in sent:
            if not _is_zip(claimed_name, file):
                yield self._item(readable_name(claimed_name), Entry(claimed_name, partial(_open, file)), target, by)
                continue
            name = readable_name(claimed_name)
            budget.files += 1
            try:
                for entry in entries(file, budget, max_file_bytes=self._limits.file_bytes):
                    yield self._item(f"{name}/{entry.name}", entry, target, by)
            except Problem as problem:
                yield _refused(name, problem)

    def _item(self, name: str, entry: Entry, target: Target, by: Subject) -> BatchItem:
        try:
            with closing(entry.open()) as file:
                taken = self._uploads.upload(file, entry.name, target, by=by)
        except Problem as problem:
            return _refused(name, problem)
        outcome = Outcome.ACCEPTED if taken.duplicate is None else Outcome.DUPLICATE
        return BatchItem(name=_shown(name), outcome=outcome, document=taken.shown(), problem=None)


def _open(file: BinaryIO) -> BinaryIO:
    return file


def _is_zip(claimed_name: str, file: BinaryIO) -> bool:
    if PurePosixPath(claimed_name).suffix.lower() != ".zip":
        return False
    file.seek(0)
    return file.read(len(SIGNATURE)) == SIGNATURE


def _refused(name: str, problem: Problem) -> BatchItem:
    shown = document(problem.status, problem.code, str(problem.detail), problem.extensions)
    return BatchItem(name=_shown(name), outcome=Outcome.REFUSED, document=None, problem=shown)


def _shown(name: str) -> str:
    """Return a name without what cannot be shown."""
    return "".join(character if character.isprintable() else " " for character in name)


async def batch_service(request: Request, uploads: Uploads) -> BatchService:
    """Return the service."""
    settings = request.app.state.settings
    limits = BatchLimits(
        files=settings.max_batch_files,
        unpacked_bytes=settings.max_batch_unpacked_bytes,
        file_bytes=settings.max_upload_bytes,
    )
    return BatchService(uploads, limits)


Batches = Annotated[BatchService, Depends(batch_service)]
