"""The OpenAPI documents, held against the running services by schemathesis: good, odd and hostile requests."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stack.services.service import known_services

EXAMPLES = 25
RUN_SECONDS = 300
# What it asks for cannot be had: a schema cannot list the IANA time zones or say that a knowledge base exists, so a
# request that fits it may still be refused with 422. And it takes each 404 of a base's chat for one of the base, which
# was just made, where it is of the collection that the question names.
EXCLUDED_CHECKS = "positive_data_acceptance,ensure_resource_availability"


# auth comes last: the sign-ins that it refuses throttle this machine's address for a while.
@pytest.mark.parametrize("service", sorted((service.name for service in known_services()), key="auth".__eq__))
def test_no_request_is_answered_with_500_or_with_anything_undeclared(
    description: dict[str, Any], administrator: str, service: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            f"{description[service]}/openapi.json",
            "--header",
            f"Authorization: Bearer {administrator}",
            "--max-examples",
            str(EXAMPLES),
            "--exclude-checks",
            EXCLUDED_CHECKS,
            "--generation-deterministic",
            "--no-color",
        ],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
