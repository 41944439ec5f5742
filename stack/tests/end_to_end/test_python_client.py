"""What the README of the Python client shows, run against the stack."""

import re
import subprocess
import uuid
from typing import Any

from stack.paths import ROOT

FOLDER = ROOT / "deploy" / "python-client"
PYTHON = FOLDER / ".venv" / "bin" / "python"
SHOWN = {"http://localhost:8002": "auth", "http://localhost:8001": "user", "http://localhost:8003": "admin"}


def test_the_code_of_its_readme_signs_up_writes_a_profile_and_reads_refusals(description: dict[str, Any]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (FOLDER / "README.md").read_text(), re.DOTALL)
    (code,) = blocks
    for address, service in SHOWN.items():
        assert address in code
        code = code.replace(address, description[service])
    code = code.replace("taro@example.com", f"{uuid.uuid4().hex}@example.com")
    done = subprocess.run([str(PYTHON), "-c", code], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["太郎 True", "412 PRECONDITION_FAILED", "403 False"]
