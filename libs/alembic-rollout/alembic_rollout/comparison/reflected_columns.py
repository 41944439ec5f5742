"""Columns as they are read from the database: without what is their domain's, and without the numbers of a serial.

SQLAlchemy gives a column the NOT NULL and the default of its domain. Alembic drops the default of a serial column, and
looks for its sequence by a name that it does not unquote.
"""

from sqlalchemy import Connection, Table, event
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.engine.reflection import Inspector

from alembic_rollout.postgres.identifiers import quote

_OWN = """
    SELECT attnotnull, pg_get_expr(adbin, adrelid), EXISTS (
        SELECT FROM pg_depend owned JOIN pg_depend used ON used.refobjid = owned.objid
        WHERE owned.refclassid = 'pg_class'::regclass AND owned.refobjid = attrelid AND owned.refobjsubid = attnum
            AND owned.classid = 'pg_class'::regclass AND owned.deptype = 'a'
            AND used.classid = 'pg_attrdef'::regclass AND used.objid = d.oid)
    FROM pg_attribute LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
    WHERE attrelid = to_regclass(%s) AND attname = %s
"""


@event.listens_for(Table, "column_reflect")
def _correct(inspector: Inspector, table: Table, column: ReflectedColumn) -> None:
    """Correct a column before Alembic sees it."""
    default = column["default"] or ""
    is_quoted = default.startswith("nextval('") and "''" in default
    if not isinstance(inspector.bind, Connection) or not (is_quoted or isinstance(column["type"], DOMAIN)):
        return
    place = f"{quote(table.schema)}.{quote(table.name)}" if table.schema else quote(table.name)
    own = inspector.bind.exec_driver_sql(_OWN, (place, column["name"])).one_or_none()
    if own is None:
        return
    not_null, own_default, is_serial = own
    column["nullable"] = not not_null
    column["default"] = None if is_quoted and is_serial else own_default
