"""The SQL script that pg_dump or pg_restore writes with `--verbose`, entry by entry."""

import re
from dataclasses import dataclass

from alembic_rollout.errors import RolloutError

_ENTRY = re.compile(r"\n(?=--\n-- TOC entry \d+ )")
_HEADER = re.compile(
    r"--\n-- TOC entry (?P<number>\d+) .*\n(?:-- Dependencies: (?P<needs>[\d ]+)\n)?"
    r"-- Name: (?P<name>.+); Type: (?P<kind>[A-Z ]+); Schema: (?P<schema>[^;]+); Owner: .*\n"
)
_FOR_PSQL = re.compile(r"^\\(?:un)?restrict .*\n?", re.MULTILINE)
_BY_ANOTHER_GRANTOR = re.compile(
    r"^SET SESSION AUTHORIZATION .*;\n(?P<grants>(?:.*\n)*?)RESET SESSION AUTHORIZATION;\n", re.MULTILINE
)
_FOR_THE_NEXT = re.compile(r"(?:^SET (?:default_tablespace|default_table_access_method) = .*;\n+)+\Z", re.MULTILINE)
_ONE_SETTING = re.compile(r"^SET (\w+) = .*;$", re.MULTILINE)
_KIND_AND_NAME = re.compile(r"((?:[A-Z]+ )*[A-Z]+|) ?(.*)")
_REMARKS = {"ACL": "the privileges on ", "COMMENT": "the comment on ", "SECURITY LABEL": "the security label of "}
_HAS_A_PLACE = ("TABLE", "MATERIALIZED VIEW", "INDEX", "CONSTRAINT")


@dataclass(frozen=True, slots=True)
class ScriptEntry:
    """What one entry of a dump's table of contents makes.

    Attributes:
        number: its number in the table of contents.
        kind: such as `FOREIGN TABLE`, `ACL` or `COMMENT`.
        schema: `-` for what is in no schema.
        name: as pg_dump has it, with the arguments of a function.
        sql: what makes it, whatever ran before.
        needs: numbers of the entries that it depends on.
    """

    number: int
    kind: str
    schema: str
    name: str
    sql: str
    needs: frozenset[int]

    def __str__(self) -> str:
        kind, name = self.kind, self.name
        if kind in _REMARKS and (of_an_object := _KIND_AND_NAME.fullmatch(name)):
            kind, name = of_an_object.groups()
        if name.startswith(f"{kind} "):  # such as CAST - CAST (integer AS boolean)
            name = name.removeprefix(f"{kind} ")
        place = "" if self.schema == "-" else f"{self.schema}."
        return f"{_REMARKS.get(self.kind, '')}{kind.lower()} {place}{name}"


def split_script(script: str) -> tuple[str, list[ScriptEntry]]:
    """Return the settings that a script begins with, and its entries; without commands for psql.

    Between two entries a script may say where the tables that follow are kept, and how. Every entry that this concerns
    gets these settings for itself: one that is left out does not take them along.

    Raises:
        RolloutError: an entry cannot be read.
    """
    preamble, *texts = _ENTRY.split(_without_last_words(script))
    preamble, following = _divided(_FOR_PSQL.sub("", preamble))
    settings = dict(following)
    entries = []
    for text in texts:
        sql, following = _divided(f"{text}\n")
        header = _HEADER.match(sql)
        if header is None:
            raise RolloutError(f"pg_dump has written an entry that cannot be read: {' '.join(sql[:80].split())}")
        before = "".join(f"{setting}\n" for setting in settings.values()) if header["kind"] in _HAS_A_PLACE else ""
        needs = frozenset(map(int, (header["needs"] or "").split()))
        entries.append(
            ScriptEntry(int(header["number"]), header["kind"], header["schema"], header["name"], before + sql, needs)
        )
        settings |= following
    return preamble, entries


def _without_last_words(script: str) -> str:
    start = script.rfind("\n-- Completed on ")
    return _FOR_PSQL.sub("", script) if start < 0 else script[:start]


def _divided(text: str) -> tuple[str, dict[str, str]]:
    match = _FOR_THE_NEXT.search(text)
    if match is None:
        return text, {}
    return text[: match.start()], {one[1]: one[0] for one in _ONE_SETTING.finditer(match[0])}


def granted_by_owner(entry: str) -> str:
    """Return the SQL of an entry in which the owner grants what another role had granted.

    The rights are the same. To grant them as the other role takes its login, or a superuser's.
    """
    return _BY_ANOTHER_GRANTOR.sub(lambda match: match["grants"], entry)
