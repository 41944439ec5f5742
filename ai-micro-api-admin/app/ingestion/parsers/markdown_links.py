"""Which lines of Markdown define a link, and which only look like it.

CommonMark takes any line of the form `[label]: word` for a definition, and shows nothing of it. In Japanese a sentence
is one word: `[重要]: 明日は休館です。` would vanish. So would a footnote (`[^1]: ...`), unknown to CommonMark.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock, reference

_LONGEST_LABEL = 1100
"""Characters searched for a label's end; CommonMark allows it 999, and white space follows."""

_LABEL_END = re.compile(r"(?<!\\)\]:\s*")
_DESTINATION = re.compile(
    r"<[^<>\n]*>"  # in angle brackets
    r"|[./?#]\S*"  # a path, a query, a fragment
    r"|[a-z][a-z0-9+.-]*://\S+|(?:mailto|tel|data|urn|www\.)\S+"
    r"|[!-~]+/[!-~]*|[!-~]+\.[a-z0-9]{1,6}(?:[?#][!-~]*)?",  # a relative path or a host, in ASCII
    re.IGNORECASE,
)


def link_definition(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Parse a link definition whose destination looks like one; leave everything else to be a paragraph."""
    first = state.bMarks[start_line] + state.tShift[start_line]
    if state.src.startswith("[^", first):
        return False
    end = _LABEL_END.search(state.src, first, first + _LONGEST_LABEL)
    destination = _DESTINATION.match(state.src, end.end()) if end else None
    if destination is None or not _ends_word(state.src, destination.end()):
        return False
    return reference(state, start_line, end_line, silent)


def _ends_word(source: str, position: int) -> bool:
    return position == len(source) or source[position].isspace()
