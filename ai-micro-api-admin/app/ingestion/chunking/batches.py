"""Finds the features of a large document's chunks in several processes, while those before are being stored."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import islice

from app.ingestion.chunking.chunks import BATCH, Chunk, Features

_MOST_PROCESSES = 4
"""Processes for one document, however many processors there are: each may take half a gigabyte of memory."""

Find = Callable[[Sequence[str]], list[Features]]


def with_features(chunks: Iterable[Chunk], find: Find) -> Iterator[list[Chunk]]:
    """Yield all chunks in batches, with those features that they do not have yet.

    Args:
        chunks: The chunks; those that are read first have features, as a rule, the others have none.
        find: Finds those of some texts; called for as many batches at once as there are processors, 4 at most.
    """
    iterator = iter(chunks)
    processors = min(_usable_processors(), _MOST_PROCESSES)
    waiting: deque[tuple[list[Chunk], Future[list[Features]] | None]] = deque()
    with ThreadPoolExecutor(processors, thread_name_prefix="features") as threads:
        while (batch := list(islice(iterator, BATCH))) or waiting:
            if batch:
                texts = [chunk.text for chunk in batch if chunk.features is None]
                waiting.append((batch, threads.submit(find, texts) if texts else None))
            if len(waiting) > processors or not batch:
                done, future = waiting.popleft()
                yield done if future is None else _joined(done, future.result())


def _usable_processors() -> int:
    # The host may have more than a container gets.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _joined(batch: Sequence[Chunk], found: Sequence[Features]) -> list[Chunk]:
    new = iter(found)
    return [chunk if chunk.features is not None else replace(chunk, features=next(new)) for chunk in batch]
