"""Prints what a seal is worth on this system, as JSON: `python -m app.ingestion.confinement PARENT_PID`."""

import json
import sys
from dataclasses import asdict

from app.ingestion.confinement.seal import seal

print(json.dumps(asdict(seal(parent=int(sys.argv[1])))))  # noqa: T201 - its output
