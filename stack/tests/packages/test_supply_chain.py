"""What a release says of itself: the list of what a part is made of, and the digests of the base images."""

import json
import os
import re
import subprocess
from pathlib import Path

from stack.paths import ROOT


def test_the_list_of_a_service_names_what_is_locked_with_its_hashes(tmp_path: Path) -> None:
    subprocess.run([ROOT / "stack/bin/write-sboms", tmp_path, "ai-micro-api-user"], check=True, timeout=120)
    document = json.loads((tmp_path / "ai-micro-api-user.cdx.json").read_text())
    assert (document["bomFormat"], document["metadata"]["component"]["name"]) == ("CycloneDX", "ai-micro-api-user")
    components = {component["name"]: component for component in document["components"]}
    assert {"fastapi", "alembic-rollout", "service-kit"} <= components.keys()
    assert "pytest" not in components
    assert components["fastapi"]["externalReferences"][0]["hashes"]


def with_docker(tmp_path: Path, docker: str, *command: Path | str) -> subprocess.CompletedProcess[str]:
    """Run a command with a program in Docker's place."""
    program = tmp_path / "bin/docker"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{docker}\n")
    program.chmod(0o755)
    environment = os.environ | {"PATH": f"{program.parent}:{os.environ['PATH']}"}
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=60)


def pin(tmp_path: Path, docker: str) -> subprocess.CompletedProcess[str]:
    return with_docker(tmp_path, docker, ROOT / "stack/bin/pin-images", tmp_path / "images.env")


def calls_of_docker(tmp_path: Path, *command: Path | str) -> list[list[str]]:
    """Return the arguments of each call of Docker that a command makes."""
    done = with_docker(tmp_path, "printf '%s\\n' \"$@\" --", *command)
    assert done.returncode == 0, done.stderr
    return [call.strip().splitlines() for call in done.stdout.split("\n--\n") if call.strip()]


def test_base_images_are_pinned_to_what_the_registry_says(tmp_path: Path) -> None:
    images = dict(re.findall(r"\$\{([A-Z]+_IMAGE):-([^}]+)\}", (ROOT / "docker-compose.yml").read_text()))
    assert {
        f"{name}_IMAGE" for name in ("PYTHON", "POSTGRES", "PROMETHEUS", "ALERTMANAGER", "GRAFANA")
    } <= images.keys()
    done = pin(tmp_path, 'echo "digest-of-$4"')
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "images.env").read_text().splitlines()[1:] == [
        f"{name}={image}@digest-of-{image}" for name, image in sorted(images.items())
    ]


def test_a_release_pushes_every_image_that_a_compose_file_or_the_chart_starts_by_its_tag(tmp_path: Path) -> None:
    compose = "".join(file.read_text() for file in ROOT.glob("docker-compose*.yml"))
    named = set(re.findall(r"\$\{IMAGE_PREFIX:-\}([a-z0-9-]+):", compose))
    checkout = tmp_path / "checkout"
    (checkout / "stack/bin").mkdir(parents=True)
    (checkout / "stack/bin/publish-images").symlink_to(ROOT / "stack/bin/publish-images")
    for service in ROOT.glob("ai-micro-api-*"):
        (checkout / service.name).mkdir()
    (checkout / "images.env").write_text("PYTHON_IMAGE=python@sha256:1\n")
    calls = calls_of_docker(tmp_path, checkout / "stack/bin/publish-images", "registry/team/", "1.4.0", "abc", "home")
    assert {call[-1] for call in calls if call[0] == "push"} == {f"registry/team/{name}:1.4.0" for name in named}
    for call in calls:
        if call[0] == "build":
            assert "PYTHON_IMAGE=python@sha256:1" in call
            assert "org.opencontainers.image.version=1.4.0" in call
            assert not [part for part in call if part.endswith("Dockerfile") and not (ROOT / part).is_file()]
            assert (ROOT / call[-1] / "Dockerfile").is_file() or call[-1] == "."


def test_without_a_registry_nothing_is_written_and_one_line_says_so(tmp_path: Path) -> None:
    done = pin(tmp_path, "echo 'dial tcp: no such host' >&2; exit 1")
    assert done.returncode == 1
    assert re.fullmatch(r"No registry says which digest \S+ has: dial tcp: no such host\n", done.stderr)
    assert not (tmp_path / "images.env").exists()
