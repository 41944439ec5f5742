"""`make service NAME=...`: names that it refuses, the template filled in, and the lines that it adds."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from socket import socket

import pytest
import yaml
from repository.test_proxy_configuration import check

from stack import chart_values
from stack.commands import service as command
from stack.commands.service import make_service
from stack.errors import StackError
from stack.new_service.additions import changed_files
from stack.new_service.folder import ALIKE, render
from stack.new_service.plan import NewService, plan
from stack.paths import COMPOSE_FILE, ROOT
from stack.services.service import known_services
from stack.terminal import Terminal

SHOP = NewService("shop", 8099)
SCHEME = "http${SERVICES_CERTIFICATE:+s}"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("service")
    render(SHOP, place)
    return place


@pytest.fixture(scope="module")
def changes(rendered: Path) -> dict[Path, str]:
    return changed_files(SHOP, rendered / "additions")


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.mark.parametrize("name", ["Bil ling", "", "a", "Billing", "9lives", "a-b", "../up", "a" * 21, "billing\n"])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(StackError, match="lower-case letters and digits, such as billing"):
        plan(name)


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("auth", "the folder ai-micro-api-auth"),
        ("api", "the file postgres-init/30-apidb.sql"),
        ("postgres", "the variable POSTGRES_PORT"),
        ("e5", "the variable E5_PORT"),
        ("load", "the make target test-load"),
        ("workers", "the Deployment of the chart's workers with this name"),
    ],
)
def test_a_name_that_is_taken_is_refused_with_what_has_it(name: str, there: str) -> None:
    with pytest.raises(StackError, match=rf"^There is {there} already\. Choose another NAME\.$"):
        plan(name)


@pytest.mark.parametrize(("port", "reason"), [("http", "a port is a number"), ("8001", "8001 is that of USER_PORT")])
def test_a_port_that_is_none_or_taken_is_refused(port: str, reason: str) -> None:
    with pytest.raises(StackError, match=reason):
        plan("shop", port)


def test_a_busy_port_is_refused_with_another_to_choose(busy_port: int) -> None:
    with pytest.raises(StackError, match=rf"^Port {busy_port} is in use\. Choose another: PORT={busy_port + 100}$"):
        plan("shop", str(busy_port))


def test_without_a_port_it_gets_one_behind_those_that_are_known() -> None:
    assert plan("shop", "").port > 8004


def test_it_has_the_same_rooms_as_the_others(rendered: Path) -> None:
    files = {str(path.relative_to(rendered / "ai-micro-api-shop")) for path in rendered.glob("ai-micro-api-shop/**/*")}
    user = subprocess.run(
        ["git", "ls-files"], cwd=ROOT / "ai-micro-api-user", check=True, capture_output=True, text=True
    ).stdout.split()
    own = ("profiles", "/versions/", "audit", "people")
    assert {name for name in user if not any(part in name for part in own)} <= files
    assert set(ALIKE) <= files
    assert not [name for name in files if name.endswith(".jinja")]


def test_its_entry_in_the_compose_file_has_what_that_of_the_user_service_has(changes: dict[Path, str]) -> None:
    content = yaml.safe_load(changes[COMPOSE_FILE])
    user, shop = (content["services"][f"ai-micro-api-{name}"] for name in ("user", "shop"))
    assert set(user) == set(shop)
    delivers_events = {"AUDIT_LOG_URL", "SERVICE_TOKEN_URL", "SERVICE_CLIENT_SECRET"}
    assert set(user["environment"]) - delivers_events == set(shop["environment"])
    assert shop["ports"] == ["127.0.0.1:${SHOP_PORT:-8099}:8000"]
    assert set(shop["volumes"][0].split(":")) & set(content["volumes"]) == {"shop-backups"}


def test_the_others_learn_of_it(changes: dict[Path, str]) -> None:
    environment = {
        name: service["environment"]
        for name, service in yaml.safe_load(changes[COMPOSE_FILE])["services"].items()
        if "environment" in service
    }
    assert "SHOPDB_APP_PASSWORD" in environment["postgres"]
    assert "ai-micro-api-shop" in environment["ai-micro-api-auth"]["JWT_SERVICES"]
    assert f"{SCHEME}://ai-micro-api-shop:8000/internal/erasures" in environment["ai-micro-api-auth"]["ERASURE_URLS"]
    assert f"{SCHEME}://localhost:${{SHOP_PORT:-8099}}" in environment["ai-micro-api-user"]["CORS_ORIGINS"]
    assert json.loads(environment["console"]["SERVICE_URLS"])["shop"] == f"{SCHEME}://ai-micro-api-shop:8000"


def test_behind_the_proxy_it_is_what_the_others_are_and_is_reached_by_its_own_port(changes: dict[Path, str]) -> None:
    services = yaml.safe_load(changes[ROOT / "docker-compose.scale.yml"].replace("!reset ", ""))["services"]
    assert services["ai-micro-api-shop"] == services["ai-micro-api-admin"]
    assert "127.0.0.1:${SHOP_PORT:-8099}:8099" in services["proxy"]["ports"]
    erasures = json.loads(services["ai-micro-api-auth"]["environment"]["ERASURE_URLS"])
    assert erasures["ai-micro-api-shop"] == f"{SCHEME}://proxy:8099/internal/erasures"
    assert json.loads(services["console"]["environment"]["SERVICE_URLS"])["shop"] == f"{SCHEME}://proxy:8099"


def test_the_pooler_has_its_password_and_lies_before_its_database(changes: dict[Path, str]) -> None:
    services = yaml.safe_load(changes[ROOT / "docker-compose.pooler.yml"].replace("!reset ", ""))["services"]
    assert services["ai-micro-api-shop"] == services["ai-micro-api-user"]
    assert "SHOPDB_APP_PASSWORD" in services["pgbouncer"]["environment"]


def test_haproxy_leads_to_its_replicas(changes: dict[Path, str], tmp_path: Path) -> None:
    folder = ROOT / "deploy/haproxy"
    for file in folder.iterdir():
        (tmp_path / file.name).write_text(changes.get(file, file.read_text()))
    check(*(tmp_path / name for name in ("defaults.cfg", "proxy.cfg", "backends.cfg", "scale.cfg")))
    for name in ("backends.cfg", "scale.cfg"):
        written = changes[folder / name]
        assert written.replace("shop", "admin").replace("8099", "8003").count("admin") == 2 * written.count("admin")
    assert changes[folder / "paths.map"].splitlines()[-1] == "^/shop(/|$) shop"


def test_prometheus_asks_it_for_its_metrics(changes: dict[Path, str]) -> None:
    (job,) = yaml.safe_load(changes[ROOT / "deploy/observability/prometheus/prometheus.yml"])["scrape_configs"]
    known = [service.folder_name for service in known_services()]
    assert job["dns_sd_configs"][0]["names"] == [*known, "ai-micro-api-shop"]


def test_its_entry_in_the_chart_has_what_that_of_the_user_service_has(changes: dict[Path, str]) -> None:
    services = yaml.safe_load(changes[chart_values.VALUES])["services"]
    assert list(services) == [*(service.name for service in known_services()), "shop"]
    assert services["shop"] == services["user"] | {"database": "shopdb", "paths": ["/shop"]}
    assert '| `services.shop.database` | `"shopdb"` |' in changes[chart_values.README]


def test_no_file_that_lists_services_to_run_is_left_out(changes: dict[Path, str]) -> None:
    folders = {service.folder_name for service in known_services()}
    files = [*ROOT.glob("docker-compose*.yml"), *(ROOT / "deploy").glob("*/*.*"), *(ROOT / "deploy").glob("*/*/*.*")]
    of_services = {file for file in files if file.is_file() and all(name in file.read_text() for name in folders)}
    assert of_services - {ROOT / "deploy/observability/tests/services_test.yml"} <= set(changes)
    assert len(of_services) > len(folders)


def test_every_other_line_of_the_files_stays_as_it_is(changes: dict[Path, str]) -> None:
    for file, content in changes.items():
        before, after = file.read_text().splitlines(), content.splitlines()
        gone = [line for line in before if line not in after]
        lists = ("CORS_ORIGINS", "CONNECTIONS", "'[", "'{", "](../ai-micro-api-")
        assert all(any(part in line for part in lists) for line in gone)
        assert len(after) >= len(before)
        assert after != before


def test_what_fails_half_way_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "postgres-init").mkdir()
    listed, unwritable = tmp_path / "listed", tmp_path / "unwritable"
    listed.write_text("before")
    unwritable.write_text("before")
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "render", _made)
    monkeypatch.setattr(command, "lock", lambda *_: None)
    monkeypatch.setattr(command, "changed_files", lambda *_: {listed: "after", unwritable: 7})
    with pytest.raises(TypeError):
        make_service("shop", None, terminal=Terminal([]))
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["listed", "postgres-init", "unwritable"]
    assert listed.read_text() == unwritable.read_text() == "before"


def _made(service: NewService, place: Path) -> None:
    (place / service.database_file).parent.mkdir()
    (place / service.database_file).touch()
    (place / service.folder_name).mkdir()
