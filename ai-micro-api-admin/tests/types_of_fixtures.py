"""What the fixtures of `conftest.py` are, for annotations."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from httpx2 import Response

Json = dict[str, Any]
Headers = dict[str, str]
Create = Callable[..., Json]
Upload = Callable[..., Response]
Ask = Callable[..., Response]
Process = Callable[[], None]
WithModel = Callable[..., FastAPI]
