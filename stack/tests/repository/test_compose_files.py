"""What Docker Compose makes of the compose files and settings of `.env`; asks for no engine."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from stack.paths import ROOT
from stack.services.service import known_services

SERVICES = [service.folder_name for service in known_services()]
ALL = "scale", "pooler", "backups"
TLS = {"SERVICES_CERTIFICATE": "./services.pem", "SERVICES_CA": "./services-ca.pem"}


def has_compose() -> bool:
    try:
        return subprocess.run(["docker", "compose", "version"], check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


pytestmark = pytest.mark.skipif(not has_compose(), reason="Docker Compose is not installed")


def configured(*parts: str, **settings: str) -> dict[str, Any]:
    """Return the services as Compose starts them.

    Args:
        parts: of the names of further compose files, as in docker-compose.PART.yml.
        settings: as in `.env`.
    """
    files = ["docker-compose.yml", *(f"docker-compose.{part}.yml" for part in parts)]
    names = [option for file in files for option in ("--file", file)]
    done = subprocess.run(
        ["docker", "compose", "--env-file", os.devnull, *names, "--profile", "*", "config", "--format", "json"],
        check=False, cwd=ROOT, env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **settings},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    services: dict[str, Any] = json.loads(done.stdout)["services"]
    return services


def mounted(service: dict[str, Any]) -> set[str]:
    """Return the names of the secrets that a service has."""
    return {secret["source"] for secret in service.get("secrets", [])}


@pytest.mark.parametrize("parts", [(), ("scale",)], ids=["alone", "replicas"])
def test_with_a_certificate_no_service_is_called_without_tls(parts: tuple[str, ...]) -> None:
    services = configured(*parts, **TLS)
    variables = [(name, value) for its in services.values() for name, value in (its.get("environment") or {}).items()]
    assert [(name, value) for name, value in variables if "http://" in str(value)] == []
    for name in SERVICES:
        assert services[name]["environment"]["UVICORN_SSL_CERTFILE"] == "/run/secrets/services-certificate"
        assert mounted(services[name]) == {"services-certificate", "services-authority"}
        assert "https://127.0.0.1:8000/readyz" in services[name]["healthcheck"]["test"][-1]
    for name in (*SERVICES, "console", "edge"):
        assert services[name]["environment"]["SERVICES_CA_FILE"] == "/run/secrets/services-authority"
        assert "services-authority" in mounted(services[name])


def test_with_a_certificate_the_proxy_of_replicas_takes_and_checks_it() -> None:
    proxy = configured("scale", **TLS)["proxy"]
    assert proxy["environment"] == {
        "SERVICES_BIND": "ssl crt /run/secrets/services-certificate",
        "SERVICES_CA_FILE": "/run/secrets/services-authority",
    }
    assert mounted(proxy) == {"services-certificate", "services-authority"}


def test_without_one_they_speak_http() -> None:
    services = configured("scale")
    for name in SERVICES:
        assert services[name]["environment"]["UVICORN_SSL_CERTFILE"] == ""
        assert services[name]["environment"]["JWKS_URL"].startswith("http://")
    assert set(services["proxy"]["environment"].values()) == {""}


@pytest.mark.parametrize(
    ("settings", "host", "port"),
    [
        ({}, "postgres", "5432"),
        ({"DB_HOST": "db.example", "DB_PORT": "5433"}, "db.example", "5433"),
        ({"DB_HOST": "pooler.example", "DB_SESSION_HOST": "db.example"}, "db.example", "5432"),
    ],
)
def test_the_pooler_goes_to_the_server_of_the_services(settings: dict[str, str], host: str, port: str) -> None:
    services = configured("pooler", **settings)
    target = services["pgbouncer"]["environment"]
    assert (target["POOLER_TARGET_HOST"], target["POOLER_TARGET_PORT"]) == (host, port)
    for name in SERVICES:
        its = services[name]["environment"]
        assert (its["DB_HOST"], its["DB_PORT"]) == ("pgbouncer", "6432")
        for kind in ("DB_SESSION", "MIGRATION_DB"):
            assert (its[f"{kind}_HOST"], its[f"{kind}_PORT"]) == (host, port)


def test_the_pooler_has_the_tls_of_the_services() -> None:
    settings = {"DB_SSLMODE": "verify-full", "DB_SSLROOTCERT": "/ca.pem", "POOLER_CERTIFICATE": "./pooler.pem"}
    pgbouncer = configured("pooler", **settings)["pgbouncer"]
    certificate = {"POOLER_CERTIFICATE": "/run/secrets/pooler-certificate"}
    assert (settings | certificate).items() <= pgbouncer["environment"].items()
    assert mounted(pgbouncer) == {"pooler-certificate"}


def test_what_is_mounted_where_no_certificate_is_named_is_there() -> None:
    assert Path(ROOT / "deploy/no-certificate.pem").read_text().startswith("No certificate")


def test_every_container_has_a_limit_of_processors() -> None:
    assert {name: its.get("cpus") for name, its in configured(*ALL).items() if its.get("cpus") != 1} == {}


def test_one_variable_raises_the_limits_and_others_those_of_some() -> None:
    raised = configured(*ALL, CONTAINER_CPUS="2", SERVICE_CPUS="3", POSTGRES_CPUS="4", ADMIN_CPUS="5")
    own = {"ai-micro-api-auth": 3, "ai-micro-api-user": 3, "postgres": 4, "ai-micro-api-admin": 5}
    backups = {"auth-backups": 3, "user-backups": 3, "admin-backups": 5}
    assert {name: its["cpus"] for name, its in raised.items()} == dict.fromkeys(raised, 2) | own | backups


def test_settings_of_pools_and_workers_reach_the_containers() -> None:
    services = configured(DATABASE_POOL_SIZE="7", PROCESSING_WORKERS="3", IMAGE_TAG="1.2.3")
    for name in SERVICES:
        assert services[name]["environment"]["DATABASE_POOL_SIZE"] == "7"
        assert services[name]["build"]["args"]["VERSION"] == "1.2.3"  # the image's ROLLOUT_APP_VERSION
    assert services["ai-micro-api-admin"]["environment"]["PROCESSING_WORKERS"] == "3"


def test_every_image_that_is_built_has_labels() -> None:
    settings = {"IMAGE_TAG": "1.2.3", "IMAGE_REVISION": "abc", "IMAGE_SOURCE": "https://git.example/team/it"}
    services = configured(*ALL, **settings)
    built = {name: its["build"] for name, its in services.items() if "build" in its}
    assert {*SERVICES, "console", "edge", "proxy", "pgbouncer", "embeddings-e5"} <= set(built)
    for name, build in built.items():
        assert build.get("labels") == {
            "org.opencontainers.image.version": "1.2.3",
            "org.opencontainers.image.revision": "abc",
            "org.opencontainers.image.source": "https://git.example/team/it",
            "org.opencontainers.image.licenses": "Apache-2.0",
        }, name
