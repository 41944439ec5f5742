"""Says at start how far this system lets parsers be confined, as tried by a process that seals itself."""

from __future__ import annotations

import json
import os
import subprocess

import structlog

from app.ingestion import child
from app.ingestion.confinement.seal import Seal

_SECONDS = 30.0

logger = structlog.get_logger(__name__)


def report_seal() -> None:
    """Write one log line: which kernel features confine the parser of uploads, and what is open without the others."""
    try:
        found = _try()
    except (OSError, subprocess.SubprocessError, ValueError, TypeError) as error:
        logger.warning("upload_parser_confinement_unknown", error=str(error))
        return
    facts = {"seccomp": found.seccomp, "landlock": found.landlock or False, "resource_limits": True}
    still_open = missing(found)
    if still_open:
        logger.warning("upload_parser_confined_in_part", **facts, missing="; ".join(still_open))
    else:
        logger.info("upload_parser_confined", **facts)


def missing(found: Seal) -> list[str]:
    """Return what a parser that a hostile file has taken over could still do, in words for an operator."""
    gaps = []
    if not found.unprivileged:
        gaps.append("it stays root, because this container may not change users")
    if not found.seccomp and not found.landlock:
        gaps.append("without seccomp and Landlock it can signal processes of its user and turn into another program")
    elif not found.seccomp:
        gaps.append("without seccomp it can ask the system about files and processes")
    return gaps


def _try() -> Seal:
    ended = subprocess.run(  # noqa: S603 - a command of our own
        child.command("app.ingestion.confinement", str(os.getpid())),
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        cwd=child.SERVICE_FOLDER,
        env=child.environment(),
        timeout=_SECONDS,
    )
    return Seal(**json.loads(ended.stdout))
