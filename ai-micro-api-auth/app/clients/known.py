"""The services that get tokens here, and what for. This service signs its own."""

from collections.abc import Mapping
from typing import Final

CLIENT_SCOPES: Final[Mapping[str, frozenset[str]]] = {"ai-micro-api-user": frozenset({"audit:write"})}
