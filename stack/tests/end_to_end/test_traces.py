"""One trace through two services down to SQL, at a real OTLP receiver; and nothing of it without a collector."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from end_to_end.test_replicas import started
from replicas import Replica
from stack_process import StackProcess

from service_kit.testing.collector import Collector
from stack.services.service import known_services, service_named

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.close()


@pytest.fixture(scope="module")
def user_url(stack: StackProcess, collector: Collector) -> Iterator[str]:
    """A replica of user that takes the keys from a replica of auth, both with a collector."""
    traced = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "50"}
    with ExitStack() as running:
        auth = running.enter_context(Replica("auth", stack, **traced))
        user = running.enter_context(Replica("user", stack, JWKS_URL=f"{auth.url}/.well-known/jwks.json", **traced))
        for replica in (auth, user):
            asyncio.run(started(replica))
        yield user.url


def test_a_request_through_two_services_is_one_trace_down_to_sql(
    user_url: str, collector: Collector, user: str
) -> None:
    headers = {"Authorization": f"Bearer {user}", "traceparent": f"00-{TRACE}-{PARENT}-01"}
    assert httpx.get(f"{user_url}/profiles/me", headers=headers, timeout=30).status_code == 404
    profile = collector.named("GET /profiles/me")
    assert (profile.service, profile.trace_id, profile.parent_id) == ("ai-micro-api-user", TRACE, PARENT)
    statement = collector.named("SELECT apidb")
    assert (statement.service, statement.parent_id) == ("ai-micro-api-user", profile.span_id)
    call, keys = sorted(collector.all_named("GET /.well-known/jwks.json", 2), key=lambda span: span.kind)
    assert (call.kind, call.service, call.parent_id) == ("CLIENT", "ai-micro-api-user", profile.span_id)
    assert (keys.kind, keys.service, keys.parent_id) == ("SERVER", "ai-micro-api-auth", call.span_id)
    assert {span.trace_id for span in (statement, call, keys)} == {TRACE}
    assert user.encode() not in b"".join(collector.bodies)


def test_a_start_leaves_the_span_of_its_migration(user_url: str, collector: Collector) -> None:
    assert httpx.get(f"{user_url}/healthz", timeout=30).status_code == 200
    services = {span.service for span in collector.all_named("alembic upgrade", 2)}
    assert services == {"ai-micro-api-auth", "ai-micro-api-user"}


@pytest.mark.parametrize("name", [service.name for service in known_services()])
def test_a_service_without_a_collector_loads_nothing_of_the_sdk(name: str, stack: StackProcess) -> None:
    # FastAPI imports OpenTelemetry's API by itself; what makes and sends spans is not loaded.
    service = service_named(name)
    variables = {
        "DATABASE_URL": stack.description["databases"][service.database]["app_url"],
        "JWKS_URL": f"{stack.description['auth']}/.well-known/jwks.json",
        "JWT_KEYS_DIR": str(stack.data / "keys"),
        "OTEL_EXPORTER_OTLP_ENDPOINT": "",
    }
    code = """if True:
        import sys
        from fastapi.testclient import TestClient
        from app.main import app
        with TestClient(app) as client:
            assert client.get("/readyz").status_code == 200
        makers = ("opentelemetry.sdk", "opentelemetry.exporter", "opentelemetry.proto", "google.protobuf", "requests")
        print(*[module for module in sys.modules if module.startswith(makers)])
    """
    found = subprocess.run(
        [service.folder / ".venv/bin/python", "-c", code],
        cwd=service.folder,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout.strip()) == (0, ""), found.stderr
