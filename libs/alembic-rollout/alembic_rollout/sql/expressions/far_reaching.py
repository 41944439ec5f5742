"""Calls of PostgreSQL's own functions that destroy data, or that reach beyond the database."""

from collections.abc import Iterator

from alembic_rollout.sql.action import Action
from alembic_rollout.sql.tokens import Tokens, enclosed, is_identifier, split_at_commas, split_name, unquote

DESTROYING = frozenset({"lo_unlink", "lo_truncate", "lo_truncate64"})
"""Functions that remove large objects, or a part of one."""

# Sessions, the server's own state, its files, and other servers: chapters 9.28 and 33.4 of PostgreSQL 18's manual, and
# the extensions dblink and adminpack.
_NAMES = """
pg_terminate_backend pg_cancel_backend pg_reload_conf pg_rotate_logfile pg_promote pg_switch_wal pg_wal_replay_pause
pg_wal_replay_resume pg_backup_start pg_backup_stop pg_create_physical_replication_slot
pg_create_logical_replication_slot pg_copy_physical_replication_slot pg_copy_logical_replication_slot
pg_drop_replication_slot pg_replication_slot_advance pg_sync_replication_slots pg_replication_origin_create
pg_replication_origin_drop pg_replication_origin_advance pg_logical_slot_get_changes
pg_logical_slot_get_binary_changes pg_read_file pg_read_binary_file pg_ls_dir pg_stat_file pg_file_write pg_file_sync
pg_file_rename pg_file_unlink lo_import lo_export be_lo_import be_lo_export
"""
BEYOND = frozenset(_NAMES.split())
_OF_OTHER_SERVERS = "dblink"
_SEQUENCE_SET = "setval"
_FIRST_VALUES = (("0",), ("1",))
# What these say of a function is no call; a definition's body is read where it is called.
_DEFINITIONS = frozenset({"comment", "grant", "revoke", "security", "alter", "drop"})


def far_reaching_calls(tokens: Tokens) -> Iterator[Action]:
    """Yield the calls of such functions in a statement.

    Args:
        tokens: of a statement, or of a part of a body.
    """
    if tokens[0] in _DEFINITIONS or (tokens[0] == "create" and "as" not in tokens):
        return
    for place, word in enumerate(tokens):
        if tokens[place + 1 : place + 2] != ("(",) or not is_identifier(word):
            continue
        name = unquote(word)
        if name in BEYOND or name in DESTROYING or name.startswith(_OF_OTHER_SERVERS):
            yield Action("call", "function", name, tokens=tokens)
        elif name == _SEQUENCE_SET:
            sequence, value = ([*split_at_commas(enclosed(tokens, place + 1)), (), ()])[:2]
            if value in _FIRST_VALUES:
                yield Action("call", "function", name, detail=unquote("".join(sequence)), tokens=tokens)


def is_beyond_database(name: str) -> bool:
    """Return True if a function reaches sessions, files, settings or servers beyond the database."""
    return name in BEYOND or name.startswith(_OF_OTHER_SERVERS)


def is_of_catalogue(name: str) -> bool:
    """Return True if a table is one of PostgreSQL's own catalogue; `pg_settings` is a view that sets settings."""
    schema, own = split_name(name)
    if schema in ("pg_catalog", "information_schema", "pg_toast"):
        return own != "pg_settings"
    return not schema and own.startswith("pg_") and own != "pg_settings"
