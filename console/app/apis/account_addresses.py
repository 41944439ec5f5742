"""The addresses of the accounts that a page shows the ids of."""

from collections.abc import Iterable

from app.apis.problems import RefusedError, ServiceUnavailableError
from app.apis.signed_in import LARGEST_PAGE, Apis


async def addresses_of(apis: Apis, ids: Iterable[str | None]) -> dict[str, str]:
    """Return the addresses of accounts, by id, in one request.

    Args:
        apis: asks in the name of an administrator.
        ids: of accounts; None and an id that comes twice are no request more. The first `LARGEST_PAGE` count.

    Returns:
        Those that there are. None where the auth service does not answer, or refuses: the ids alone are shown then.
    """
    wanted = list(dict.fromkeys(filter(None, ids)))[:LARGEST_PAGE]
    if not wanted:
        return {}
    try:
        found = await apis.get("auth", "/auth/users", limit=LARGEST_PAGE, id=wanted)
    except (RefusedError, ServiceUnavailableError):
        return {}
    return {account["id"]: account["email"] for account in found["items"]}
