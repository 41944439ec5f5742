"""What the code of a service says of itself: its application is built in its own environment, without a database."""

import json
import os
import subprocess
import tempfile
from typing import Any

from stack.errors import StackError
from stack.services.service import Service

_PROGRAM = """
import dataclasses, json
from app.main import create_app
from app.settings import Settings
app = create_app(Settings(_env_file=None))
print(json.dumps({expression}))
"""


def ask_application(service: Service, expression: str) -> Any:  # noqa: ANN401 - JSON
    """Return the value of an expression about `app`, the application of a service.

    Args:
        service: whose.
        expression: Python, such as `app.openapi()`; its value can be written as JSON.

    Raises:
        StackError: the application cannot be built.
    """
    with tempfile.TemporaryDirectory() as keys:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(service.folder),
            "DATABASE_URL": "postgresql+psycopg2://none@127.0.0.1:1/none",
            "JWKS_URL": "http://127.0.0.1:1/.well-known/jwks.json",
            "JWT_KEYS_DIR": keys,
            # What only some have, so that all of it is described.
            "RERANKER_URL": "http://127.0.0.1:1/v1",
        }
        done = subprocess.run(  # noqa: S603 - a fixed program
            [str(service.folder / ".venv/bin/python"), "-c", _PROGRAM.replace("{expression}", expression)],
            check=False,
            cwd=service.folder,
            env=environment,
            capture_output=True,
            text=True,
        )
    if done.returncode != 0:
        raise StackError(f"{service.folder_name} cannot be built: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout)
