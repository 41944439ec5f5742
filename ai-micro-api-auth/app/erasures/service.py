"""Deleting one's own account.

The account goes at once, with its sessions; what other services keep of it follows through the outbox, which is written
in the same transaction.
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Request

from app.accounts.problems import AccountGone, LastAdministrator
from app.accounts.repository import AccountRepository
from app.accounts.schemas import AccountOut
from app.audit_trail import TRAIL, Act
from app.authentication.password_change import OwnPassword, Passwords
from app.authentication.problems import WrongPassword
from app.erasures.repository import ErasureRepository
from app.limits.origin import Origin
from app.settings import Settings
from app.tokens.repository import RefreshTokenRepository
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target
from service_kit.database.admission import Admitted, AdmittedDep
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.etags import Precondition
from service_kit.outbox.delivery import Delivery
from service_kit.tokens.verification import Subject

# By then the other services accept no token of the account any more (within five seconds), so that nothing is made for
# it after they have forgotten it.
SECONDS_UNTIL_DELIVERY = 10.0


class ErasureService:
    """Deletes the caller's account.

    Args:
        database: where accounts are.
        passwords: checks the caller's.
        admitted: runs what works with the database.
        services: names of those that keep something of an account.
        delivery: told of new erasures; None where no service is to hear of them.
    """

    def __init__(
        self,
        database: Database,
        passwords: OwnPassword,
        *,
        admitted: Admitted,
        services: Sequence[str],
        delivery: Delivery | None,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._admitted = admitted
        self._services = services
        self._delivery = delivery

    async def erase_own(self, subject: Subject, password: str, condition: Precondition, *, origin: Origin) -> None:
        """Delete the caller's account.

        Raises:
            AccountGone: it was deactivated or removed since the token was issued.
            PreconditionFailed: it is not as the caller has read it.
            WrongPassword: the password is not right, or was replaced at this very moment.
            TooManyLogins: a limit of failures is reached.
            LastAdministrator: there would be no administrator.
            PasswordQueueFull: too many requests wait for a hash.
        """
        known = await self._passwords.check(subject, password, origin=origin)
        await self._admitted(self._erase, subject, known.password_hash, condition)
        if self._delivery is not None:
            self._delivery.notify()

    def _erase(self, subject: Subject, password_hash: str, condition: Precondition) -> None:
        with self._database.session() as session:
            accounts = AccountRepository(session)
            # First, as in every transaction that may remove an administrator.
            if accounts.lock_active_administrators() == {subject.id}:
                raise LastAdministrator
            user = accounts.lock(subject.id)
            if user is None or not user.is_active:
                raise AccountGone
            if user.password_hash != password_hash:
                raise WrongPassword
            condition.check(lambda: AccountOut.model_validate(user))
            RefreshTokenRepository(session).revoke_all(user.id)
            accounts.delete(user)
            TRAIL.record(session, Act.ACCOUNT_DELETED, by=subject, target=Target(TargetType.ACCOUNT, subject.id))
            ErasureRepository(session).add(subject.id, self._services, after_seconds=SECONDS_UNTIL_DELIVERY)


async def erasure_service(
    request: Request, database: DatabaseDep, passwords: Passwords, admitted: AdmittedDep
) -> ErasureService:
    """Return the service."""
    settings: Settings = request.app.state.settings
    return ErasureService(
        database,
        passwords,
        admitted=admitted,
        services=list(settings.erasure_urls),
        delivery=request.app.state.erasure_delivery,
    )


Erasures = Annotated[ErasureService, Depends(erasure_service)]
