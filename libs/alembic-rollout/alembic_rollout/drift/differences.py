"""One difference between a database and its models or its last migration, and the patterns that ignore it.

Both comparisons may find the same difference: `identities` are what they then have in common.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class DriftFinding:
    """A difference.

    Attributes:
        kind: `table`, `column`, `index`, `constraint`, `comment`, `foreign table`, `view`, `sequence`, `type`,
            `function`, `trigger`, `policy`, `extension`, or another kind of a catalogue.
        name: of the object, with its schema where the search path does not find it; `profiles.locale` for a column.
        text: what is different, as a sentence.
        fact: the same without what it begins with, the object.
        identities: of the object, whichever comparison has found it, the surest first; see `identity`.
        details: of the object before and now, whole, where the text may have a part of them only.
    """

    kind: str
    name: str
    text: str
    fact: str = ""
    identities: tuple[str, ...] = ()
    details: tuple[str | None, ...] = ()

    def is_ignored(self, patterns: Iterable[str]) -> bool:
        """Return True if a pattern such as `table audit_*` matches kind and name."""
        return any(fnmatchcase(f"{self.kind} {self.name}", pattern) for pattern in patterns)


def fingerprint_of(findings: Iterable[DriftFinding]) -> str:
    """Return a short name for a set of differences: the same for the same set, in whatever order, on every machine."""
    facts = sorted(json.dumps([one.kind, one.name, one.text, *one.details]) for one in findings)
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:12]


def identity(kind: str, *parts: str | None) -> str:
    """Return what an object is in the words of every comparison.

    Args:
        kind: as the catalogue calls it.
        parts: its schema, the table that it is on, its name; None for what it has not. As PostgreSQL stores them.
    """
    return f"{kind} {'.'.join(part for part in parts if part)}"


def identity_of_quoted(kind: str, name: str) -> str:
    """Return the same for a name with its schema as PostgreSQL quotes it; quotes in a kind go too."""
    return '"'.join(part.replace('"', "") for part in f"{kind} {name}".split('""'))


def identity_by_columns(kind: str, columns: Iterable[str], *table: str | None) -> str:
    """Return what a constraint is whose name the models leave to PostgreSQL, or do not compare.

    Args:
        kind: `UNIQUE` or `FOREIGN KEY`.
        columns: which it is on.
        table: schema and name of its table.
    """
    return identity(f"{kind} ({', '.join(columns)}) on", *table)
