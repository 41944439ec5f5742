"""The list of models: the one place that imports them all, so that `Base.metadata` misses none."""

from app.accounts.models import User
from app.authentication.models import LoginThrottle
from app.erasures.models import AccountErasure
from app.keys.models import PublishedKey
from app.login_log.models import LoginEvent
from app.tokens.models import RefreshTokenFamily
from app.withdrawals.models import Withdrawal
from service_kit.audit.tables import AUDIT_DELIVERIES, AUDIT_EVENTS
from service_kit.database.models import Base

AUDIT_EVENTS.to_metadata(Base.metadata)
AUDIT_DELIVERIES.to_metadata(Base.metadata)

__all__ = [
    "AccountErasure",
    "Base",
    "LoginEvent",
    "LoginThrottle",
    "PublishedKey",
    "RefreshTokenFamily",
    "User",
    "Withdrawal",
]
