"""Rooms and arrows of the packages of this repository; libs/alembic-rollout tests its own."""

from pathlib import Path

import pytest
from import_arrows import Floors, circle_of, modules_of, upward_imports
from import_arrows import room_of as first_part

from stack.paths import ROOT
from stack.services.service import known_services

PACKAGES = {
    "stack": ROOT / "stack/src/stack",
    "kit": ROOT / "libs/service-kit/service_kit",
    "console": ROOT / "console/app",
    **{service.name: service.folder / "app" for service in known_services()},
}

FLOORS: dict[str, Floors] = {
    "stack": (
        ("__main__",),
        ("commands", "bench"),
        ("openapi", "reference"),
        ("release",),
        ("runner", "new_service"),
        ("services",),
        ("postgres",),
        ("chart_values", "checkout", "ports", "previous_release", "private_files", "temporary_folders", "terminal"),
        ("tether", "paths", "errors", "__init__"),
    ),
    "kit": (
        ("application", "testing"),
        ("personal_data",),
        ("server",),
        ("audit",),
        ("outbox",),
        ("database",),
        ("tokens",),
        ("settings",),
        ("lists",),
        ("http",),
        ("observability", "text", "background"),
        ("models", "__init__"),
    ),
    "console": (
        ("main",),
        ("databases", "services", "people", "logs", "sign_in", "health"),
        ("knowledge", "search", "chat", "prompt_templates", "evaluations"),
        ("pages",),
        ("apis",),
        ("sessions", "settings", "language"),
        ("__init__",),
    ),
    "auth": (
        ("main",),
        ("erasures", "exports"),
        ("authentication",),
        ("sessions", "clients", "accounts"),
        ("tokens",),
        ("keys", "login_log", "withdrawals"),
        ("audit_trail", "db", "settings"),
        ("limits", "passwords"),
        ("models", "__init__"),
    ),
    "admin": (
        ("main",),
        ("processing", "exports", "chat", "tools", "request_logs"),
        ("embedding_changes",),
        ("knowledge_bases", "collections", "documents", "summaries", "evaluations"),
        ("chat_sessions",),
        ("search",),
        ("reranking",),
        ("files",),
        ("contents", "system_settings", "audit_logs", "login_logs"),
        ("ingestion",),
        ("prompt_templates", "query_classifications", "system_logs"),
        ("chunks", "embeddings", "answers", "language_models"),
        ("text", "model_servers"),
        ("audit_trail", "db", "settings", "field_types"),
        ("models", "__init__"),
    ),
}
"""Rooms from the top to the bottom. The tables of a service are one floor: a repository may join any of them."""


BELOW = ("audit_trail", "db", "settings")


def floors_of(name: str) -> Floors:
    """Return the floors of a package; of a service that FLOORS does not name, its features are one floor."""
    if name in FLOORS:
        return FLOORS[name]
    rooms = {room_of(module) for module in modules_of(PACKAGES[name])} - {"main", "models", "__init__"}
    features, below = sorted(rooms.difference(BELOW)), sorted(rooms.intersection(BELOW))
    return (("main",), tuple(features), tuple(below), ("models", "__init__"))


def room_of(module: str) -> str:
    return "models" if module.endswith(".models") else first_part(module)


@pytest.mark.parametrize("name", PACKAGES)
def test_every_import_goes_downwards(name: str) -> None:
    package, floors = PACKAGES[name], floors_of(name)
    placed = {room for rooms in floors for room in rooms}
    assert {room_of(module) for module in modules_of(package)} == placed, "each room stands on a floor of FLOORS"
    assert upward_imports(package, floors, room_of) == []


@pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES.keys())
def test_no_import_goes_in_a_circle(package: Path) -> None:
    assert circle_of(package) == ""
