"""`python -m app.accounts.administrator --email X`: make an account an administrator's, or create one."""

import argparse
import sys

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.exc import SQLAlchemyError

from alembic_rollout import Schema
from app.accounts.creation import generate_password
from app.accounts.repository import AccountRepository
from app.audit_trail import TRAIL, Act
from app.db import ALEMBIC_INI
from app.passwords import passwords
from app.settings import Settings
from app.tokens.repository import RefreshTokenRepository
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Actor, Target, changes_between
from service_kit.database.sessions import Database
from service_kit.text.email_addresses import EmailAddress
from service_kit.tokens.verification import ADMINISTRATOR_ROLE


class AccountExistsError(Exception):
    """The address has an account that is no administrator's; the message says what to do."""


def make_administrator(database: Database, email: str, *, reset: bool = False) -> str:
    """Create an administrator with a generated password, or give an account a new password and the role.

    An account that exists is not promoted as it is: the person who signed up with the address chose its password.

    Args:
        database: where accounts are.
        email: a normalised address.
        reset: for an account that exists: set a new password, end its sessions, activate and promote it.

    Returns:
        What was done, for the operator; a generated password is in it and nowhere else.

    Raises:
        AccountExistsError: the account exists, is no active administrator's, and `reset` is False.
    """
    password = generate_password()
    fields = {"password_hash": passwords.hash_password(password)}
    with database.session() as session:
        accounts = AccountRepository(session)
        user = accounts.lock_by_email(email)
        if user is None:
            created = accounts.add(email, {**fields, "roles": sorted([ADMINISTRATOR_ROLE, "user"])})
            if created is None:
                raise AccountExistsError(f"{email} was created by another process just now; run the command again.")
            TRAIL.record(session, Act.ACCOUNT_CREATED, by=Actor(None), target=Target(TargetType.ACCOUNT, created.id))
            return f"{email} was created as an administrator. Password, shown only now: {password}"
        if not reset:
            if ADMINISTRATOR_ROLE in user.roles and user.is_active:
                return f"{email} is an administrator already."
            raise AccountExistsError(
                f"{email} has an account since {user.created_at:%Y-%m-%d}, and its creator knows the password. "
                "RESET=1 (--reset) sets a new one, ends its sessions and makes it an active administrator."
            )
        roles = sorted({*user.roles, ADMINISTRATOR_ROLE})
        changes = changes_between(
            {"roles": user.roles, "is_active": user.is_active}, {"roles": roles, "is_active": True, "password": ""}
        )
        TRAIL.record(
            session, Act.ACCOUNT_TAKEN_OVER, by=Actor(None), target=Target(TargetType.ACCOUNT, user.id), changes=changes
        )
        accounts.update(user, {**fields, "roles": roles, "is_active": True, "is_approved": True})
        RefreshTokenRepository(session).revoke_all(user.id)
        return f"{email} is an active administrator, its sessions are ended. Password, shown only now: {password}"


def main() -> None:
    """Run the command.

    Raises:
        SystemExit: status 1 or 2 and one line on standard error, when it cannot be done.
    """
    parser = argparse.ArgumentParser(
        prog="python -m app.accounts.administrator", description="Create an administrator, or take an account over."
    )
    parser.add_argument("--email", required=True, help="the account's address")
    parser.add_argument(
        "--reset",
        action="store_true",
        help="an account that exists: new password, sessions ended, made an administrator",
    )
    arguments = parser.parse_args()
    try:
        email: str = TypeAdapter(EmailAddress).validate_python(arguments.email)
    except ValidationError as error:
        parser.error(f"--email {error.errors()[0]['msg']}")
    database = Database(Settings.load(), application_name=Schema(ALEMBIC_INI).application_name)
    try:
        sys.stdout.write(make_administrator(database, email, reset=arguments.reset) + "\n")
    except AccountExistsError as error:
        sys.exit(str(error))
    except SQLAlchemyError as error:
        sys.exit(f"The database cannot do this now: {str(error).splitlines()[0]}")
    finally:
        database.engine.dispose()


if __name__ == "__main__":
    main()
