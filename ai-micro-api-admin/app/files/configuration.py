"""Which object store the settings name."""

from app.files.moving import FileMover
from app.files.object_store import ObjectStore, StoreSettings
from app.settings import Settings
from service_kit.database.sessions import Database


def configured_store(settings: Settings) -> ObjectStore | None:
    """Return the object store, or None where none is set."""
    if settings.files_url is None:
        return None
    endpoint = settings.files_s3_endpoint
    return ObjectStore(
        StoreSettings(
            settings.files_url,
            endpoint=None if endpoint is None else str(endpoint).rstrip("/"),
            region=settings.files_s3_region,
            access_key_id=settings.files_s3_access_key_id,
            secret_access_key=settings.files_s3_secret_access_key,
        )
    )


def configured_mover(settings: Settings, database: Database, store: ObjectStore | None) -> FileMover | None:
    """Return what moves files to where they are to be kept; None where they can only be in PostgreSQL."""
    return None if store is None else FileMover(database, store, settings.files_keep_in)
