"""PgBouncer's start script: who may connect through it."""

import os
import subprocess
from pathlib import Path

from stack.paths import ROOT

START = ROOT / "deploy/pgbouncer/start"


def test_each_application_role_has_its_password_and_no_other_role_one(tmp_path: Path) -> None:
    users = tmp_path / "users.txt"
    passwords = {"SHOPDB_APP_PASSWORD": 'a "quoted" $1 \\n', "AUTHDB_OWNER_PASSWORD": "owner", "POSTGRES_PASSWORD": "p"}
    variables = {"PGBOUNCER": "true", "PGBOUNCER_USERS": str(users), "PATH": os.environ["PATH"], **passwords}
    subprocess.run(["sh", START], env=variables, check=True)
    assert users.read_text() == '"shopdb_app" "a ""quoted"" $1 \\n"\n'
    assert users.stat().st_mode & 0o077 == 0
