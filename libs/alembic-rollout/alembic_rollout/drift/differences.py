"""One difference between a database and its models or its last migration, and the patterns that ignore it."""

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
    """

    kind: str
    name: str
    text: str

    def is_ignored(self, patterns: Iterable[str]) -> bool:
        """Return True if a pattern such as `table audit_*` matches kind and name."""
        return any(fnmatchcase(f"{self.kind} {self.name}", pattern) for pattern in patterns)
