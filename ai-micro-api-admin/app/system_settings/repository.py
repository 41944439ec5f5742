"""Queries on settings."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.system_settings.known import Number, effective
from app.system_settings.models import SystemSetting

_ALL = select(SystemSetting.key, SystemSetting.value)


def current_values(connection: Connection) -> dict[str, Number]:
    """Return the value of every setting, read outside a transaction."""
    return effective({row.key: row.value for row in connection.execute(_ALL)})


class SystemSettingRepository:
    """Reads and writes settings in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def stored(self) -> dict[str, SystemSetting]:
        """Return the settings that were set, by key."""
        return {setting.key: setting for setting in self._session.scalars(select(SystemSetting))}

    def lock(self) -> None:
        """Become the only one that changes settings until the transaction ends; reads go on.

        The whole table, which is small: a setting that has its default has no row that could be locked.
        """
        self._session.execute(text("LOCK TABLE system_settings IN SHARE ROW EXCLUSIVE MODE"))

    def set(self, key: str, value: Any, *, by: UUID) -> SystemSetting:  # noqa: ANN401 - any JSON value
        """Store a value and return the setting."""
        statement = insert(SystemSetting).values(key=key, value=value, updated_by=by)
        statement = statement.on_conflict_do_update(
            index_elements=["key"], set_={"value": statement.excluded.value, "updated_by": by}
        )
        return self._session.scalars(
            statement.returning(SystemSetting), execution_options={"populate_existing": True}
        ).one()
