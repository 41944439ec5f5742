"""What was changed in a schema since the last migration, in sentences: the live catalogue against the stored one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from alembic_rollout.drift.differences import DriftFinding, identity_of_quoted
from alembic_rollout.history.stored_catalogue import CatalogueChanges, CatalogueObject, catalogue_changes
from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.project.catalogue import LOCK_TIMEOUT
from alembic_rollout.wording.phrases import shortened

# The kinds of the comparison with the models, so that one pattern ignores an object in both.
_KINDS = {"materialized view": "view", "procedure": "function", "aggregate": "function"}
_PARTS = ("constraint", "index", "trigger", "rule", "policy", "statistics")
_REMARKS = ("comment on ", "privileges")
"""Kinds whose names are those of the objects that they are about."""
_BY_COLUMNS = re.compile(r"(UNIQUE|FOREIGN KEY)(?: NULLS NOT DISTINCT)? \(([^()]*)\)")
_SCHEMA = re.compile(r'^("(?:[^"]|"")+"|[^".]+)\.')
_LONGEST = 240
_VARCHAR = r"'(?:[^']|'')*'::character varying"
_CAST_ARRAY = re.compile(rf"\(ARRAY\[({_VARCHAR}(?:, {_VARCHAR})*)\]\)::text\[\]")
_CAST_ELEMENT = re.compile(_VARCHAR)
_ELEMENT = r"(\g<0>)::text"
_CONTEXT_WORDS = 4


@dataclass(frozen=True, slots=True)
class CatalogueComparison:
    """The outcome of a comparison with the stored catalogue.

    Attributes:
        findings: what has changed, without what is ignored.
        unknown: why the two could not be compared, as a clause; empty where they were.
        revisions: which the stored catalogue belongs to.
        changes: what has changed, as it was read; what is ignored included.
    """

    findings: tuple[DriftFinding, ...] = ()
    unknown: str = ""
    revisions: tuple[str, ...] = ()
    changes: CatalogueChanges = field(default_factory=CatalogueChanges)


def catalogue_drift(
    connection: Connection,
    version_table: VersionTable,
    history_table: str,
    *,
    ignore: Sequence[str] = (),
    lock_timeout: str = LOCK_TIMEOUT,
) -> CatalogueComparison:
    """Return what was changed in a schema since the last migration.

    Args:
        connection: to the database, in any isolation level, as a role that may read the stored catalogue.
        version_table: of the tree.
        history_table: the name of its history.
        ignore: patterns of what is not reported, such as `table audit_*` or `privileges *`.
        lock_timeout: how long a table that another session has locked is waited for.
    """
    changes = catalogue_changes(connection, version_table, history_table, lock_timeout=lock_timeout)
    findings = describe_changes(changes, str(connection.dialect.default_schema_name))
    return CatalogueComparison(
        findings=tuple(finding for finding in findings if not finding.is_ignored(ignore)),
        unknown=changes.unknown,
        revisions=changes.revisions,
        changes=changes,
    )


def describe_changes(changes: CatalogueChanges, default_schema: str) -> list[DriftFinding]:
    """Return one finding an object; what goes with a table that came or went is no finding of its own.

    Args:
        changes: of the catalogue.
        default_schema: the one that is left out of names, as the search path finds it.
    """
    former = _by_name(changes.former)
    present = _by_name(changes.present)
    whole = {name for kind, name in former.keys() ^ present.keys() if not kind.startswith(_REMARKS)}
    prefix = f"{qualified(None, default_schema)}."
    findings = []
    constraints: set[tuple[str | None, str, bool, bool]] = set()
    for key in sorted(former.keys() | present.keys()):  # a table's constraints before its indexes
        before, after = former.get(key, ()), present.get(key, ())
        one = (*before, *after)[0]
        if before and after and _as_reread(_details(before)) == _as_reread(_details(after)):
            continue
        if one.kind == "user mapping" and before and after and None in (before[0].detail, after[0].detail):
            continue  # its options could not be seen, then or now
        if one.kind in ("constraint", "index"):
            side = (one.parent, _own_name(one), bool(before), bool(after))
            if one.kind == "index" and side in constraints:
                continue  # said already, with the constraint that made it
            constraints |= {side} if one.kind == "constraint" else set()
        if one.parent not in whole or (before and after):
            findings.append(_finding(one, _details(before), _details(after), prefix))
    return findings


def _own_name(one: CatalogueObject) -> str:
    """Return the name of a constraint without its table, or of an index without its schema."""
    return one.name.removeprefix(f"{one.parent}.") if one.kind == "constraint" else _SCHEMA.sub("", one.name)


def _by_name(objects: Iterable[CatalogueObject]) -> dict[tuple[str, str], tuple[CatalogueObject, ...]]:
    found: dict[tuple[str, str], tuple[CatalogueObject, ...]] = {}
    for one in objects:
        found[one.kind, one.name] = (*found.get((one.kind, one.name), ()), one)
    return found


def _as_reread(detail: str | None) -> str:
    """Return a definition as PostgreSQL words it once it has read its own wording, as a restore makes it do.

    `state IN ('a', 'b')` on a varchar column becomes a cast of the array first, and casts of its elements then.
    """
    return _CAST_ARRAY.sub(lambda array: f"ARRAY[{_CAST_ELEMENT.sub(_ELEMENT, array[1])}]", detail or "")


def _details(objects: Sequence[CatalogueObject]) -> str | None:
    """Return the details of objects of one name, as a text; None where there is no such object."""
    return " and ".join(one.detail or "" for one in objects) if objects else None


def _finding(one: CatalogueObject, before: str | None, after: str | None, prefix: str) -> DriftFinding:
    name = _without(prefix, one.name)
    subject, kind = f"{one.kind} {name}", _KINDS.get(one.kind, one.kind)
    if one.kind == "column":
        subject = f"column {name}"
    elif one.kind in _PARTS and one.parent:
        own = _without(prefix, one.name.removeprefix(f"{one.parent}."))
        subject = f"{one.kind} {own} on {_without(prefix, one.parent)}"
    elif one.kind == "privileges":
        subject = f"the privileges on {name}"
    elif one.kind.startswith("comment on "):
        kind, subject = "comment", f"the {one.kind} {name}"
    verbs = ("have", "were") if kind == "privileges" else ("has", "was")
    fact = _said(before, after, *verbs)
    return DriftFinding(
        kind, name, f"{subject} {fact}", fact, tuple(_identities(one, before, after)), details=(before, after)
    )


def _identities(one: CatalogueObject, *details: str | None) -> Iterator[str]:
    yield identity_of_quoted(_KINDS.get(one.kind, one.kind), one.name)
    if one.kind == "constraint" and one.parent:
        for match in filter(None, (_BY_COLUMNS.match(detail or "") for detail in details)):
            yield identity_of_quoted(f"{match[1]} ({match[2]}) on", one.parent)


def _said(before: str | None, after: str | None, has: str, was: str) -> str:
    if before is None:
        return f"{was} added since the last migration{_colon(after)}"
    if after is None:
        return f"{was} dropped since the last migration{_colon(before)}"
    parts = _differing(before, after)
    return f"{has} changed since the last migration: {was} {parts[0]}, now {parts[1]}"


def _colon(detail: str | None) -> str:
    return f": {shortened(detail, _LONGEST)}" if detail else ""


def _differing(before: str, after: str) -> tuple[str, str]:
    """Return the parts in which two definitions differ, with the words around them; short ones as they are."""
    if max(len(before), len(after)) <= _LONGEST // 2:
        return _shown(before), _shown(after)
    one, other = before.split(), after.split()
    if one == other:
        return "the same but for white space", repr(after)[:_LONGEST]
    start = next(_differing_places(one, other))
    end = next(_differing_places(one[start:][::-1], other[start:][::-1]))
    return _excerpt(one, start, len(one) - end), _excerpt(other, start, len(other) - end)


def _differing_places(one: Sequence[str], other: Sequence[str]) -> Iterator[int]:
    yield from (place for place, words in enumerate(zip(one, other, strict=False)) if words[0] != words[1])
    yield min(len(one), len(other))


def _excerpt(words: Sequence[str], start: int, end: int) -> str:
    first, last = max(0, start - _CONTEXT_WORDS), min(len(words), end + _CONTEXT_WORDS)
    text = " ".join(words[first:last])
    return f"{'… ' * (first > 0)}{shortened(text, _LONGEST)}{' …' * (last < len(words))}"


def _shown(detail: str) -> str:
    return " ".join(detail.split()) or "without options"


def _without(prefix: str, name: str) -> str:
    """Return a name as the search path finds it: `table public.users` is `table users`."""
    return " ".join(word.removeprefix(prefix) for word in name.split(" "))
