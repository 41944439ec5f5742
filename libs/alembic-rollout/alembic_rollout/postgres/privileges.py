"""Privileges on the tables that this library keeps beside the version table."""

from sqlalchemy import Connection

from alembic_rollout.postgres.identifiers import for_driver


def revoke_writes(connection: Connection, table: str) -> None:
    """Revoke what default privileges let other roles write; what they let them read stays.

    Args:
        connection: as the table's owner.
        table: its name as SQL.
    """
    grantees = connection.exec_driver_sql(
        "SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END"
        " FROM pg_class, aclexplode(relacl) WHERE oid = %s::regclass AND grantee <> relowner",
        (table,),
    ).scalars()
    for grantee in grantees.all():
        connection.exec_driver_sql(
            f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {for_driver(table)} FROM {for_driver(grantee)}"
        )
