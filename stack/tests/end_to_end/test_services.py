"""What holds of each service in a running stack."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, text

from stack.services.service import known_services

Client = Callable[..., httpx.Client]
SERVICES = {service.name: service.database for service in known_services()}

each_service = pytest.mark.parametrize("service", SERVICES)


@each_service
def test_it_is_ready_at_the_revision_that_its_database_has(
    client: Client, description: dict[str, Any], service: str
) -> None:
    answer = client(service).get("/readyz")
    assert answer.status_code == 200
    with create_engine(description["databases"][SERVICES[service]]["app_url"]).connect() as connection:
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    assert revision is not None
    assert revision in answer.text


@each_service
def test_its_docs_page_signs_in_at_the_auth_service_from_its_own_origin(
    client: Client, description: dict[str, Any], service: str
) -> None:
    assert client(service).get("/docs").status_code == 200
    document = client(service).get("/openapi.json").json()
    flows = [scheme["flows"] for scheme in document["components"]["securitySchemes"].values() if "flows" in scheme]
    addresses = [flow["tokenUrl"] for flow in (kind for flow in flows for kind in flow.values())]
    token_url = f"{description['auth']}/auth/token"
    assert token_url in addresses
    preflight = client("auth").options(
        "/auth/token", headers={"Origin": description[service], "Access-Control-Request-Method": "POST"}
    )
    assert preflight.headers["access-control-allow-origin"] == description[service]


@each_service
def test_it_reports_metrics(client: Client, service: str) -> None:
    answer = client(service).get("/metrics")
    assert answer.status_code == 200
    assert "# TYPE" in answer.text


@each_service
def test_its_application_role_reads_rows_but_defines_no_tables(description: dict[str, Any], service: str) -> None:
    with create_engine(description["databases"][SERVICES[service]]["app_url"]).connect() as connection:
        tables = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        assert "alembic_version" in tables
        for table in tables:
            connection.execute(text(f'SELECT count(*) FROM "{table}"'))  # noqa: S608 - names from the catalogue
        with pytest.raises(Exception, match="permission denied"):
            connection.execute(text("CREATE TABLE other (id int)"))


@each_service
def test_its_application_role_may_read_who_migrated_and_not_write_it(description: dict[str, Any], service: str) -> None:
    with create_engine(description["databases"][SERVICES[service]]["app_url"]).connect() as connection:
        outcomes = connection.execute(text("SELECT DISTINCT outcome FROM alembic_rollout_history")).scalars().all()
        assert outcomes == ["applied"]
        with pytest.raises(Exception, match="permission denied"):
            connection.execute(text("DELETE FROM alembic_rollout_history"))


@each_service
def test_its_owner_sees_which_release_lives_while_it_is_unused(
    client: Client, description: dict[str, Any], service: str
) -> None:
    required = client(service).get("/readyz").json()["required"]
    with create_engine(description["databases"][SERVICES[service]]["owner_url"]).connect() as connection:
        query = text("SELECT usename FROM pg_stat_activity WHERE datname = 'postgres' AND application_name = :name")
        users = connection.execute(query, {"name": f"ai-micro-api-{service}@{required}"}).scalars().all()
    assert users == [f"{SERVICES[service]}_app"]


@each_service
def test_its_metrics_tell_what_the_history_knows(client: Client, service: str) -> None:
    state = client(service).get("/readyz").json()
    lines = client(service).get("/metrics").text.splitlines()
    (info,) = [line for line in lines if line.startswith("alembic_rollout_info{")]
    assert f'service="ai-micro-api-{service}"' in info
    assert f'current="{state["current"]}"' in info
    assert f'required="{state["required"]}"' in info
    assert {
        "alembic_rollout_up 1.0",
        "alembic_rollout_pending_revisions 0.0",
        "alembic_rollout_failures_total 0.0",
    } <= {*lines}


def test_a_token_of_the_auth_service_opens_the_others(client: Client, user: str) -> None:
    created = client("user", user).post("/profiles", json={"display_name": "花子"})
    assert created.status_code == 201, created.text
    assert client("user", user).get("/profiles/me").json() == created.json()


def test_without_a_token_nothing_opens(client: Client) -> None:
    answer = client("user").get("/profiles/me")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


def test_another_users_profile_is_not_found_but_an_administrator_finds_it(
    client: Client, user: str, administrator: str
) -> None:
    profile = client("user", administrator).post("/profiles", json={})
    if profile.status_code == 409:  # an earlier test made it
        profile = client("user", administrator).get("/profiles/me")
    owner = profile.json()["user_id"]
    assert client("user", user).get(f"/profiles/{owner}").status_code == 404
    assert client("user", administrator).get(f"/profiles/{owner}").status_code == 200


def test_a_request_id_comes_back(client: Client) -> None:
    answer = client("user").get("/healthz", headers={"X-Request-ID": "end-to-end-1"})
    assert answer.headers["x-request-id"] == "end-to-end-1"
