"""`python -m app.accounts.administrator --email X`: make an account an administrator's, or create one."""

import argparse
import secrets
import sys

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.exc import SQLAlchemyError

from alembic_rollout import Schema
from app.accounts import passwords
from app.accounts.repository import AccountRepository
from app.db import ALEMBIC_INI
from app.settings import Settings
from app.tokens.repository import RefreshTokenRepository
from service_kit.database import Database
from service_kit.email_addresses import EmailAddress
from service_kit.tokens import ADMINISTRATOR_ROLE

_PASSWORD_BYTES = 15


def make_administrator(database: Database, email: str) -> str:
    """Promote and activate the account with this address, or create one with a generated password.

    Args:
        database: where accounts are.
        email: a normalised address.

    Returns:
        What was done, for the operator; a generated password is in it and nowhere else.
    """
    with database.session() as session:
        accounts = AccountRepository(session)
        user = accounts.lock_by_email(email)
        if user is None:
            password = secrets.token_urlsafe(_PASSWORD_BYTES)
            user = accounts.add(email, {"password_hash": passwords.hash_password(password)})
            if user is None:
                return f"{email} was created by somebody else at this moment; run the command again."
            accounts.update(user, {"roles": sorted({*user.roles, ADMINISTRATOR_ROLE})})
            return f"{email} was created as an administrator. Password, shown only now: {password}"
        roles = sorted({*user.roles, ADMINISTRATOR_ROLE})
        if user.roles == roles and user.is_active:
            return f"{email} is an administrator already."
        accounts.update(user, {"roles": roles, "is_active": True})
        # As with every change of roles: the next sign-in brings tokens with the new ones.
        RefreshTokenRepository(session).revoke_all(user.id)
        return f"{email} is an active administrator now; the password is as it was. Sign in again to use it."


def main() -> None:
    """Run the command.

    Raises:
        SystemExit: status 1 or 2 and one line on standard error, when it cannot be done.
    """
    parser = argparse.ArgumentParser(
        prog="python -m app.accounts.administrator", description="Make an account an administrator's, or create one."
    )
    parser.add_argument("--email", required=True, help="the account's address")
    arguments = parser.parse_args()
    try:
        email: str = TypeAdapter(EmailAddress).validate_python(arguments.email)
    except ValidationError as error:
        parser.error(f"--email {error.errors()[0]['msg'].removeprefix('Value error, ')}")
    database = Database(Settings.load(), application_name=Schema(ALEMBIC_INI).application_name)
    try:
        sys.stdout.write(make_administrator(database, email) + "\n")
    except SQLAlchemyError as error:
        sys.exit(f"The database cannot do this now: {str(error).splitlines()[0]}")
    finally:
        database.engine.dispose()


if __name__ == "__main__":
    main()
