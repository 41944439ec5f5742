"""What a new service adds to the files that list services. The lines are the template's; here is where they go."""

from collections.abc import Callable, Mapping
from pathlib import Path

from stack import chart_values
from stack.errors import StackError
from stack.new_service.places import after, after_node, in_json, raised
from stack.new_service.plan import NewService
from stack.paths import COMPOSE_FILE, ROOT
from stack.services.compose import entries
from stack.services.service import PREFIX

_CONNECTIONS_OF_A_SERVICE = 80
_SCHEME = "http${SERVICES_CERTIFICATE:+s}"
"""Of the services' addresses in the compose files: https where they have a certificate."""
Edit = Callable[[str], str]
Lines = Mapping[str, str]


def changed_files(service: NewService, additions: Path) -> dict[Path, str]:
    """Return the new content of each file that lists services.

    Args:
        service: the service.
        additions: the folder of the lines, filled in.

    Raises:
        StackError: a file has no place for them.
    """
    lines = {str(file.relative_to(additions)): file.read_text() for file in additions.rglob("*") if file.is_file()}
    edits = {
        **_containers(service, lines),
        **_proxy_and_metrics(lines),
        **_environment(lines),
        **_documents(service, lines),
    }
    changed = {file: _edited(file, of_file) for file, of_file in edits.items()}
    readme = chart_values.README.read_text()
    return changed | {chart_values.README: chart_values.with_table(readme, changed[chart_values.VALUES])}


def _containers(service: NewService, lines: Lines) -> dict[Path, list[Edit]]:
    last = entries()[-1].name
    inside, by_proxy = f"{_SCHEME}://{service.folder_name}:8000", f"{_SCHEME}://proxy:{service.port}"
    origin = f',"{_SCHEME}://localhost:${{{service.name.upper()}_PORT:-{service.port}}}"'
    return {
        COMPOSE_FILE: [
            lambda text: after_node(["services", last], lines["compose/service.yml"], text),
            lambda text: after(r"^      [A-Z0-9]+_APP_PASSWORD: .*\n", lines["compose/passwords.yml"], text),
            lambda text: after(r"^  [a-z0-9]+-backups:\n", lines["compose/volume.yml"], text),
            lambda text: in_json("JWT_SERVICES", lambda known: [*known, service.folder_name], text),
            lambda text: after(r"^  CORS_ORIGINS: \$\{CORS_ORIGINS:-\[.*(?=\]\}$)", origin, text),
            lambda text: raised(r"POSTGRES_MAX_CONNECTIONS:-", _CONNECTIONS_OF_A_SERVICE, text),
            *_addresses(service, inside),
        ],
        ROOT / "docker-compose.backups.yml": [lambda text: text + lines["compose/backups.yml"]],
        ROOT / "docker-compose.scale.yml": [
            lambda text: text + lines["compose/replicas.yml"],
            lambda text: after(
                r'^      - "127\.0\.0\.1:\$\{[A-Z0-9]+_PORT:.*\n', lines["compose/proxy-port.yml"], text
            ),
            *_addresses(service, by_proxy),
        ],
        ROOT / "docker-compose.pooler.yml": [
            lambda text: text + lines["compose/pooled.yml"],
            lambda text: after(r"^      [A-Z0-9]+_APP_PASSWORD: .*\n", lines["compose/pooler-password.yml"], text),
        ],
        chart_values.VALUES: [
            lambda text: after_node(["services", last.removeprefix(PREFIX)], lines["deploy/chart-service.yaml"], text)
        ],
    }


def _addresses(service: NewService, url: str) -> list[Edit]:
    erasures = {service.folder_name: f"{url}/internal/erasures"}
    return [
        lambda text: in_json("ERASURE_URLS", lambda known: known | erasures, text),
        lambda text: in_json("SERVICE_URLS", lambda known: known | {service.name: url}, text),
    ]


def _proxy_and_metrics(lines: Lines) -> dict[Path, list[Edit]]:
    prometheus = ROOT / "deploy/observability/prometheus/prometheus.yml"
    haproxy = {"backends.cfg": "backend.cfg", "scale.cfg": "frontend.cfg", "paths.map": "path.map"}
    return {
        prometheus: [lambda text: after(rf"^ +- {PREFIX}[a-z0-9]+\n", lines["deploy/prometheus-name.yml"], text)],
        **{
            ROOT / "deploy/haproxy" / file: [_at_the_end(lines[f"deploy/haproxy-{name}"])]
            for file, name in haproxy.items()
        },
    }


def _environment(lines: Lines) -> dict[Path, list[Edit]]:
    return {
        ROOT / ".env.example": [
            lambda text: after(r"^[A-Z0-9]+_APP_PASSWORD=.*\n", lines["environment/passwords"], text),
            lambda text: after(rf"^{entries()[-1].port_variable}=.*\n", lines["environment/port"], text),
            lambda text: raised(r"^POSTGRES_MAX_CONNECTIONS=", _CONNECTIONS_OF_A_SERVICE, text),
        ]
    }


def _documents(service: NewService, lines: Lines) -> dict[Path, list[Edit]]:
    last = entries()[-1].name
    link = f", [{service.name}](../{service.folder_name}/README.md)"
    rows = {
        "README.md": "readme.md",
        "README.ja.md": "readme.ja.md",
        "docs/operations.md": "operations.md",
        "docs/operations.ja.md": "operations.md",
        "docs/running.md": "running.md",
    }
    return {
        ROOT / "docs/README.md": [lambda text: after(rf"\]\(\.\./{last}/README\.md\)", link, text)],
        **{ROOT / page: [_after_row(last, lines[f"documents/{name}"])] for page, name in rows.items()},
    }


def _at_the_end(addition: str) -> Edit:
    return lambda text: text + addition


def _after_row(name: str, addition: str) -> Edit:
    return lambda text: after(rf"^\| \[?{name}\b.*\n", addition, text)


def _edited(file: Path, edits: list[Edit]) -> str:
    text = file.read_text()
    for edit in edits:
        try:
            text = edit(text)
        except LookupError as error:
            place = f"{file.relative_to(ROOT)} has no {error.args[0]}"
            raise StackError(f"{place}, where the new service would go. Nothing was made.") from error
    return text
