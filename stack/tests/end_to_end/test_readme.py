"""The walk with curl in README.md, typed as it is printed; only addresses and the data folder are this stack's own."""

import re
import subprocess
from typing import Any

import pytest
from stack_process import StackProcess

from stack.paths import ROOT

WALK_SECONDS = 120


def walk(readme: str) -> str:
    """Return the shell blocks of a README, joined."""
    return "\n".join(re.findall(r"```bash\n(.*?)```", (ROOT / readme).read_text(), re.DOTALL))


def test_the_walk_works_as_it_is_printed(stack: StackProcess, description: dict[str, Any]) -> None:
    script = walk("README.md")
    replaced = {f"http://localhost:{port}": description[name] for name, port in PORTS.items()}
    replaced[".data/stack.json"] = str(stack.data / "stack.json")
    for printed, actual in replaced.items():
        assert printed in script
        script = script.replace(printed, actual)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=WALK_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "図書館は平日の午前九時から" in done.stdout.splitlines()[-1]


PORTS = {"auth": 8002, "user": 8001, "admin": 8003}


@pytest.mark.parametrize("printed", ["$ make run ", "$ make test ", "docker compose up --build"])
def test_the_commands_at_the_top_are_there(printed: str) -> None:
    assert printed in (ROOT / "README.md").read_text()


def test_both_readmes_print_the_same_commands() -> None:
    assert walk("README.ja.md") == walk("README.md")
