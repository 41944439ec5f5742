"""Settings by which PostgreSQL reads a revision otherwise than the linter has read it."""

from collections.abc import Iterator

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.revision import Revision
from alembic_rollout.lint.situation import Situation
from alembic_rollout.sql.scanner import has_plain_backslash
from alembic_rollout.sql.settings_changed import reading_changed_by

_RULE = "setting-changes-meaning"


def check_reading(revision: Revision, now: Situation) -> Iterator[Finding]:
    """Find what changes how PostgreSQL reads the rest, and strings that sessions of the application read otherwise."""
    for statement in revision.upgrade.statements:
        said = reading_changed_by(statement.sql)
        if said is not None:
            yield revision.finding(_RULE, f"{said[0].upper()}{said[1:]}.", statement=statement)
        elif has_plain_backslash(statement.sql) and not now.at_beginning.has_standard_strings:
            yield revision.finding(
                _RULE,
                "The role or the database has standard_conforming_strings off, and a migration has it on: the backslash"
                " of this string escapes nothing here.",
                statement=statement,
                remedy="Write E'...' where it is an escape, and \\\\ in such a string where it is a backslash.",
            )
