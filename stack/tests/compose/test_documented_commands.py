"""Every command of the documentation, typed as it is printed, against the running containers."""

import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from compose.engine import SERVICES, Compose, run

each_service = pytest.mark.parametrize("container", SERVICES.values())


def revisions(container: str, folder: Path) -> list[str]:
    versions = folder / container / "app/db/migrations/versions"
    return sorted(file.name.split("_")[0] for file in versions.glob("[0-9]*.py"))


def until(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.2)


def is_ready(compose: Compose, service: str) -> bool:
    try:
        return httpx.get(f"{compose.description()[service]}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


@each_service
def test_current_history_and_heads_tell_where_the_database_is(compose: Compose, container: str) -> None:
    *older, head = revisions(container, compose.folder)
    assert compose.exec(container, "alembic", "current").stdout == f"{head} (head)\n"
    assert compose.exec(container, "alembic", "heads").stdout == f"{head} (head)\n"
    history = compose.exec(container, "alembic", "history").stdout.splitlines()
    assert len(history) == len(older) + 1
    assert history[0].startswith(f"{older[-1] if older else '<base>'} -> {head} (head)")


@each_service
def test_downgrades_revert_a_service_and_upgrade_applies_it_again(compose: Compose, container: str) -> None:
    *older, head = revisions(container, compose.folder)
    service = next(name for name, its in SERVICES.items() if its == container)
    compose.exec(container, "alembic", "downgrade", "-1")
    assert compose.exec(container, "alembic", "current").stdout.strip() == (older[-1] if older else "")
    readiness = httpx.get(f"{compose.description()[service]}/readyz", timeout=5)
    assert (readiness.status_code, readiness.json()["pending"]) == (503, [head])
    compose.exec(container, "alembic", "downgrade", "base")
    assert compose.exec(container, "alembic", "current").stdout == ""
    compose.exec(container, "alembic", "upgrade", "head")
    assert is_ready(compose, service)
    if container == "ai-micro-api-auth":  # its first account is made at the start
        compose("restart", container)
        until(lambda: is_ready(compose, service), "the auth service is back")


def test_the_sql_of_an_upgrade_can_be_read_without_running_it(compose: Compose) -> None:
    sql = compose.exec("ai-micro-api-user", "alembic", "upgrade", "head", "--sql").stdout
    assert "CREATE TABLE profiles" in sql


def test_a_database_that_is_dropped_and_created_by_hand_is_built_again_at_a_restart(compose: Compose) -> None:
    for statement in ("DROP DATABASE authdb;", "CREATE DATABASE authdb;"):
        compose.exec("postgres", "psql", "-U", "postgres", "-c", statement)
    compose("restart", "ai-micro-api-auth")
    until(lambda: is_ready(compose, "auth"), "the auth service is back")
    answer = httpx.post(
        f"{compose.description()['auth']}/auth/login", json=compose.description()["administrator"], timeout=10
    )
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("database", ["apidb", "admindb", "authdb", "template1"])
@pytest.mark.parametrize("role", ["authdb_owner", "apidb_app"])
def test_a_services_role_opens_its_own_database_and_no_other_that_holds_rows(
    compose: Compose, database: str, role: str
) -> None:
    password = f"local-only-{role.replace('_', '-')}"
    url = f"postgresql://{role}:{password}@postgres/{database}"
    done = compose.exec("postgres", "psql", url, "-c", "SELECT 1", succeeds=False)
    assert (done.returncode == 0) == role.startswith(database), done.stderr


def test_a_database_that_is_stopped_is_503_and_the_services_come_back_by_themselves(compose: Compose) -> None:
    compose("stop", "postgres")
    answer = httpx.get(f"{compose.description()['user']}/readyz", timeout=10)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    compose("start", "postgres")
    for service in SERVICES:
        until(lambda service=service: is_ready(compose, service), f"{service} is ready again")  # type: ignore[misc]  # a default binds the loop's value


@each_service
def test_the_further_verbs_work_in_the_container(compose: Compose, container: str) -> None:
    *_, head = revisions(container, compose.folder)
    assert f"required      {head} (ready)" in compose.exec(container, "alembic-rollout", "status").stdout
    assert f"{head}       upgrade    expand  applied" in compose.exec(container, "alembic-rollout", "history").stdout
    compose.exec(container, "alembic-rollout", "plan")
    compose.exec(container, "alembic-rollout", "lint", "--all")
    compose.exec(container, "alembic-rollout", "drift")


def test_a_backup_goes_to_the_services_own_volume_and_comes_back(compose: Compose) -> None:
    container, admin_url = "ai-micro-api-user", "postgresql+psycopg2://postgres:local-only-postgres@postgres/postgres"
    compose.exec(container, "alembic-rollout", "backup")
    (name,) = compose.exec(container, "ls", "/backups").stdout.split()
    compose.exec(container, "alembic", "downgrade", "base")
    assert not is_ready(compose, "user")
    restore = ["env", f"ROLLOUT_ADMIN_URL={admin_url}", "alembic-rollout", "restore", name, "--yes"]
    compose.exec(container, *restore)
    until(lambda: is_ready(compose, "user"), "the user service is back")
    for other in ("ai-micro-api-auth", "ai-micro-api-admin"):
        assert name not in compose.exec(other, "ls", "/backups").stdout


def test_docker_compose_config_shows_no_value_that_is_missing(compose: Compose) -> None:
    done = run(["docker", "compose", "config", "--quiet"], compose.folder, compose.environment(), 60)
    assert done.stderr == ""
