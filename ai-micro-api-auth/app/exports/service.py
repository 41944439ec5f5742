"""The rules of exports."""

from typing import Annotated

from fastapi import Depends

from app.accounts.problems import AccountGone
from app.accounts.repository import AccountRepository
from app.audit_trail import TRAIL, Act
from app.exports.schemas import ELSEWHERE, AccountExport, ExportedAccount, ExportedSignIn
from app.login_log.repository import LoginEventRepository
from app.sessions.repository import SessionRepository
from app.sessions.service import shown
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.tokens.verification import Subject


class ExportService:
    """Gives out what there is of the caller.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def own(self, *, by: Subject) -> AccountExport:
        """Return what this service has of the caller, and record that it was given out.

        Raises:
            AccountGone: the account was deactivated or removed since the token was issued.
        """
        with self._database.session() as session:
            user = AccountRepository(session).get(by.id)
            if user is None or not user.is_active:
                raise AccountGone
            TRAIL.record(session, Act.ACCOUNT_EXPORTED, by=by, target=Target(TargetType.ACCOUNT, by.id))
            events = LoginEventRepository(session).of_account(by.id)
            return AccountExport(
                account=ExportedAccount.model_validate(user),
                sessions=[shown(item, by) for item in SessionRepository(session).all_of(by.id)],
                undelivered_sign_ins=[ExportedSignIn.model_validate(event) for event in events],
                elsewhere=ELSEWHERE,
            )


async def export_service(database: DatabaseDep) -> ExportService:
    """Return the service."""
    return ExportService(database)


Exports = Annotated[ExportService, Depends(export_service)]
