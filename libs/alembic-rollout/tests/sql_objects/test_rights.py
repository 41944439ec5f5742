"""The linter passes over what restores rights, and judges everything that only looks like it."""

import pytest

from alembic_rollout.sql_objects.rights import is_restoring_rights, restoring_rights
from alembic_rollout.sql_objects.sql_object import SqlObject

RESTORING = restoring_rights(SqlObject.named('FUNCTION app."it\'s %"(integer)'))


def test_what_the_helper_writes_is_passed_over_by_the_linter() -> None:
    assert is_restoring_rights(RESTORING)
    assert is_restoring_rights(restoring_rights(SqlObject.named("MATERIALIZED VIEW m")))


@pytest.mark.parametrize(
    "forged",
    [
        "-- alembic-rollout: keep rights\nDROP TABLE t",
        f"{RESTORING}; DROP TABLE t",
        RESTORING.replace("FOR one IN", "DELETE FROM t; FOR one IN", 1),
        RESTORING.replace("FUNCTION app", "x$do$; DROP TABLE t; FUNCTION app", 1),
    ],
)
def test_anything_else_is_judged(forged: str) -> None:
    assert not is_restoring_rights(forged)
