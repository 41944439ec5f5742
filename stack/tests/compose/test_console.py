"""The console's container: it reaches the services by their names, and shows what they say."""

from typing import Any

import httpx
from compose.engine import CONSOLE, Compose


def test_a_person_signs_in_and_sees_the_databases_of_the_containers(description: dict[str, Any]) -> None:
    with httpx.Client(base_url=description["console"], headers={"Sec-Fetch-Site": "same-origin"}) as browser:
        answer = browser.post("/sign-in", data=description["administrator"], follow_redirects=True, timeout=30)
        assert answer.status_code == 200, answer.text
        for service in ("auth", "user", "admin"):
            assert f'href="/databases/{service}"' in answer.text
        assert answer.text.count(">ready<") == 3


def test_its_file_system_is_read_only_and_it_holds_no_password(compose: Compose) -> None:
    for folder in ("/srv", "/opt/venv", "/etc", "/home"):
        assert compose.exec(CONSOLE, "touch", f"{folder}/written", succeeds=False).returncode != 0, folder
    assert "PASSWORD" not in compose.exec(CONSOLE, "env").stdout
