"""What every answer says to a browser and to caches."""

import base64
import hashlib
import re

import pytest
from fastapi import Response
from fastapi.testclient import TestClient
from sample.application import create_app

from service_kit.settings.service_settings import TokenCheckingSettings
from service_kit.testing.tokens import TokenIssuer


@pytest.mark.parametrize("path", ["/notes/whoami/now", "/notes", "/healthz", "/nowhere", "/openapi.json", "/docs"])
def test_no_answer_is_stored_that_does_not_ask_for_it(client: TestClient, tokens: TokenIssuer, path: str) -> None:
    assert client.get(path, headers=tokens.authorization()).headers["cache-control"] == "no-store"


def test_refusals_and_faults_are_not_stored_either(client: TestClient) -> None:
    assert client.get("/notes/whoami/now").headers["cache-control"] == "no-store"
    assert client.get("/notes/failing/now").headers["cache-control"] == "no-store"


def test_an_endpoint_that_says_how_it_may_be_kept_is_heeded(settings: TokenCheckingSettings) -> None:
    app = create_app(settings)

    @app.get("/public")
    def public(response: Response) -> None:
        response.headers["Cache-Control"] = "public, max-age=300"

    assert TestClient(app).get("/public").headers["cache-control"] == "public, max-age=300"


@pytest.mark.parametrize("path", ["/notes", "/nowhere", "/notes/failing/now", "/metrics"])
def test_no_answer_runs_anything_or_stands_in_a_frame(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    refused = ("default-src", "object-src", "base-uri", "form-action", "frame-ancestors")
    assert policy == dict.fromkeys(refused, "'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_the_docs_page_runs_its_own_scripts_and_no_others(settings: TokenCheckingSettings) -> None:
    app = create_app(settings.model_copy(update={"token_url": "http://auth.example:8002/auth/token"}))
    page = TestClient(app).get("/docs")
    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy["script-src"] == f"'self' 'sha256-{digest}'"
    assert policy["connect-src"] == "'self' http://auth.example:8002"
    for directive in ("default-src", "object-src", "base-uri", "frame-ancestors"):
        assert policy[directive] == "'none'"


def test_scripts_of_the_docs_page_may_be_kept(client: TestClient) -> None:
    answer = client.get("/static-offline-docs/swagger-ui-bundle.js")
    assert answer.headers["cache-control"] == "public, max-age=3600"


def test_browsers_stay_with_https_where_they_use_it(settings: TokenCheckingSettings) -> None:
    app = create_app(settings)
    over_https = TestClient(app, base_url="https://testserver").get("/healthz").headers
    assert over_https["strict-transport-security"].startswith("max-age=31536000")
    assert "strict-transport-security" not in TestClient(app).get("/healthz").headers


@pytest.mark.parametrize("path", ["/notes/", "/healthz/", "//evil.example/", "/docs/"])
def test_a_path_that_almost_fits_is_404_and_leads_to_no_other_host(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Host": "evil.example"}, follow_redirects=False)
    assert answer.status_code == 404
    assert "location" not in answer.headers
    assert "evil.example" not in answer.text
