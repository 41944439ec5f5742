"""The first administrator, from settings: only an administrator can make another one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.repository import AccountRepository, find_by_email
from app.audit_trail import TRAIL, Act
from app.passwords import passwords
from app.settings import Settings
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Actor, Target
from service_kit.background import in_background
from service_kit.database.sessions import Database
from service_kit.tokens.verification import ADMINISTRATOR_ROLE

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 10.0

logger = structlog.get_logger(__name__)


def create_first_administrator(database: Database, *, email: str, password: str) -> bool:
    """Create the account unless its address is taken: what exists, its password above all, is never changed.

    Args:
        database: where accounts are.
        email: a normalised address.
        password: the first password.

    Returns:
        True if this call created it; of two replicas that start together, one does.
    """
    with database.reading() as connection:
        known = find_by_email(connection, email)
    if known is not None:
        if ADMINISTRATOR_ROLE not in known.roles:
            # The person who signed up with the address chose the password: promoting it would give them the service.
            logger.warning("first_administrator_email_taken", email=email, remedy="make admin EMAIL=... RESET=1")
        return False
    password_hash = passwords.hash_password(password)
    with database.session() as session:
        created = AccountRepository(session).add(
            email, {"password_hash": password_hash, "roles": sorted([ADMINISTRATOR_ROLE, "user"])}
        )
        if created is not None:
            TRAIL.record(session, Act.ACCOUNT_CREATED, by=Actor(None), target=Target(TargetType.ACCOUNT, created.id))
    return created is not None


@asynccontextmanager
async def first_administrator(database: Database, settings: Settings) -> AsyncIterator[None]:
    """See to it that the first administrator exists before requests are answered.

    Where the database does not answer, the service starts all the same, says that it is not ready, and goes on trying.
    """
    if settings.first_admin_email is None or settings.first_admin_password is None:
        yield
        return
    create = partial(
        create_first_administrator,
        database,
        email=settings.first_admin_email,
        password=settings.first_admin_password.get_secret_value(),
    )
    if await _succeeds(create):
        yield
        return
    async with in_background(_keep_trying(create)):
        yield


async def _succeeds(create: Callable[[], bool]) -> bool:
    try:
        created = await asyncio.to_thread(create)
    except SQLAlchemyError as error:
        logger.warning("first_administrator_postponed", error=str(error).splitlines()[0])
        return False
    if created:
        logger.info("first_administrator_created")
    return True


async def _keep_trying(create: Callable[[], bool]) -> None:
    pause = _FIRST_PAUSE_SECONDS
    while True:
        await asyncio.sleep(pause)
        if await _succeeds(create):
            return
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
