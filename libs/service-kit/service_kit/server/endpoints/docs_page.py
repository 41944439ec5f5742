"""The page at `/docs`: Swagger UI from this machine, with a policy that lets nothing else run in it."""

import base64
import hashlib
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import fastapi_offline
from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from service_kit.server.middleware.safe_headers import content_security_policy

_ASSETS_URL = "/static-offline-docs"
_ASSETS = Path(str(fastapi_offline.__file__)).parent / "static"
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class _Assets(StaticFiles):
    """Scripts and styles of a package: the same for all, until another version is installed."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response


def install(app: FastAPI, *, token_url: str) -> None:
    """Add the page and what it loads.

    Args:
        app: the application; its own page has to be off (`docs_url=None`).
        token_url: where the Authorize button gets a token, perhaps from another origin.
    """
    app.mount(_ASSETS_URL, _Assets(directory=_ASSETS), name="docs-assets")
    token_origin = urlsplit(token_url)

    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        page = get_swagger_ui_html(
            openapi_url=f"{root}{app.openapi_url}",
            title=app.title,
            swagger_js_url=f"{root}{_ASSETS_URL}/swagger-ui-bundle.js",
            swagger_css_url=f"{root}{_ASSETS_URL}/swagger-ui.css",
            swagger_favicon_url=f"{root}{_ASSETS_URL}/favicon.png",
        )
        page.headers["Content-Security-Policy"] = _policy(
            bytes(page.body).decode(), f"{token_origin.scheme}://{token_origin.netloc}"
        )
        return page


def _policy(page: str, token_origin: str) -> str:
    scripts = " ".join(f"'sha256-{_digest(script)}'" for script in _INLINE_SCRIPT.findall(page))
    return content_security_policy(
        {
            "script-src": f"'self' {scripts}",
            "style-src": "'self' 'unsafe-inline'",  # Swagger UI writes style attributes
            "img-src": "'self' data:",
            "connect-src": f"'self' {token_origin}",
        }
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
