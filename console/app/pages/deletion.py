"""Deletes what a page shows, unless it was changed since: a second tab may have been open for a day."""

from collections.abc import Mapping

from fastapi.responses import Response

from app.apis.problems import RefusedError
from app.apis.signed_in import Apis
from app.language import translated
from app.pages.forms import if_match
from app.pages.signed_in import back


async def delete_as_seen(
    apis: Apis, path: str, sent: Mapping[str, str], *, page: str, then: str, done: str, **parameters: str
) -> Response:
    """Delete a resource of the admin service, and go on.

    Args:
        apis: of the session.
        path: of the resource, in the API.
        sent: the fields of the form; `etag` is that of the resource as the page has shown it.
        page: of the resource, where its reader goes if it was changed.
        then: where its reader goes once it is deleted.
        done: what is said there, in the language of the page.
        parameters: of the request.

    Raises:
        SignedOutError, ServiceUnavailableError, RefusedError: see `Transport.send`.
    """
    try:
        await apis.send("admin", "DELETE", path, headers=if_match(sent), params=parameters)
    except RefusedError as error:
        return changed_meanwhile(apis, error, page)
    return back(apis, then, done)


def changed_meanwhile(apis: Apis, error: RefusedError, page: str) -> Response:
    """Return the answer where something was not deleted: the browser goes to its page, which says why.

    Args:
        apis: of the session.
        error: of the deletion.
        page: of what is still there.

    Raises:
        RefusedError: it was refused for another reason.
    """
    if not error.is_conflict:
        raise error
    said = translated("It was changed meanwhile, and was not deleted. Look at it, and delete it if it is to go.")
    return back(apis, page, said, kind="problem")
