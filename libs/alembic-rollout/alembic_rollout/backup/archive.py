"""Reads what a file of pg_dump holds: of which database and server it is, its table of contents, its revision."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from sqlalchemy import Connection

from alembic_rollout.databases.programs import program_output, run_program
from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.identifiers import qualified

_HEADER = re.compile(r"^; +(Archive created at|dbname:|Dumped from database version:) (.*)$", re.MULTILINE)
_COPY = re.compile(rb"COPY (.+?) (?:\(.*\) )?FROM stdin;$")
_END_OF_ROWS = "\\."
_NEEDS = ";\tdepends on: "
_MAJOR = re.compile(r"\d+")
DAMAGED = "The file is cut off, damaged, or no file of pg_dump: copy it again, or name another backup."


@dataclass(frozen=True, slots=True)
class Archive:
    """A file of pg_dump in its custom format.

    Attributes:
        path: where it is.
        database: name of the database that was dumped.
        created: when, in pg_dump's words.
        server_version: of the server that was dumped, such as `18.4`.
        entries: its table of contents, one line each as `pg_restore --list` prints it.
        needs: the numbers of the entries that an entry depends on, by its number.
    """

    path: Path
    database: str
    created: str
    server_version: str
    entries: tuple[str, ...]
    needs: Mapping[int, frozenset[int]]

    @property
    def server_major(self) -> int:
        """Major version of the server that was dumped; 0 where the file does not say."""
        match = _MAJOR.match(self.server_version)
        return int(match[0]) if match else 0

    def schemas_with_rows_of(self, table: str) -> tuple[str, ...]:
        """Return the schemas in which the file has rows of a table of this name."""
        rows = re.compile(rf"\d+; \d+ \d+ TABLE DATA (.+) {re.escape(table)} \S+")
        return tuple(match[1] for entry in self.entries if (match := rows.fullmatch(entry)))


def read_archive(pg_restore: str, path: Path) -> Archive:
    """Read a file's header and table of contents.

    Args:
        pg_restore: the program.
        path: the file.

    Raises:
        RolloutError: it cannot be read, or it is no file of pg_dump.
    """
    listed = run_program([pg_restore, "--list", "--verbose", str(path)], environment={**os.environ, "LC_ALL": "C"})
    if listed.status != 0:
        raise RolloutError(f"{path} cannot be read: {listed.complaint}. {DAMAGED}")
    header = dict(_HEADER.findall(listed.output))
    entries = (line.strip() for line in listed.output.splitlines() if line.strip() and not line.startswith(";"))
    return Archive(
        path=path,
        database=header.get("dbname:", ""),
        created=header.get("Archive created at", ""),
        server_version=header.get("Dumped from database version:", ""),
        entries=tuple(entries),
        needs=dict(_dependencies(listed.output.splitlines())),
    )


def number_of(entry: str) -> int:
    """Return the number of an entry in the table of contents."""
    return int(entry.partition(";")[0])


def _dependencies(lines: Iterable[str]) -> Iterator[tuple[int, frozenset[int]]]:
    number = 0
    for line in lines:
        if line.startswith(_NEEDS):
            yield number, frozenset(map(int, line.removeprefix(_NEEDS).split()))
        elif line and not line.startswith(";"):
            number = number_of(line)


def archived_revisions(pg_restore: str, archive: Archive, schema: str, version_table: str) -> tuple[str, ...]:
    """Return the revisions that the database was at when it was dumped, read from the rows in the file.

    Args:
        pg_restore: the program.
        archive: the file.
        schema: of the version table.
        version_table: its name.

    Raises:
        RolloutError: the rows cannot be read.
    """
    said = run_program(
        [pg_restore, "--data-only", f"--schema={schema}", f"--table={version_table}", "--file=-", str(archive.path)],
        environment={**os.environ, "LC_ALL": "C"},
    )
    if said.status != 0:
        raise RolloutError(f"{archive.path} cannot be read: {said.complaint}. {DAMAGED}")
    lines = iter(said.output.splitlines())
    for line in lines:
        if line.startswith("COPY ") and line.endswith(" FROM stdin;"):
            return tuple(sorted(takewhile(lambda row: row != _END_OF_ROWS, lines)))
    return ()


def rows_in(pg_restore: str, archive: Archive) -> dict[str, int]:
    """Return how many rows the file has of each table, by the table's name as SQL would write it.

    Args:
        pg_restore: the program.
        archive: the file.

    Raises:
        RolloutError: the rows cannot be read.
    """
    counts: dict[str, int] = {}
    command = [pg_restore, "--data-only", "--file=-", str(archive.path)]
    failed = f"{archive.path} cannot be read"
    with program_output(command, environment={**os.environ, "LC_ALL": "C"}, failed=failed, remedy=DAMAGED) as lines:
        for line in lines:
            table = _COPY.match(line)
            if table is not None:
                counts[table[1].decode()] = sum(1 for _ in takewhile(_is_row, lines))
    return counts


def _is_row(line: bytes) -> bool:
    return line != b"\\.\n"  # a row with this text would have a second backslash


def schema_of(connection: Connection, schema: str | None, table: str) -> str | None:
    """Return the schema that a table is in, by way of the search path where none is named; None without the table."""
    name = connection.exec_driver_sql(
        "SELECT nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(%s)",
        (qualified(schema, table),),
    ).scalar()
    return None if name is None else str(name)
