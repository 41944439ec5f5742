"""Releases by tags: the commands of docs/operations.md, typed as they are printed; and a second checkout."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from compose.engine import CONTAINERS, PROJECT, Compose, copy_of_checkout, run
from compose.test_documented_commands import revisions
from stack_process import free_ports

from stack.paths import ROOT

CONTAINER = "ai-micro-api-user"
OLD, NEW = "1.0.0", "1.1.0"
TYPED_SECONDS = 300
SEED = '''"""Seed a profile."""

from alembic import op

revision = "{number}"
down_revision = "{before}"


def upgrade() -> None:
    """Insert seed data."""
    op.execute("""
        INSERT INTO profiles (user_id, display_name)
        VALUES ('00000000-0000-0000-0000-00000000000a', 'value1')
        ON CONFLICT (user_id) DO NOTHING;
    """)


def downgrade() -> None:
    """Remove seed data."""
    op.execute("DELETE FROM profiles WHERE display_name = 'value1';")
'''


def printed(heading: str) -> list[str]:
    """Return the shell blocks of a section of the guide."""
    section = (ROOT / "docs/operations.md").read_text().split(f"\n### {heading}\n", 1)[1].split("\n### ", 1)[0]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)


def type_in(project: Compose, block: str) -> str:
    """Run a block as a shell would, and return what it printed."""
    return run(["bash", "-euo", "pipefail", "-c", block], project.folder, project.environment(), TYPED_SECONDS).stdout


def version_of(project: Compose) -> str:
    """Return the tag of the image that the service runs from."""
    return str(project.inspect(CONTAINER)["Config"]["Image"]).partition(":")[2]


@pytest.fixture
def release(compose: Compose, tmp_path: Path) -> Iterator[Compose]:
    """A checkout with one revision more; the one before it has been built as 1.0.0."""
    run(["docker", "compose", "build", CONTAINER], compose.folder, compose.environment() | {"IMAGE_TAG": OLD}, 300)
    changed = Compose(copy_of_checkout(tmp_path), compose.ports)
    *_, head = revisions(CONTAINER, compose.folder)
    number = f"{int(head) + 1:03d}"
    file = f"app/db/migrations/versions/{number}_seed_a_profile.py"
    (changed.folder / CONTAINER / file).write_text(SEED.format(number=number, before=head))
    yield changed
    downgrade = ["docker", "compose", "run", "--rm", "--no-deps", "-T", CONTAINER, "alembic", "downgrade", head]
    run(downgrade, compose.folder, compose.environment() | {"IMAGE_TAG": NEW}, 120)
    compose("up", "--no-build", "--wait", CONTAINER, seconds=300)


def test_the_previous_release_runs_beside_the_new_one_and_after_it(release: Compose) -> None:
    start, beside, back = printed("Images and tags")
    since = str(int(time.time()))
    type_in(release, start)
    assert version_of(release) == NEW
    *_, head, added = revisions(CONTAINER, release.folder)
    log = release("logs", "--since", since, CONTAINER).stdout
    assert re.findall(r'"message": "Applied (\w+)', log) == [added]
    history = release.exec(CONTAINER, "alembic-rollout", "history", "--json").stdout
    assert json.loads(history)[0]["app_version"] == NEW

    port = free_ports()["USER_PORT"]
    answer = type_in(release, beside.replace("8011", port))
    assert '"status":"ready"' in answer
    assert version_of(release) == NEW

    type_in(release, back)
    assert version_of(release) == OLD
    assert release.exec(CONTAINER, "alembic", "heads").stdout == f"{head} (head)\n"
    assert release.exec(CONTAINER, "alembic", "current").stdout == f"{added} (unknown to this code)\n"


def test_a_second_checkout_takes_nothing_from_the_first(compose: Compose, tmp_path: Path) -> None:
    before = {container: compose.inspect(container)["Id"] for container in CONTAINERS}
    second = replace(compose, folder=copy_of_checkout(tmp_path), ports=free_ports())
    environment = second.environment() | {"COMPOSE_PROJECT_NAME": f"{PROJECT}-second"}
    up = ["bash", "-c", "! docker compose up --no-build --wait 2>&1"]
    said = run(up, second.folder, environment, 120).stdout
    # Those that depend on no other are made first, in any order.
    assert re.search(r'The container name "/(postgres|ai-micro-console)" is already in use', said), said
    run(["docker", "compose", "down", "--volumes"], second.folder, environment, 120)
    assert {container: compose.inspect(container)["Id"] for container in CONTAINERS} == before
    assert compose.exec(CONTAINER, "alembic", "current").stdout.endswith("(head)\n")


def test_the_project_is_named_after_the_folder(compose: Compose, tmp_path: Path) -> None:
    folder = tmp_path / "my-checkout"
    folder.mkdir()
    copy_of_checkout(folder)
    environment = {name: value for name, value in compose.environment().items() if name != "COMPOSE_PROJECT_NAME"}
    shown = json.loads(run(["docker", "compose", "config", "--format", "json"], folder, environment, 60).stdout)
    assert shown["name"] == "my-checkout"
    assert shown["volumes"]["postgres-data"]["name"] == "my-checkout_postgres-data"


def test_with_the_file_for_replicas_only_the_proxy_has_ports_and_no_name_is_fixed(compose: Compose) -> None:
    files = ["--file", "docker-compose.yml", "--file", "docker-compose.scale.yml"]
    shown = json.loads(compose(*files, "config", "--format", "json").stdout)["services"]
    names = [service for service, its in shown.items() if "container_name" in its]
    assert sorted(names) == ["console", "postgres"]
    ports = {service for service, its in shown.items() if its.get("ports")}
    assert ports == {"console", "postgres", "proxy"}
    addresses = [value for its in shown.values() for value in its.get("environment", {}).values()]
    assert not any("http://ai-micro-api" in str(value) for value in addresses), "past the proxy"


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_container_has_limits(compose: Compose, container: str) -> None:
    host = compose.inspect(container)["HostConfig"]
    assert host["LogConfig"] == {"Type": "json-file", "Config": {"max-size": "20m", "max-file": "5"}}
    assert host["Memory"] in {2**29, 2**30, 4 * 2**30}
    assert host["PidsLimit"] == 1000
    assert host["NanoCpus"] == 10**9


def test_a_new_volume_has_checksums_and_an_order_of_text_of_its_own(compose: Compose) -> None:
    query = "SELECT current_setting('data_checksums'), datlocprovider, datlocale FROM pg_database WHERE oid = 1"
    shown = compose.exec("postgres", "psql", "-U", "postgres", "-Atc", query).stdout
    assert shown == "on|b|C.UTF-8\n"


@pytest.mark.parametrize("service", ["auth", "user", "admin"])
def test_alembic_in_the_folder_of_a_service_finds_the_containers_database(compose: Compose, service: str) -> None:
    # `poetry run` is this environment; the folder is that of the checkout whose .env the containers have.
    folder = compose.folder / f"ai-micro-api-{service}"
    environment = {"PATH": compose.environment()["PATH"], "POSTGRES_PORT": compose.ports["POSTGRES_PORT"]}
    alembic = str(ROOT / folder.name / ".venv/bin/alembic")
    assert run([alembic, "current"], folder, environment, 60).stdout.endswith("(head)\n")
