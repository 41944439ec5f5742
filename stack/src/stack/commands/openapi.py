"""`make openapi`: keeps the documents of the services, and names what breaks clients of the last release."""

from collections.abc import Sequence

from stack.openapi.documents import FOLDER, as_text, document_of
from stack.openapi.gate import ACCEPTED, judge
from stack.paths import ROOT
from stack.services.service import Service
from stack.terminal import Terminal


def keep_documents(services: Sequence[Service], *, terminal: Terminal) -> bool:
    """Write docs/openapi, and compare it with the last release.

    Args:
        services: all that there are; what is kept of others is removed.
        terminal: where it is said what was found.

    Returns:
        True if clients of the last release survive.
    """
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.json"):
        if file.stem not in {service.name for service in services}:
            file.unlink()
            terminal.say(f"Removed {file.name}: there is no such service.")
    for service in services:
        (FOLDER / f"{service.name}.json").write_text(as_text(document_of(service)))
    verdict = judge(services)
    if verdict.release is None:
        terminal.say("There is no release yet to compare with.")
        return True
    file = ACCEPTED.relative_to(ROOT)
    for line in verdict.breaks:
        terminal.complain(f"Breaks clients of {verdict.release}: {line}")
    for line in verdict.outdated:
        terminal.complain(f"{file} names what is no change any more; remove it: {line}")
    if verdict.breaks:
        terminal.say(
            f"Keep the old form beside the new one, or accept each in {file}: `user: GET ...`, and `# why` above it."
        )
    return not (verdict.breaks or verdict.outdated)
