"""What runs: the service, its release, and the commit that it was built from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Build:
    """What `/healthz` and the metric `app_info` say of a process.

    Attributes:
        service: its name.
        version: the release, such as the tag of its image; empty where it is not known.
        revision: the commit; empty where it is not known.
    """

    service: str
    version: str
    revision: str
