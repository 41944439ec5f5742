"""What a new service adds to the files that list services. The lines are the template's; here is where they go."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from stack.errors import StackError
from stack.new_service.plan import NewService
from stack.paths import COMPOSE_FILE, ROOT
from stack.services.compose import entries

_CONNECTIONS_OF_A_SERVICE = 80
Edit = Callable[[str], str]
Json = Any


def changed_files(service: NewService, additions: Path) -> dict[Path, str]:
    """Return the new content of each file that lists services.

    Args:
        service: the service.
        additions: the folder of the lines, filled in.

    Raises:
        StackError: a file has no place for them.
    """
    last = entries()[-1]
    row = rf"^\| \[?{last.name}\b.*\n"
    lines = {file.name: file.read_text() for file in additions.iterdir()}
    edits: dict[Path, list[Edit]] = {
        COMPOSE_FILE: [
            lambda text: _after_node(text, ["services", last.name], lines["compose-service.yml"]),
            lambda text: _after(r"^      [A-Z0-9]+_APP_PASSWORD: .*\n", lines["compose-passwords.yml"], text),
            lambda text: _after(r"^  [a-z0-9]+-backups:\n", lines["compose-volume.yml"], text),
            lambda text: _in_json(text, "JWT_SERVICES", lambda known: [*known, service.folder_name]),
            lambda text: _in_json(text, "ERASURE_URLS", lambda known: known | _erasures(service)),
            lambda text: _origin(text, service),
            lambda text: _more_connections(text, r"POSTGRES_MAX_CONNECTIONS:-"),
        ],
        ROOT / "docker-compose.backups.yml": [lambda text: text + lines["compose-backups.yml"]],
        ROOT / ".env.example": [
            lambda text: _after(r"^[A-Z0-9]+_APP_PASSWORD=.*\n", lines["env-passwords"], text),
            lambda text: _after(rf"^{last.port_variable}=.*\n", lines["env-port"], text),
            lambda text: _more_connections(text, r"^POSTGRES_MAX_CONNECTIONS="),
        ],
        ROOT / "README.md": [lambda text: _after(row, lines["readme.md"], text)],
        ROOT / "README.ja.md": [lambda text: _after(row, lines["readme.ja.md"], text)],
        ROOT / "docs/operations.md": [lambda text: _after(row, lines["operations.md"], text)],
        ROOT / "docs/operations.ja.md": [lambda text: _after(row, lines["operations.md"], text)],
        ROOT / "docs/running.md": [lambda text: _after(row, lines["running.md"], text)],
    }
    return {file: _edited(file, of_file) for file, of_file in edits.items()}


def _edited(file: Path, edits: list[Edit]) -> str:
    text = file.read_text()
    for edit in edits:
        try:
            text = edit(text)
        except LookupError as error:
            place = f"{file.relative_to(ROOT)} has no {error.args[0]}"
            raise StackError(f"{place}, where the new service would go. Nothing was made.") from error
    return text


def _after(pattern: str, addition: str, text: str) -> str:
    """Put lines after the last place where a pattern matches."""
    found = list(re.finditer(pattern, text, re.MULTILINE))
    if not found:
        raise LookupError(f"line like {pattern}")
    return text[: found[-1].end()] + addition + text[found[-1].end() :]


def _after_node(text: str, path: list[str], addition: str) -> str:
    """Put lines after what a YAML file has at a path, before the comments of what follows."""
    node = yaml.compose(text)
    for name in path:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        node = next((value for key, value in pairs if key.value == name), None)
    if node is None:
        raise LookupError(".".join(path))
    lines = text.splitlines(keepends=True)
    end = _last_line(node) + 1
    return "".join(lines[:end]) + addition + "".join(lines[end:])


def _last_line(node: yaml.Node) -> int:
    # A block's own end mark is where the next token begins, behind the comments between them.
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        children = [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]
        return max(map(_last_line, children))
    return node.end_mark.line


def _in_json(text: str, variable: str, added: Callable[[Json], Json]) -> str:
    found = re.search(rf"^ +{variable}: '(.*)'$", text, re.MULTILINE)
    if found is None:
        raise LookupError(variable)
    return text[: found.start(1)] + json.dumps(added(json.loads(found[1]))) + text[found.end(1) :]


def _erasures(service: NewService) -> dict[str, str]:
    return {service.folder_name: f"http://{service.folder_name}:8000/internal/erasures"}


def _origin(text: str, service: NewService) -> str:
    found = re.search(r"^  CORS_ORIGINS: \$\{CORS_ORIGINS:-\[.*(?=\]\}$)", text, re.MULTILINE)
    if found is None:
        raise LookupError("CORS_ORIGINS")
    origin = f',"http://localhost:${{{service.name.upper()}_PORT:-{service.port}}}"'
    return text[: found.end()] + origin + text[found.end() :]


def _more_connections(text: str, before: str) -> str:
    found = re.search(rf"{before}(\d+)", text, re.MULTILINE)
    if found is None:
        raise LookupError("POSTGRES_MAX_CONNECTIONS")
    return text[: found.start(1)] + str(int(found[1]) + _CONNECTIONS_OF_A_SERVICE) + text[found.end(1) :]
