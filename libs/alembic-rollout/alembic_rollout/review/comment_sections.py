"""The text of a comment in which each project has a section, and what of it stays where it would be too long."""

import re

LONGEST_BODY = 60_000
"""Characters of a comment. GitHub takes 65,536, as its refusal of more says, and GitLab a million."""
CUT = "**Cut here, because a comment may not be longer. The whole report is in the log of the job.**"
_SECTION = re.compile(r"(?<=<!-- begin )(?P<name>[^\n]*) -->\n(?P<report>.*?)\n(?=<!-- end (?P=name) -->)", re.DOTALL)
_CLOSING = len(CUT) + 40
"""Characters that follow what is kept of a section: the line, and what closes a fence and a folded part."""


def with_section(body: str, name: str, report: str) -> str:
    """Return a comment in which the section of that name is the report; at its end where it has none yet.

    Where it would be longer than a comment may be, its longest sections are cut, and say so.
    """
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    section = f"{begin}\n{report.strip()}\n{end}"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if pattern.search(body):
        return _cut_sections(pattern.sub(lambda _: section, body, count=1))
    return _cut_sections(f"{body.rstrip()}\n\n{section}\n")


def _cut_sections(body: str) -> str:
    if len(body) <= LONGEST_BODY:
        return body
    lengths = sorted(len(match["report"]) for match in _SECTION.finditer(body))
    room = LONGEST_BODY - (len(body) - sum(lengths))
    most = 0
    for number, length in enumerate(lengths):  # what a short one leaves is shared by the longer ones
        most = room // (len(lengths) - number)
        if length > most:
            break
        room -= length
    return _SECTION.sub(lambda match: f"{match['name']} -->\n{_cut(match['report'], most)}\n", body)


def _cut(report: str, most: int) -> str:
    """Return the first whole lines of a report, its fences and its folded part closed, with a line that says so."""
    if len(report) <= most:
        return report
    kept: list[str] = []
    fence, is_folded, length = "", False, 0
    for line in report.removesuffix(CUT).rstrip().splitlines():
        length += len(line) + 1
        if length > most - _CLOSING:
            break
        kept.append(line)
        if fence:
            fence = "" if line == fence else fence
        elif marks := re.match("`{3,}", line):
            fence = marks[0]
        else:
            is_folded = (is_folded or line.startswith("<details>")) and line != "</details>"
    return "\n".join([*kept, *([fence] if fence else []), *(["", "</details>"] if is_folded else []), "", CUT])
