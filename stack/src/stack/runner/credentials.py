"""The passwords of a stack: made once, kept with its data, never in the repository."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from stack.errors import StackError
from stack.postgres.initialisation import new_role_passwords
from stack.postgres.server import new_password
from stack.private_files import write_private_json

ADMINISTRATOR_EMAIL = "admin@example.com"


@dataclass(frozen=True)
class Credentials:
    """Passwords of one stack.

    Args:
        superuser_password: of PostgreSQL's `postgres`.
        role_passwords: of each role that postgres-init creates.
        administrator_email: sign-in of the first administrator.
        administrator_password: the first administrator's password.
        service_client_secret: what the user service gets its own tokens for.
    """

    superuser_password: str
    role_passwords: Mapping[str, str]
    administrator_email: str
    administrator_password: str
    service_client_secret: str


def load_credentials(file: Path) -> Credentials:
    """Read the credentials of a stack, or make them if it has none yet; an older stack gets those that came later.

    Raises:
        StackError: the file is there and cannot be understood.
    """
    try:
        stored = json.loads(file.read_text())
        passwords = new_role_passwords() | stored["role_passwords"]
        credentials = Credentials(**{"service_client_secret": new_password(), **stored, "role_passwords": passwords})
    except FileNotFoundError:
        stored = {}
        credentials = Credentials(
            new_password(), new_role_passwords(), ADMINISTRATOR_EMAIL, new_password(), new_password()
        )
    except (ValueError, TypeError, KeyError) as error:
        raise StackError(f"{file} is damaged ({error}). The database in this folder opens only with it.") from error
    if stored != asdict(credentials):
        write_private_json(file, asdict(credentials))
    return credentials
