"""`/auth/refresh`, `/auth/logout` and `/auth/logout-all`."""

from fastapi import APIRouter, Response

from app.tokens.schemas import RefreshTokenIn, TokensOut
from app.tokens.service import InvalidRefreshToken, Tokens
from service_kit.problems import problems
from service_kit.routing import Route
from service_kit.tokens import CurrentSubject

router = APIRouter(prefix="/auth", tags=["tokens"], route_class=Route)


@router.post("/refresh", responses=problems(InvalidRefreshToken))
def refresh(body: RefreshTokenIn, tokens: Tokens, response: Response) -> TokensOut:
    """Exchange a refresh token for new tokens. It is good once: using it again signs the client out."""
    response.headers["Cache-Control"] = "no-store"  # RFC 6749 section 5.1
    return tokens.refresh(body.refresh_token)


@router.post("/logout", status_code=204)
def logout(body: RefreshTokenIn, tokens: Tokens) -> None:
    """Sign this client out: its refresh tokens are good no more. An unknown token is answered alike."""
    tokens.sign_out(body.refresh_token)


@router.post("/logout-all", status_code=204)
def logout_all(subject: CurrentSubject, tokens: Tokens) -> None:
    """Sign all of one's clients out."""
    tokens.sign_out_everywhere(subject)
