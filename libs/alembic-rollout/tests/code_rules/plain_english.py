"""The words that are not used in this repository, and what is said instead: what tests of its texts judge."""

import re

SAY_INSTEAD = {
    r"\b(?:no|some|every)body\b|\bwho(?:so)?ever\b": "name the process, the session or the role; or none, another",
    r"\banew\b": "again; rewrites",
    r"\bheard of\b": "unknown",
    r"\b(?:take|took|taken|takes|taking)\b[^.;:\n]{0,30}\bback\b": "revert",
    r"\b(?:bring|brings|bringing|brought)\b[^.;:\n]{0,30}\b(?:back|forward)\b": "restore; apply",
    r"\b(?:the|its|a) ways? (?:up|down|back)\b": "apply, upgrade; revert, downgrade",
    r"\bonce more\b|\bup again\b": "again; re-apply",
    r"\b(?:was|were|is|are|be|been|being) (?:not )?told\b|\bnot told\b|\btold why\b": "say what happened or failed",
    r"\bin (?:the|its|their|our|your|\w+'s) way\b|\bstands? before\b": "blocks, blocked by",
    r"\bNothing was done; --yes\b|--yes does it\b": "Dry run. Pass --yes to ...",
    r"\b(?:tell|tells|say|says) whether\b": "return True if",
    r"\A\s*Whether\b": "Return True if",
}
"""Words of the dialect, with what is said instead."""


def words_of_the_dialect(text: str) -> list[str]:
    """Return what of the dialect stands in a text, each with the words to use instead."""
    return [
        f"{found.group()!r}: say {instead}"
        for pattern, instead in SAY_INSTEAD.items()
        for found in re.finditer(pattern, text, re.IGNORECASE)
    ]
