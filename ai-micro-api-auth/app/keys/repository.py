"""Queries on the ids of the keys that the replicas publish."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.keys.models import PublishedKey
from service_kit.database.models import table_of

_KEYS = table_of(PublishedKey)


class PublishedKeyRepository:
    """Which keys are published, since when, and which a living replica was seen to have."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock(self) -> None:
        """Let no other replica record its keys until this transaction ends; reads go on."""
        self._session.execute(text("LOCK TABLE published_keys IN SHARE ROW EXCLUSIVE MODE"))

    def seen_within(self, seconds: float) -> set[str]:
        """Return the ids of the keys that some replica has recorded in the last seconds."""
        return set(self._session.scalars(select(_KEYS.c.kid).where(_KEYS.c.seen_at > _ago(seconds))))

    def record(self, kids: Collection[str]) -> Mapping[str, float]:
        """Record that a replica publishes these; return for how many seconds each is published, by any."""
        age = func.extract("epoch", func.now() - _KEYS.c.published_at)
        statement = (
            insert(_KEYS)
            .on_conflict_do_update(index_elements=[_KEYS.c.kid], set_={"seen_at": func.now()})
            .returning(_KEYS.c.kid, age)
        )
        rows = self._session.execute(statement, [{"kid": kid} for kid in sorted(kids)])
        return {kid: float(seconds) for kid, seconds in rows}

    def forget_unseen_for(self, seconds: float) -> None:
        """Delete what no replica has had for so long."""
        self._session.execute(delete(_KEYS).where(_KEYS.c.seen_at <= _ago(seconds)))


def _ago(seconds: float) -> object:
    return func.now() - timedelta(seconds=seconds)
