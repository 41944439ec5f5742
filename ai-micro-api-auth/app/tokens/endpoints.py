"""`/auth/refresh`, `/auth/logout` and `/auth/logout-all`."""

from fastapi import APIRouter, Response

from app.limits.origin import RequestOrigin
from app.tokens.problems import InvalidRefreshToken
from app.tokens.schemas import RefreshTokenIn, TokensOut
from app.tokens.service import Tokens
from service_kit.http.problems import problems
from service_kit.server.routing import Route
from service_kit.tokens.verification import CurrentSubject

router = APIRouter(prefix="/auth", tags=["tokens"], route_class=Route)


@router.post("/refresh", responses=problems(InvalidRefreshToken))
def refresh(body: RefreshTokenIn, tokens: Tokens, origin: RequestOrigin, response: Response) -> TokensOut:
    """Exchange a refresh token for new tokens.

    It is good once. For a few seconds more it gives the same successor again, unless that was used; later, using it
    again signs the client out.
    """
    response.headers["Cache-Control"] = "no-store"  # RFC 6749 section 5.1
    return tokens.refresh(body.refresh_token, origin=origin)


@router.post("/logout", status_code=204)
def logout(body: RefreshTokenIn, tokens: Tokens) -> None:
    """Sign this client out: its refresh tokens are good no more. An unknown token is answered alike."""
    tokens.sign_out(body.refresh_token)


@router.post("/logout-all", status_code=204)
def logout_all(subject: CurrentSubject, tokens: Tokens) -> None:
    """Sign all of one's clients out."""
    tokens.sign_out_everywhere(subject)
