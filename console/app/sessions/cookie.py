"""The cookie that holds a session's id, and nothing else."""

from fastapi import Request, Response

NAME = "session"
# RFC 6265bis section 4.1.3.2: browsers take a cookie of this name only with Secure, without Domain, for the whole host.
SECURE_NAME = "__Host-session"


def set_session_id(response: Response, request: Request, session_id: str) -> None:
    """Give a browser its session's id: no script can read it, and no other site's request carries it on."""
    is_secure = request.url.scheme == "https"
    response.set_cookie(
        SECURE_NAME if is_secure else NAME, session_id, httponly=True, samesite="lax", secure=is_secure, path="/"
    )


def forget_session_id(response: Response, request: Request) -> None:
    """Make a browser forget the id."""
    is_secure = request.url.scheme == "https"
    response.delete_cookie(
        SECURE_NAME if is_secure else NAME, httponly=True, samesite="lax", secure=is_secure, path="/"
    )


def session_id_of(request: Request) -> str:
    """Return the id that a browser sends; empty where it sends none."""
    return request.cookies.get(SECURE_NAME if request.url.scheme == "https" else NAME, "")
