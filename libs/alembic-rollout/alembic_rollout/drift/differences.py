"""One difference between a database and its models, and the patterns by which it is ignored."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class DriftFinding:
    """A difference.

    Attributes:
        kind: `table`, `column`, `index`, `constraint`, `comment`, `foreign table`, `view`, `sequence`, `type`,
            `function`, `trigger`, `policy` or `extension`.
        name: of the object, with its schema where the search path does not find it; `profiles.locale` for a column.
        text: what is different, as a sentence.
    """

    kind: str
    name: str
    text: str

    def is_ignored(self, patterns: Iterable[str]) -> bool:
        """Whether a pattern such as `table audit_*` matches kind and name."""
        return any(fnmatchcase(f"{self.kind} {self.name}", pattern) for pattern in patterns)
