"""Files that only their owner may read, replaced in one step so that no reader ever sees half of one."""

import json
import os
from pathlib import Path
from typing import Any


def write_private(file: Path, text: str) -> None:
    """Write a file with mode 0600; a reader finds the old content or the new one."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    unfinished.touch(mode=0o600)
    unfinished.write_text(text)
    unfinished.replace(file)


def write_private_json(file: Path, content: Any) -> None:  # noqa: ANN401 - whatever json accepts
    """Write a file with mode 0600 that holds the content as JSON."""
    write_private(file, json.dumps(content, indent=2) + "\n")
