"""What is let through of a model's answer: its text, and citations of passages that were retrieved.

A document may have told the model to show an image or a link whose address carries what it has read. So images become
their descriptions, links their texts, HTML goes, and an address stays only where a passage or the question has it.

The answer comes in pieces; what may be the beginning of such a thing is held back until it is known.
"""

import re

_LINK_TEXT = r"\[((?:[^\[\]]|\[[^\[\]]*\]){0,1000})\]"
_CLOSED = re.compile(_LINK_TEXT)
_LINK = re.compile(
    rf"!?{_LINK_TEXT}(?:\([^()]{{0,1000}}(?:\([^()]{{0,500}}\)[^()]{{0,500}})?\)|\[[^\[\]]{{0,200}}\](?!\())"
)
_IMAGE_BY_REFERENCE = re.compile(r"!\[([^\[\]]{0,1000})\](?!\()")
_CITATION = re.compile(r"[\[【［]\^?\s*(\d{1,4}(?:\s*[,、，]\s*\d{1,4})*)\s*[\]】］]")
_TAG = re.compile(r"<!--.{0,1000}?-->|<[/!?]?([A-Za-z][A-Za-z0-9-]*)([^<>]{0,1000})>", re.DOTALL)
# Those that load or run something; any other one may, once it has attributes.
_ACTIVE_TAGS = frozenset(
    """
    a applet area audio base body button embed form frame frameset head html iframe image img input link map math meta
    object picture script select source style svg template textarea track video
    """.split()  # noqa: SIM905 - a literal set would be ten lines
)
_ADDRESS = re.compile(
    r"(?:(?:[a-z][a-z0-9+.-]{1,20}:)?//|www\.|(?:data|javascript|vbscript|mailto):)[!-;=?-~]+", re.IGNORECASE
)
_BEGINNINGS = ("http://", "https://", "ftp://", "www.", "data:", "javascript:", "vbscript:", "mailto:", "//")
_AFTER_AN_ADDRESS = ".,;:!?)]}'\"*_"
_OPENER = re.compile(r"[\[【［<!]")
_LONGEST_CITATION = 30
_MOST_HELD = 1500
_AS_TEXT = str.maketrans({"[": "［", "<": "＜", "!": "！"})


class SafeAnswer:
    """Filters one answer.

    Args:
        passages: how many were sent; citations of others are removed.
        known_text: passages and question; addresses that are in it stay.
        link_removed: takes the place of an address that is not.

    Attributes:
        text: what was let through so far.
        cited: the numbers of the passages as they were sent, in the order of their new numbers.
    """

    def __init__(self, *, passages: int, known_text: str, link_removed: str) -> None:
        self._passages = passages
        self._known_text = known_text
        self._link_removed = link_removed
        self._held = ""
        self.text = ""
        self.cited: list[int] = []

    def feed(self, piece: str) -> str:
        """Take the next piece; return what can be shown of the answer now."""
        self._held += piece
        end = _safe_end(self._held)
        if len(self._held) - end > _MOST_HELD:
            # What is that long is no link; with another bracket, it cannot become one.
            self._held = self._held.translate(_AS_TEXT)
            end = len(self._held)
        ready, self._held = self._held[:end], self._held[end:]
        return self._let_through(ready)

    def finish(self) -> str:
        """Return the rest."""
        rest, self._held = self._held, ""
        return self._let_through(rest)

    def _let_through(self, text: str) -> str:
        shown = _CITATION.sub(self._numbered, _ADDRESS.sub(self._known_address, without_links(text)))
        self.text += shown
        return shown

    def _known_address(self, address: re.Match[str]) -> str:
        stated = address.group()
        core = stated.rstrip(_AFTER_AN_ADDRESS)
        if core.count("(") > core.count(")"):
            core = stated[: len(core) + 1]
        return stated if core in self._known_text else self._link_removed + stated[len(core) :]

    def _numbered(self, citation: re.Match[str]) -> str:
        numbers = [int(number) for number in re.findall(r"\d+", citation.group(1))]
        return "".join(f"[{self._new_number(number)}]" for number in numbers if 1 <= number <= self._passages)

    def _new_number(self, number: int) -> int:
        if number not in self.cited:
            self.cited.append(number)
        return self.cited.index(number) + 1


def without_links(text: str) -> str:
    """Return a text with the descriptions of its images and the texts of its links, without tags that do something."""
    before = None
    # Again and again: an image may be inside a link.
    while text != before:
        before = text
        text = _IMAGE_BY_REFERENCE.sub(r"\1", _LINK.sub(_only_text, _TAG.sub(_harmless_tag, text)))
    return text


def _harmless_tag(tag: re.Match[str]) -> str:
    name, attributes = (tag.group(1) or "").lower(), (tag.group(2) or "").strip(" /\n\t")
    if attributes.startswith(":"):
        return f"{tag.group(1)}{tag.group(2)}"  # <https://...> is an address, and is judged as one
    return "" if not name or name in _ACTIVE_TAGS or attributes else tag.group()


def _only_text(link: re.Match[str]) -> str:
    text = link.group(1)
    if not _CITATION.fullmatch(f"[{text}]"):
        return text
    # [1][2] are two citations, [1](...) is one.
    return link.group() if link.group().endswith("]") else f"[{text}]"


def _safe_end(held: str) -> int:
    """Return how much of a text can be shown: up to what may be the beginning of a link, a tag or an address."""
    place = 0
    while opener := _OPENER.search(held, place):
        following = _end_of(held, opener.start())
        if following is None:
            return opener.start()
        place = following
    return _begin_of_address(held)


def _end_of(held: str, start: int) -> int | None:
    """Return where what begins at a place has ended, or None as long as that is not known."""
    after = held[start + 1 : start + 2]
    match held[start]:
        case "!":
            return _end_of_brackets(held, start + 1) if after == "[" else start + 1 if after else None
        case "<":
            if after and not (after.isalpha() or after in "/!?"):
                return start + 1
            end = held.find(">", start)
            return None if end < 0 else end + 1
        case "[":
            return _end_of_brackets(held, start)
        case _:
            is_open = not re.search("[\\]】］]", held[start:]) and len(held) - start < _LONGEST_CITATION
            return None if is_open else start + 1


def _end_of_brackets(held: str, start: int) -> int | None:
    closed = _CLOSED.match(held, start)
    if closed is None or closed.end() == len(held):
        return None
    if held[closed.end()] not in "([":
        return closed.end()
    link = _LINK.match(held, start)
    # What follows the second pair of brackets decides whether it is the first half of another link.
    return None if link is None or link.end() == len(held) else link.end()


def _begin_of_address(held: str) -> int:
    for address in _ADDRESS.finditer(held):
        if address.end() == len(held):
            return address.start()
    lowered = held.lower()
    for length in range(min(len(held), max(map(len, _BEGINNINGS))), 0, -1):
        tail = lowered[-length:]
        begins_a_word = length == len(held) or not lowered[-length - 1].isalnum()
        if begins_a_word and any(beginning.startswith(tail) for beginning in _BEGINNINGS):
            return len(held) - length
    return len(held)
