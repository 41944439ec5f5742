"""The environment that the runner gives each service: what docker-compose.yml gives its containers."""

import json
from collections.abc import Mapping
from pathlib import Path

from stack.checkout import checkout_revision, checkout_version
from stack.paths import ROOT
from stack.postgres.server import Server
from stack.private_files import write_private
from stack.runner.credentials import Credentials
from stack.runner.settings import RunSettings
from stack.services import embedding_server
from stack.services.service import Service, address, known_services

MARK = "# Written by `make run`"
"""First line of the .env files that the runner may replace and remove."""


def service_environment(
    service: Service, *, settings: RunSettings, credentials: Credentials, server: Server
) -> dict[str, str]:
    """Return the variables of a service.

    Args:
        service: the service.
        settings: ports and data folder of the stack.
        credentials: passwords of the stack.
        server: the stack's database.
    """
    auth, admin = address(settings.service_ports["auth"]), address(settings.service_ports["admin"])
    common = {
        "ENVIRONMENT": "local",
        "FORWARDED_ALLOW_IPS": "",  # uvicorn would believe X-Forwarded-For of whatever runs on this machine
        "DATABASE_URL": role_url(service, "app", credentials=credentials, server=server),
        "MIGRATION_DATABASE_URL": role_url(service, "owner", credentials=credentials, server=server),
        "JWKS_URL": f"{auth}/.well-known/jwks.json",
        "TOKEN_URL": f"{auth}/auth/token",
        "CORS_ORIGINS": json.dumps(_docs_page_origins(settings.service_ports)),
        "ROLLOUT_APP_VERSION": checkout_version(ROOT),
        "BUILD_REVISION": checkout_revision(ROOT),
        "ROLLOUT_BACKUP_DIR": str(backup_folder(service, data=settings.data)),
        "ROLLOUT_PG_BIN": str(server.binaries),
    }
    own = {
        "auth": {
            "JWT_KEYS_DIR": str(settings.data / "keys"),
            "FIRST_ADMIN_EMAIL": credentials.administrator_email,
            "FIRST_ADMIN_PASSWORD": credentials.administrator_password,
            "LOGIN_LOG_URL": f"{admin}/api/logs/login",
            "AUDIT_LOG_URL": f"{admin}/api/logs/audit",
            "JWT_SERVICES": json.dumps([known.folder_name for known in known_services()]),
            "ERASURE_URLS": json.dumps(_erasure_urls(settings.service_ports)),
            "SERVICE_CLIENT_SECRET": credentials.service_client_secret,
        },
        "user": {
            "AUDIT_LOG_URL": f"{admin}/api/logs/audit",
            "SERVICE_TOKEN_URL": f"{auth}/auth/token",
            "SERVICE_CLIENT_SECRET": credentials.service_client_secret,
        },
    }
    if settings.embeddings_port is not None:
        own["admin"] = dict(embedding_server.settings_of_clients(settings.embeddings_port))
    return common | own.get(service.name, {})


def role_url(service: Service, role: str, *, credentials: Credentials, server: Server) -> str:
    """Return the address of a service's database for one of its roles, `owner` or `app`."""
    user = f"{service.database}_{role}"
    return server.url(user=user, password=credentials.role_passwords[user], database=service.database)


def backup_folder(service: Service, *, data: Path) -> Path:
    """Return where backups of a service's database are kept."""
    return data / "backups" / service.database


def write_env_file(service: Service, variables: Mapping[str, str]) -> None:
    """Write `.env` in the service's folder, so that Alembic's commands work there while the stack runs.

    A file that the runner did not write is left alone.
    """
    file = service.folder / ".env"
    if file.exists() and not file.read_text().startswith(MARK):
        return
    lines = [f"{MARK} for commands typed in this folder while it runs; removed when it stops."]
    lines += [f"{name}='{value}'" for name, value in variables.items()]
    write_private(file, "\n".join(lines) + "\n")


def remove_env_file(service: Service) -> None:
    """Remove the file of `write_env_file`: nothing answers at the addresses in it any more."""
    file = service.folder / ".env"
    if file.exists() and file.read_text().startswith(MARK):
        file.unlink()


def _erasure_urls(service_ports: Mapping[str, int]) -> dict[str, str]:
    return {
        service.folder_name: f"{address(service_ports[service.name])}/internal/erasures"
        for service in known_services()
        if service.name != "auth"
    }


def _docs_page_origins(service_ports: Mapping[str, int]) -> list[str]:
    # A docs page signs in at the auth service, which is another origin, under whichever name it was opened.
    ports = [service_ports[service.name] for service in known_services()]
    return [f"http://{host}:{port}" for port in ports for host in ("127.0.0.1", "localhost")]
