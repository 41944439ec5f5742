"""The profile of an account, which the user service keeps."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from app.apis.problems import RefusedError, ServiceUnavailableError
from app.apis.signed_in import Apis

FIELDS = ("display_name", "first_name", "last_name", "email", "phone", "locale", "time_zone", "bio")


async def profile_of(apis: Apis, user_id: str) -> tuple[Any, str, str]:
    """Return a profile, its entity tag, and why it cannot be shown.

    Args:
        apis: of the session.
        user_id: of the account, or `me`.

    Returns:
        The profile is None where there is none; the reason is empty unless the user service cannot answer.
    """
    try:
        found, etag = await apis.get_tagged("user", f"/profiles/{user_id}")
    except ServiceUnavailableError as error:
        return None, "", error.reason
    except RefusedError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return None, "", ""
    return found, etag, ""


def fields_of_profile(profile: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the fields of a profile as a form has them."""
    return {name: (profile or {}).get(name) or "" for name in FIELDS}


def body_of(sent: Mapping[str, str]) -> dict[str, str | None]:
    """Return the fields of a form as the user service takes them: an empty one is none."""
    return {name: sent.get(name) or None for name in FIELDS}
