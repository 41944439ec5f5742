"""Builds the application: `uvicorn app.main:app`."""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from alembic_rollout import Schema
from alembic_rollout.metrics import RolloutCollector
from alembic_rollout.observation import Migrations
from app.accounts import endpoints as accounts
from app.accounts.first_administrator import first_administrator
from app.audit_trail import TRAIL
from app.authentication import endpoints as authentication
from app.authentication.metrics import LoginMetrics
from app.db import ALEMBIC_INI
from app.erasures import endpoints as erasures_endpoints
from app.erasures.delivery import UNDELIVERED_ERASURES, erasure_delivery
from app.exports import endpoints as exports
from app.keys import endpoints as keys
from app.keys.agreement import KeyAgreement
from app.keys.folder import KeyFolder, KeyFolderError
from app.keys.ring import KeyRing
from app.limits.counters import Counters, storage
from app.login_log.delivery import UNDELIVERED_LOGINS, login_log_delivery
from app.login_log.message import SCOPE
from app.login_log.models import LoginEvent
from app.login_log.refused import RefusedAttempts
from app.passwords.hashing import PasswordHashing
from app.sessions import endpoints as sessions
from app.settings import Settings
from app.tokens import endpoints as tokens
from app.tokens.access import AccessTokenIssuer, OwnToken
from app.withdrawals import endpoints as withdrawals
from app.withdrawals.source import POLL_SECONDS, StoredWithdrawals
from service_kit.application import Description, create_application
from service_kit.audit import delivery as audit
from service_kit.audit.application import Auditing
from service_kit.audit.metrics import UNDELIVERED_EVENTS
from service_kit.database.models import table_of
from service_kit.database.retention import Retention, old_audit_events, old_rows
from service_kit.database.sessions import Database
from service_kit.outbox.delivery import Delivery
from service_kit.outbox.metrics import OutboxCollector
from service_kit.personal_data.erasures import SCOPE as ERASURE_SCOPE
from service_kit.tokens.services import SERVICE_IDS
from service_kit.tokens.verification import Audience, TokenVerifier
from service_kit.tokens.withdrawals import WithdrawalsWatch

DESCRIPTION = Description(
    name="ai-micro-api-auth",
    title="ai-micro-api-auth",
    summary="Accounts, tokens, and the keys that other services check them with.",
)
_OWN_ID = SERVICE_IDS[DESCRIPTION.name]


def create_app(settings: Settings) -> FastAPI:
    """Return the application with these settings.

    Raises:
        KeyFolderError: the folder of signing keys cannot be used.
    """
    schema = Schema(ALEMBIC_INI)
    database = Database(settings, application_name=schema.application_name)
    key_ring = KeyRing(KeyFolder(settings.jwt_keys_dir))
    agreement = KeyAgreement(key_ring, settings.jwt_keys_dir, database)
    access_tokens = AccessTokenIssuer(
        key_ring, issuer=settings.jwt_iss, audience=settings.token_audience, ttl_seconds=settings.access_token_ttl_sec
    )
    delivery = _login_log_delivery(settings, database, access_tokens)
    erasures = _erasure_delivery(settings, database, access_tokens)
    refused = None if delivery is None else RefusedAttempts(database, delivery.notify)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.callback(app.state.password_hashing.close)
            await stack.enter_async_context(agreement.kept())
            await stack.enter_async_context(first_administrator(database, settings))
            if delivery is not None:
                await stack.enter_async_context(delivery.running())
            if erasures is not None:
                await stack.enter_async_context(erasures.running())
            if refused is not None:
                await stack.enter_async_context(refused.recording())
            yield

    app = create_application(
        DESCRIPTION,
        settings,
        database=database,
        token_verifier=_own_verifier(settings, key_ring, database),
        routers=[
            accounts.router,
            authentication.router,
            authentication.token_router,
            erasures_endpoints.router,
            exports.router,
            tokens.router,
            sessions.router,
            keys.router,
            withdrawals.router,
        ],
        schema=schema,
        migrations=Migrations(schema),
        release=schema.app_version,
        collectors=[
            RolloutCollector(schema, database.probing),
            OutboxCollector(database.probing, [UNDELIVERED_EVENTS, UNDELIVERED_ERASURES, UNDELIVERED_LOGINS]),
        ],
        auditing=Auditing.of(TRAIL, database, _audit_delivery(settings, database, access_tokens)),
        retention=Retention(
            database,
            {
                "login_events": old_rows(table_of(LoginEvent), "occurred_at", days=settings.login_event_retention_days),
                "audit_events": old_audit_events(days=settings.audit_retention_days),
            },
        ),
        lifespan=lifespan,
        obstacles=[agreement.difference],
    )
    app.state.key_ring = key_ring
    app.state.access_tokens = access_tokens
    app.state.login_log_delivery = delivery
    app.state.erasure_delivery = erasures
    app.state.refused_attempts = refused
    app.state.counters = Counters(storage(settings.rate_limit_storage.get_secret_value()))
    app.state.password_hashing = PasswordHashing(
        queue_length=settings.password_queue, registry=app.state.metrics.registry
    )
    app.state.login_metrics = LoginMetrics(app.state.metrics.registry)
    return app


def _own_verifier(settings: Settings, key_ring: KeyRing, database: Database) -> TokenVerifier:
    # Its own tokens are checked with its own keys and its own database: no request to itself.
    stored = StoredWithdrawals(database, access_ttl_seconds=settings.access_token_ttl_sec)
    return TokenVerifier(
        key_ring,
        issuer=settings.jwt_iss,
        audience=Audience.of(settings, DESCRIPTION.name),
        withdrawals=WithdrawalsWatch(stored, poll_seconds=POLL_SECONDS),
    )


def _login_log_delivery(settings: Settings, database: Database, access_tokens: AccessTokenIssuer) -> Delivery | None:
    if settings.login_log_url is None:
        return None
    token = OwnToken(access_tokens, _OWN_ID, scope=SCOPE, audience=settings.log_audience)
    return login_log_delivery(database, str(settings.login_log_url), token.get, forget_token=token.forget)


def _audit_delivery(settings: Settings, database: Database, access_tokens: AccessTokenIssuer) -> Delivery | None:
    if settings.audit_log_url is None:
        return None
    token = OwnToken(access_tokens, _OWN_ID, scope=audit.SCOPE, audience=settings.log_audience)
    return audit.audit_delivery(database, str(settings.audit_log_url), token.get, forget_token=token.forget)


def _erasure_delivery(settings: Settings, database: Database, access_tokens: AccessTokenIssuer) -> Delivery | None:
    if not settings.erasure_urls:
        return None

    async def token(service: str) -> str:
        return access_tokens.issue(_OWN_ID, scope=ERASURE_SCOPE, audience=settings.audience_of(service))

    return erasure_delivery(database, {name: str(url) for name, url in settings.erasure_urls.items()}, token)


def __getattr__(name: str) -> FastAPI:
    # `app` is built when the server asks for it: importing this module needs no settings.
    if name == "app":
        try:
            return create_app(Settings.load())
        except KeyFolderError as error:
            sys.exit(str(error))
    raise AttributeError(name)
