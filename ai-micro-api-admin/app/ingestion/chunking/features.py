"""By what a chunk is found: its index terms, and its vector where no model server makes it.

Found in the process that reads the file, or, of what follows the first chunks of a large one, in further processes of
that kind: `python -m app.ingestion.chunking.features --title TITLE < TEXTS`, with a JSON list of texts.
"""

from __future__ import annotations

import argparse
import json
import os
import struct
import sys
from base64 import b64encode
from collections.abc import Callable
from functools import partial

from app.chunks.lexemes import chunk_terms
from app.embeddings.hash_provider import HashEmbeddingProvider
from app.ingestion.child_options import add_feature_settings, add_limits, feature_settings_of, limits_of
from app.ingestion.chunking.chunks import FeatureSettings
from app.ingestion.confinement.limits import limit_cost
from app.ingestion.confinement.seal import seal

_PROVIDER = HashEmbeddingProvider()
_EXAMPLE = "例となる文書は、カタカナも含む。The text of an example with 1,000 words."


def written_features(text: str, settings: FeatureSettings) -> dict[str, object]:
    """Return the features of a text as a parser writes them: terms hold no white space."""
    terms = chunk_terms(text, title=settings.title, file_name=settings.file_name)
    found: dict[str, object] = {"terms": " ".join(terms)}
    if settings.vectors:
        (vector,) = _PROVIDER.embed_passages([text])
        found["vector"] = b64encode(struct.pack(f">{len(vector)}f", *vector)).decode()
    return found


def warm_up() -> None:
    """Find the features of a text of our own, so that not every child compiles the same patterns again."""
    written_features(_EXAMPLE, FeatureSettings(vectors=True))


def prepare(arguments: list[str]) -> Callable[[int], int]:
    """Return what reads texts from standard input and writes the features of each on a line, given its parent."""
    parser = argparse.ArgumentParser(
        prog="python -m app.ingestion.chunking.features", description="Write features of texts."
    )
    add_limits(parser)
    add_feature_settings(parser)
    return partial(_find, parser.parse_args(arguments))


def _find(options: argparse.Namespace, parent: int) -> int:
    limit_cost(limits_of(options))
    seal(parent=parent)
    settings = feature_settings_of(options) or FeatureSettings()
    with os.fdopen(sys.stdout.fileno(), "wb", closefd=False) as output:
        for text in json.load(sys.stdin.buffer):
            output.write(json.dumps(written_features(text, settings), ensure_ascii=False).encode() + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(prepare(sys.argv[1:])(os.getppid()))
