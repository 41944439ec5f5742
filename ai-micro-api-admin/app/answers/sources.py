"""Which sentences of a model's answer name no source."""

import re

_CITED = r"(?:[ \t]*\[\d+\])*"
_SENTENCE = re.compile(
    rf"(?:[^。！？!?．.\n]|\.(?!\s|$|\[\d))+(?:[。！？!?．.]+|(?=\n)|$)[」』）)”\"*]*{_CITED}[。.]?{_CITED}"
)
_CITATION = re.compile(r"\[\d+\]")
_LETTER = re.compile(r"[^\W\d_]")
_LETTERS_OF_A_STATEMENT = 4
_INTRODUCES = re.compile(r"[:：]\**\s*$")
_HEADING = re.compile(r"\s*(?:#{1,6}\s|\|)")
_SAYS_SO = re.compile(
    "見つかりません|見当たりません|記載(?:が|は)?(?:ありません|されていません)|分かりません|わかりません"
    r"|not (?:in|found|mentioned|stated|contained|specified)|(?:do|does) not (?:contain|answer|say|mention|state)"
    r"|(?:could|can) ?not (?:find|answer)|no (?:answer|information)",
    re.IGNORECASE,
)


def says_that_there_is_none(text: str) -> bool:
    """Return True if a text says that the documents have no answer."""
    return _SAYS_SO.search(text) is not None


def unsourced_sentences(answer: str) -> list[tuple[int, int]]:
    """Return where the sentences of an answer are that state something and cite no passage.

    Headings, rows of tables, what introduces a list, and saying that there is no answer state nothing.

    Args:
        answer: with citations as [1], in a sentence or behind it.

    Returns:
        For each sentence the place of its first character, and that behind its last one.
    """
    found = []
    for sentence in _SENTENCE.finditer(answer):
        written = sentence.group()
        if _states_something(written) and not _CITATION.search(written):
            start = sentence.start() + len(written) - len(written.lstrip())
            found.append((start, sentence.start() + len(written.rstrip())))
    return found


def _states_something(sentence: str) -> bool:
    if _HEADING.match(sentence) or _INTRODUCES.search(sentence) or says_that_there_is_none(sentence):
        return False
    return len(_LETTER.findall(sentence)) >= _LETTERS_OF_A_STATEMENT
