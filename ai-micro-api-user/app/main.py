"""Builds the application: `uvicorn app.main:app`."""

from fastapi import FastAPI

from alembic_rollout import Schema
from alembic_rollout.metrics import RolloutCollector
from alembic_rollout.observation import Migrations
from app.audit_trail import TRAIL
from app.db import ALEMBIC_INI
from app.profiles import endpoints as profiles
from app.profiles.erasure import erase
from app.settings import Settings
from service_kit.application import Description, create_application
from service_kit.audit.application import Auditing
from service_kit.audit.delivery import SCOPE, audit_delivery
from service_kit.audit.metrics import UNDELIVERED_EVENTS
from service_kit.database.retention import Retention, old_audit_events
from service_kit.database.sessions import Database
from service_kit.outbox.delivery import Delivery
from service_kit.outbox.metrics import OutboxCollector
from service_kit.personal_data.erasures import erasures_router
from service_kit.tokens.client_credentials import ClientCredentials
from service_kit.tokens.verification import remote_verifier

DESCRIPTION = Description(
    name="ai-micro-api-user",
    title="ai-micro-api-user",
    summary="Profiles. A user reaches only their own, an administrator all.",
)


def create_app(settings: Settings) -> FastAPI:
    """Return the application with these settings."""
    schema = Schema(ALEMBIC_INI)
    database = Database(settings, application_name=schema.application_name)
    return create_application(
        DESCRIPTION,
        settings,
        database=database,
        token_verifier=remote_verifier(settings, service=DESCRIPTION.name),
        routers=[profiles.router, erasures_router(erase)],
        schema=schema,
        migrations=Migrations(schema),
        release=schema.app_version,
        collectors=[
            RolloutCollector(schema, database.probing),
            OutboxCollector(database.probing, [UNDELIVERED_EVENTS]),
        ],
        auditing=Auditing.of(TRAIL, database, _audit_delivery(settings, database)),
        retention=Retention(database, {"audit_events": old_audit_events(days=settings.audit_retention_days)}),
    )


def _audit_delivery(settings: Settings, database: Database) -> Delivery | None:
    if not (settings.audit_log_url and settings.service_token_url and settings.service_client_secret):
        return None
    credentials = ClientCredentials(
        str(settings.service_token_url), DESCRIPTION.name, settings.service_client_secret, scope=SCOPE
    )
    return audit_delivery(database, str(settings.audit_log_url), credentials.token, forget_token=credentials.forget)


def __getattr__(name: str) -> FastAPI:
    # `app` is built when the server asks for it: importing this module needs no settings.
    if name == "app":
        return create_app(Settings.load())
    raise AttributeError(name)
