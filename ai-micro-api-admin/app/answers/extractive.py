"""An answer without a model: the sentences of the passages that fit the question best, each with its source."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.answers.language import Language, language_of
from app.answers.question_terms import ComparedText, Term, clauses, content_terms, wants_number
from app.answers.sentences import sentences

ENOUGH_OF_THE_QUESTION = 0.55
"""A passage that was found by words and has less of what is asked does not answer it: a passage on passwords has half
of 「パスワードの歴史」. The one place that says so; a model judges by itself."""

_MOST_SENTENCES = 3
_ALMOST_AS_GOOD = 0.8
_OF_THE_SENTENCE, _OF_THE_PASSAGE, _OF_THE_CONTEXT = 0.6, 0.4, 0.2
_NUMBER_BONUS = 0.1
_PLACE_COST, _PLACE_COST_BY_MEANING = 0.03, 0.2
_OTHER_LANGUAGE = 0.8
_EXCEPTION = re.compile(r"(?:ただし|但し|なお|However|Except|Unless)\b|ただし|但し|なお、")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is understood.

    Attributes:
        question: as it was typed.
        context: earlier questions that it refers to, or empty.
        by_words: False where passages are found by their meaning, and may have other words than the question.
    """

    question: str
    context: str = ""
    by_words: bool = True

    @property
    def query(self) -> str:
        """What is searched."""
        return f"{self.context} {self.question}".strip()

    @property
    def language(self) -> Language:
        """The language of the answer: that of the question, or of the conversation where it has no words."""
        return language_of(self.question if any(map(str.isalpha, self.question)) else self.query)


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that was retrieved.

    Attributes:
        title: of its document.
        text: its whole text.
    """

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Extract:
    """A sentence of a passage.

    Attributes:
        text: the sentence.
        passage: the place of the passage among those retrieved, from 0.
    """

    text: str
    passage: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    extract: Extract
    position: int
    score: float
    coverage: float
    exception: str | None


def _supported(asked: Asked, passages: Sequence[Passage]) -> list[int]:
    """Return the places of the passages that have enough of what is asked; all where they were found by meaning."""
    if not asked.by_words:
        return list(range(len(passages)))
    ways = [content_terms(asked.question) or content_terms(asked.context), *clauses(asked.question)]
    texts = [ComparedText(f"{passage.title}\n{passage.text}") for passage in passages]
    return [place for place, text in enumerate(texts) if max(map(text.coverage, ways)) >= ENOUGH_OF_THE_QUESTION]


def extracts(asked: Asked, passages: Sequence[Passage]) -> list[Extract]:
    """Return the sentences that answer a question, in the order of the passages; none where nothing answers it.

    Args:
        asked: the question.
        passages: what was retrieved, best first.
    """
    own, context = content_terms(asked.question), content_terms(asked.context)
    candidates = [
        candidate
        for place in _supported(asked, passages)
        for candidate in _candidates(asked, own or context, context if own else [], place, passages[place])
    ]
    if not candidates:
        return []
    best = max(candidates, key=lambda candidate: candidate.score)
    good = [
        candidate
        for candidate in candidates
        if candidate.score >= _ALMOST_AS_GOOD * best.score and candidate.coverage >= best.coverage / 2
    ]
    chosen = sorted(good, key=lambda candidate: -candidate.score)
    distinct = list({candidate.extract.text: candidate for candidate in reversed(chosen)}.values())[::-1]
    kept = sorted(distinct[:_MOST_SENTENCES], key=lambda candidate: (candidate.extract.passage, candidate.position))
    return list(dict.fromkeys(_with_exceptions(kept)))


def _candidates(
    asked: Asked, terms: Sequence[Term], context: Sequence[Term], place: int, passage: Passage
) -> Iterator[_Candidate]:
    whole = ComparedText(f"{passage.title}\n{passage.text}")
    of_the_passage = _OF_THE_PASSAGE * whole.coverage(terms) + _OF_THE_CONTEXT * whole.coverage(context)
    wants = wants_number(asked.question)
    cost = _PLACE_COST if asked.by_words else _PLACE_COST_BY_MEANING
    found = sentences(passage.text)
    for position, sentence in enumerate(found):
        if sentence.is_heading:
            continue
        compared = ComparedText(sentence.text)
        coverage = compared.coverage(terms)
        score = _OF_THE_SENTENCE * coverage + of_the_passage - cost * place
        if wants and compared.has_number():
            score += _NUMBER_BONUS
        if language_of(sentence.text) is not asked.language:
            score *= _OTHER_LANGUAGE
        following = found[position + 1].text if position + 1 < len(found) else ""
        exception = following if _EXCEPTION.match(following) else None
        yield _Candidate(Extract(sentence.text, place), position, score, coverage, exception)


def _with_exceptions(candidates: Sequence[_Candidate]) -> Iterator[Extract]:
    """Yield the sentences, each with the one after it that says what it does not hold for."""
    for candidate in candidates:
        yield candidate.extract
        if candidate.exception:
            yield Extract(candidate.exception, candidate.extract.passage)
