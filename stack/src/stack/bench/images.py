"""Size of the services' images above the image that they are built on."""

import shutil
import subprocess

from stack.paths import ROOT

MEGABYTE = 1_000_000


def largest_image_above_base(base: str) -> float | None:
    """Return the largest difference in megabytes, or None where no engine answers or nothing was built yet.

    Args:
        base: name of the base image.
    """
    base_size = _docker("image", "inspect", "--format", "{{.Size}}", base)
    names = _docker("compose", "config", "--images")
    if base_size is None or names is None:
        return None
    sizes = [_docker("image", "inspect", "--format", "{{.Size}}", name) for name in names.split() if "api" in name]
    built = [int(size) for size in sizes if size is not None]
    return (max(built) - int(base_size)) / MEGABYTE if built else None


def _docker(*arguments: str) -> str | None:
    program = shutil.which("docker")
    if program is None:
        return None
    done = subprocess.run(  # noqa: S603 - fixed commands
        [program, *arguments], check=False, cwd=ROOT, capture_output=True, text=True
    )
    return done.stdout.strip() if done.returncode == 0 else None
