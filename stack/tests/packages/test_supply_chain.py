"""What a release says of itself: the list of what a part is made of, and the digests of the base images."""

import json
import os
import subprocess
from pathlib import Path

from stack.paths import ROOT

DIGEST = f"sha256:{'a' * 64}"


def test_the_list_of_a_service_names_what_is_locked_with_its_hashes(tmp_path: Path) -> None:
    subprocess.run([ROOT / "stack/bin/write-sboms", tmp_path, "ai-micro-api-user"], check=True, timeout=120)
    document = json.loads((tmp_path / "ai-micro-api-user.cdx.json").read_text())
    assert (document["bomFormat"], document["metadata"]["component"]["name"]) == ("CycloneDX", "ai-micro-api-user")
    components = {component["name"]: component for component in document["components"]}
    assert {"fastapi", "alembic-rollout", "service-kit"} <= components.keys()
    assert "pytest" not in components
    assert components["fastapi"]["externalReferences"][0]["hashes"]


def pin(tmp_path: Path, docker: str) -> subprocess.CompletedProcess[str]:
    """Run pin-images with a program in Docker's place."""
    program = tmp_path / "bin/docker"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{docker}\n")
    program.chmod(0o755)
    environment = os.environ | {"PATH": f"{program.parent}:{os.environ['PATH']}"}
    command = [ROOT / "stack/bin/pin-images", tmp_path / "images.env"]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=60)


def test_base_images_are_pinned_to_what_the_registry_says(tmp_path: Path) -> None:
    done = pin(tmp_path, f"test $4 = pgvector/pgvector:pg17 || test $4 = python:3.13-slim-trixie && echo {DIGEST}")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "images.env").read_text().splitlines()[1:] == [
        f"POSTGRES_IMAGE=pgvector/pgvector:pg17@{DIGEST}",
        f"PYTHON_IMAGE=python:3.13-slim-trixie@{DIGEST}",
    ]


def test_without_a_registry_nothing_is_written_and_one_line_says_so(tmp_path: Path) -> None:
    done = pin(tmp_path, "echo 'dial tcp: no such host' >&2; exit 1")
    assert done.returncode == 1
    assert done.stderr == "No registry says which digest pgvector/pgvector:pg17 has: dial tcp: no such host\n"
    assert not (tmp_path / "images.env").exists()
