"""The rules of services' tokens: short ones, for what the service may do and nothing else, without a role."""

import hmac
from typing import Annotated

from fastapi import Depends, Request

from app.clients.known import CLIENT_SCOPES
from app.clients.problems import InvalidClient, InvalidScope
from app.clients.schemas import ServiceTokenOut
from app.settings import Settings
from app.tokens.access import AccessTokenIssuer, AccessTokens
from service_kit.tokens.services import SERVICE_IDS

TTL_SECONDS = 300


class ClientService:
    """Gives out services' tokens.

    Args:
        access_tokens: signs them.
        settings: the secret, and which audience the tokens have.
    """

    def __init__(self, access_tokens: AccessTokenIssuer, settings: Settings) -> None:
        self._access_tokens = access_tokens
        self._settings = settings

    def token(self, client_id: str, client_secret: str, *, scope: str) -> ServiceTokenOut:
        """Return a token.

        Args:
            client_id: the service's name.
            client_secret: what it shares with this service.
            scope: what the token is for, separated by spaces; all that the client may do where it is empty.

        Raises:
            InvalidClient: there is no such client, or its secret is another one.
            InvalidScope: the client may not do that.
        """
        allowed = CLIENT_SCOPES.get(client_id)
        # The secret is compared for unknown clients too, so that the time tells nothing.
        if not self._is_secret(client_secret) or allowed is None:
            raise InvalidClient
        wanted = frozenset(scope.split()) or allowed
        if not wanted <= allowed:
            raise InvalidScope
        granted = " ".join(sorted(wanted))
        token = self._access_tokens.issue(
            SERVICE_IDS[client_id], scope=granted, audience=self._settings.log_audience, ttl_seconds=TTL_SECONDS
        )
        return ServiceTokenOut(access_token=token, expires_in=TTL_SECONDS, scope=granted)

    def _is_secret(self, claimed: str) -> bool:
        secret = self._settings.service_client_secret
        known = b"" if secret is None else secret.get_secret_value().encode()
        return hmac.compare_digest(claimed.encode("utf-8", "surrogateescape"), known) and bool(known)


async def client_service(request: Request, access_tokens: AccessTokens) -> ClientService:
    """Return the service."""
    return ClientService(access_tokens, request.app.state.settings)


Clients = Annotated[ClientService, Depends(client_service)]
