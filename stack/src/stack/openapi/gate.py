"""The gate: what breaks clients of the last release, less what was accepted until the next one."""

from collections.abc import Sequence
from dataclasses import dataclass

from stack.openapi.breaking import breaking_changes
from stack.openapi.documents import FOLDER, document_of, last_release, released_document, released_services
from stack.services.service import Service

ACCEPTED = FOLDER / "accepted.txt"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says.

    Attributes:
        release: the tag that was compared with; None before the first release.
        breaks: what is not accepted.
        outdated: accepted lines that name no change any more.
    """

    release: str | None
    breaks: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()


def judge(services: Sequence[Service]) -> Verdict:
    """Compare the documents of services with those of the last release.

    Args:
        services: all that there are; one of the release that is not among them is gone.
    """
    release = last_release()
    if release is None:
        return Verdict(None)
    names = {service.name for service in services}
    found = [f"{name}: the service is gone" for name in released_services(release) if name not in names]
    for service in services:
        released = released_document(service, release)
        if released is not None:
            found += [f"{service.name}: {change}" for change in breaking_changes(released, document_of(service))]
    accepted = accepted_lines(ACCEPTED.read_text() if ACCEPTED.exists() else "")
    return Verdict(
        release,
        breaks=tuple(line for line in found if line not in accepted),
        outdated=tuple(line for line in accepted if line not in found),
    )


def accepted_lines(text: str) -> list[str]:
    """Return the lines of the file of accepted changes, without comments."""
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
