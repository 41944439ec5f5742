"""Answers that need no model: extracts, overviews, numbers, small talk."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.answers.classification import is_thanks
from app.answers.extractive import Asked, extracts
from app.answers.language import PHRASES
from app.answers.makers import EXTRACTIVE, RULES
from app.answers.safe_answer import without_links
from app.chat.retrieval import Source
from app.search.schemas import SearchItem


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer before it is kept.

    Attributes:
        text: what is shown.
        citations: the sources, in the order of their numbers.
        model: what made it.
    """

    text: str
    citations: list[SearchItem]
    model: str


def not_found(asked: Asked, model: str = EXTRACTIVE) -> Answer:
    """Return the honest answer where no passage has what is asked."""
    return Answer(PHRASES[asked.language].not_found, [], model)


def small_talk(asked: Asked) -> Answer:
    """Return the answer to a greeting or thanks."""
    phrases = PHRASES[asked.language]
    return Answer(phrases.thanks if is_thanks(asked.question) else phrases.greeting, [], RULES)


def extractive(asked: Asked, sources: Sequence[Source]) -> Answer:
    """Return the sentences that answer a question, each with the number of its source."""
    found = extracts(asked, [source.passage for source in sources])
    if not found:
        return not_found(asked)
    numbers: dict[int, int] = {}
    lines = []
    for extract in found:
        number = numbers.setdefault(extract.passage, len(numbers) + 1)
        lines.append(f"{without_links(extract.text)} [{number}]")
    text = PHRASES[asked.language].extracts + "\n\n" + "\n".join(lines)
    return Answer(text, [sources[place].item for place in numbers], EXTRACTIVE)
