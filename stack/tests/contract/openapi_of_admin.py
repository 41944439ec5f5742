"""The admin service's OpenAPI document, as JSON: run in that service's folder and environment."""

import json
import sys

from app.main import create_app  # type: ignore[import-not-found]  # not in stack's
from app.settings import Settings  # type: ignore[import-not-found]  # not in stack's

settings = Settings(
    _env_file=None,
    database_url="postgresql+psycopg2://nobody@127.0.0.1:1/none",
    jwks_url="http://127.0.0.1:1/.well-known/jwks.json",
)
json.dump(create_app(settings).openapi(), sys.stdout)
