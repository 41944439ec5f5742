"""The rules of settings."""

from typing import Annotated

from fastapi import Depends

from app.audit_trail import TRAIL, Act
from app.system_logs.events import Event
from app.system_logs.repository import SystemLogRepository
from app.system_settings.known import KNOWN, KnownSetting, Number, effective
from app.system_settings.models import SystemSetting
from app.system_settings.problems import InvalidSettingValue, SettingNotFound
from app.system_settings.repository import SystemSettingRepository
from app.system_settings.schemas import SettingOut
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target, changes_between
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.etags import Precondition
from service_kit.lists.pagination import NumberedPageRequest, Slice
from service_kit.lists.text_search import search_key
from service_kit.tokens.verification import Subject


class SystemSettingService:
    """Reads and changes settings.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(self, text: str | None, page: NumberedPageRequest) -> Slice[SettingOut]:
        """Return a page of the settings whose keys contain a text, by key."""
        stored = self._stored()
        wanted = search_key(text or "")
        found = [known for key, known in sorted(KNOWN.items()) if wanted in search_key(key)]
        return page.of([_shown(known, stored.get(known.key)) for known in found])

    def get(self, key: str) -> SettingOut:
        """Return a setting.

        Raises:
            SettingNotFound: there is none of that name.
        """
        return _shown(_known(key), self._stored().get(key))

    def set(self, key: str, value: Number, condition: Precondition, *, by: Subject) -> SettingOut:
        """Change a setting; it holds from the next request on, in every process.

        Raises:
            SettingNotFound: there is none of that name.
            InvalidSettingValue: the value is not acceptable.
            PreconditionFailed: it is not as the caller has read it.
        """
        known = _known(key)
        if not known.accepts(value):
            raise InvalidSettingValue(f"{value!r} is not acceptable: {known.description}")
        with self._database.session() as session:
            settings = SystemSettingRepository(session)
            settings.lock()
            before = _shown(known, settings.stored().get(key))
            condition.check(lambda: before)
            changed = settings.set(key, value, by=by.id)
            SystemLogRepository(session).record(
                Event.SETTING_CHANGED,
                f"The setting {key} was changed.",
                actor_id=by.id,
                details={"key": key, "before": before.value, "after": value},
            )
            changes = changes_between({"value": before.value}, {"value": value})
            TRAIL.record(session, Act.SETTING_CHANGED, by=by, target=Target(TargetType.SETTING, key), changes=changes)
        return _shown(known, changed)

    def _stored(self) -> dict[str, SystemSetting]:
        with self._database.session() as session:
            return SystemSettingRepository(session).stored()


def _known(key: str) -> KnownSetting:
    if key not in KNOWN:
        raise SettingNotFound
    return KNOWN[key]


def _shown(known: KnownSetting, stored: SystemSetting | None) -> SettingOut:
    return SettingOut(
        key=known.key,
        value=effective({known.key: stored.value} if stored else {})[known.key],
        default=known.default,
        description=known.description,
        updated_at=stored.updated_at if stored else None,
        updated_by=stored.updated_by if stored else None,
    )


async def system_setting_service(database: DatabaseDep) -> SystemSettingService:
    """Return the service."""
    return SystemSettingService(database)


SystemSettings = Annotated[SystemSettingService, Depends(system_setting_service)]
