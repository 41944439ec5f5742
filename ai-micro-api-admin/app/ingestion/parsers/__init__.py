"""One module for each format, imported only when a file of that format is read, and only in the child process.

Each offers `parse(data, warnings)`: an iterator over the document's pages that raises `UnreadableFile` with the reason,
and adds a warning for whatever it leaves out. It runs where nothing can be opened any more, so whatever it may need is
imported with the module, codecs too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import cast

from app.ingestion.media_types import FORMATS, MediaType
from app.ingestion.pages import Page

Parser = Callable[..., Iterator[Page]]
"""`(data, warnings)`; those of pictures, PDF and Office files take what was recognised in them as a third argument."""


def parser_for(media_type: MediaType) -> Parser:
    """Return the parser of a media type."""
    module = next(known.parser for known in FORMATS if known.media_type is media_type)
    return cast("Parser", import_module(f"{__name__}.{module}").parse)
