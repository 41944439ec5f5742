import json
from dataclasses import asdict
from pathlib import Path

import pytest

from stack.errors import StackError
from stack.postgres.initialisation import ROLES
from stack.runner.credentials import load_credentials


def test_secrets_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    made = load_credentials(file)
    assert load_credentials(file) == made
    assert file.stat().st_mode & 0o777 == 0o600


def test_no_two_secrets_are_the_same(tmp_path: Path) -> None:
    first, second = load_credentials(tmp_path / "1"), load_credentials(tmp_path / "2")
    secrets = [
        secret
        for made in (first, second)
        for secret in (
            made.superuser_password,
            made.administrator_password,
            made.service_client_secret,
            *made.role_passwords.values(),
        )
    ]
    assert len(set(secrets)) == len(secrets) == 2 * (3 + len(ROLES))


def test_a_stack_from_before_a_secret_gets_it_and_keeps_the_others(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    made = asdict(load_credentials(file))
    del made["service_client_secret"]
    before = made | {"role_passwords": {name: made["role_passwords"][name] for name in ROLES[:-2]}}
    file.write_text(json.dumps(before))
    upgraded = load_credentials(file)
    assert set(upgraded.role_passwords) == set(ROLES)
    assert upgraded.role_passwords.items() >= before["role_passwords"].items()
    assert upgraded.service_client_secret
    assert upgraded.superuser_password == made["superuser_password"]
    assert load_credentials(file) == upgraded


@pytest.mark.parametrize("content", ["", "{", "{}", "[]"])
def test_damaged_secrets_are_not_replaced_because_the_database_opens_only_with_them(
    tmp_path: Path, content: str
) -> None:
    file = tmp_path / "secrets.json"
    file.write_text(content)
    with pytest.raises(StackError, match="is damaged"):
        load_credentials(file)
    assert file.read_text() == content
