"""`make service NAME=billing`: a new service, complete or not at all."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from stack.new_service.additions import changed_files
from stack.new_service.folder import lock, render
from stack.new_service.plan import NewService, plan
from stack.paths import ROOT
from stack.terminal import Terminal


def make_service(name: str, port: str | None, *, terminal: Terminal) -> None:
    """Make a service: everything is made beside its place first and moved there when it is complete.

    Args:
        name: as it was typed.
        port: as it was typed, or None.
        terminal: where it is said what was made.

    Raises:
        StackError: there can be no such service, or it could not be made; nothing was changed.
    """
    service = plan(name, port)
    with tempfile.TemporaryDirectory(prefix=".new-service-", dir=ROOT) as folder:
        place = Path(folder)
        render(service, place)
        lock(service, place)
        changes = changed_files(service, place / "additions")
        _put_in_place(service, place, changes)
    for line in _said(service, changes):
        terminal.say(line)


def _put_in_place(service: NewService, place: Path, changes: dict[Path, str]) -> None:
    with ExitStack() as undo:
        for file in changes:
            undo.callback(file.write_text, file.read_text())
        for made in (service.database_file, service.folder_name):
            undo.callback(_remove, ROOT / made)
            (place / made).rename(ROOT / made)
        for file, content in changes.items():
            file.write_text(content)
        undo.pop_all()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _said(service: NewService, changes: dict[Path, str]) -> list[str]:
    changed = " ".join(str(file.relative_to(ROOT)) for file in changes)
    return [
        f"Made {service.folder_name}/ and {service.database_file}",
        f"Changed {changed}",
        f"Now: make test-{service.name} reference openapi clients, then make run.",
        f"It answers at http://127.0.0.1:{service.port}/docs, and the console shows it.",
        "With Docker, on a server that exists already: postgres-init/README.md, A service that came later.",
    ]
