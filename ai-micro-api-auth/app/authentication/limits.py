"""Limits of guessing: for one account from one network, for one network, and for one account from everywhere.

The narrowest is reached first, so that guesses from elsewhere do not lock the owner out; the widest
stops those who guess from many networks, and locks the owner out too while its window lasts.
"""

from contextlib import AbstractAsyncContextManager
from typing import Annotated

from fastapi import Depends, Request

from app.limits.counters import Counted, Counters, Limit, Try
from app.settings import Settings


class LoginLimits:
    """Counts the passwords that are tried.

    Args:
        counters: does the counting.
        settings: the limits.
    """

    def __init__(self, counters: Counters, settings: Settings) -> None:
        self._counters = counters
        self.here = Limit("login-here", settings.login_failure_limit, settings.login_failure_window_sec)
        self._account = Limit("login-account", settings.account_failure_limit, 3600)
        self._network = Limit("login-network", settings.network_failure_limit, 3600)

    def guess(self, email: str, network: str) -> AbstractAsyncContextManager[Try]:
        """Count one password; see `Counters.trying`."""
        return self._counters.trying(
            Counted(self.here, (email, network)), Counted(self._account, (email,)), Counted(self._network, (network,))
        )


async def login_limits(request: Request) -> LoginLimits:
    """Return the application's limits."""
    return LoginLimits(request.app.state.counters, request.app.state.settings)


Limits = Annotated[LoginLimits, Depends(login_limits)]
