"""What a question is about: its words without those that only ask, and how much of them a text has."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.text.normalization import normalize
from app.text.runs import HAN, HIRAGANA, KATAKANA, RUN

# Words that ask, and words that are in every question.
_ASKING = re.compile(
    "何(?:時間?|日間?|分|年間?|月|人|件|個|回|円|歳|曜日?|階|番|度|週間?|[かヶケカ]月|ページ|本|冊|枚|割)?"
    "|誰|幾ら?|教えて?|知りたい|下さい|頂け|願い|本当|結局"
)
_PIECE = re.compile(f"(?P<han>[{HAN}]+)|(?P<katakana>[{KATAKANA}]+)|(?P<hiragana>[{HIRAGANA}]+)")
_HIRAGANA_FUNCTION = re.compile(
    "(?:です|ます|でしょう)?か$|について|ください|とは|って|なに|どこ|いつ|だれ|どう|なぜ|どんな|どの|いくら|いくつ|して|する"
    "|した|ある|あり|いる|できる|でき|ます|です|もの|こと|それ|これ|その|この|あれ|そこ|もっと|まで|から|より|ほか"
)
# Said of anything: a text about the question often has another word in their place.
_GENERAL = frozenset(
    """
    場合 方法 必要 可能 時間 期間 期限 対象 内容 手順 理由 際 時 人 者 中 上 下 前 後 日 何 件 数 他 別 以上 以下
    最大 最小 詳 説明 maximum minimum max min number amount time way ways need needed possible allowed kind type
    """.split()  # noqa: SIM905 - a literal set would be thirty lines
)
_STOP_WORDS = frozenset(
    """
    a about all am an and any are as at be been being but by can could did do does doing done for from get gets give
    go goes had has have having he her here him his how i if in into is it its just let like long many may me might
    more most much must my no not now of off on one or other our out over own please she should show so some such tell
    than that the their them then there these they this those to too under up us very was we were what when where
    which while who whom whose why will with would you your
    """.split()  # noqa: SIM905 - a literal set would be thirty lines
)
_ENDINGS = ("ies", "ing", "ed", "es", "s")
_SHORTEST_STEM = 3
_GENERAL_WEIGHT = 0.4
_SINGLE_WEIGHT = 0.5
_NUMBER_WANTED = re.compile(
    r"何(?!か)|いく[らつ]|いつ|幾|期限|料金|値段|価格|金額|\bhow (?:many|much|long|often|far|old|tall|big)\b|\bwhen\b"
    r"|\bwhat time\b|\b(?:price|cost|fee|number|maximum|minimum)\b"
)
_NUMBER = re.compile(
    "[0-9]|[一二三四五六七八九十百千万]+(?:時|日|月|年|円|人|件|回|週|分|割|名|枚|階|歳|文字|か月|パーセント)"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|fifty|hundred|thousand)\b"
)


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a question.

    Attributes:
        pieces: what of it is looked for; a text may have some of them.
        weight: how much it says of what is asked.
    """

    pieces: tuple[str, ...]
    weight: float


class ComparedText:
    """A text in which the terms of a question are looked for."""

    def __init__(self, text: str) -> None:
        self.normalized = normalize(text)
        self._stems = {_stem(match["word"]) for match in RUN.finditer(self.normalized) if match["word"]}

    def coverage(self, terms: Sequence[Term]) -> float:
        """Return how much of the terms the text has, from 0 to 1; 0 where there are none."""
        whole = sum(term.weight for term in terms)
        if not whole:
            return 0.0
        return sum(term.weight * self._share(term) for term in terms) / whole

    def has_number(self) -> bool:
        """Return True if the text has a number, a date or an amount."""
        return _NUMBER.search(self.normalized) is not None

    def _share(self, term: Term) -> float:
        return sum(self._has(piece) for piece in term.pieces) / len(term.pieces)

    def _has(self, piece: str) -> bool:
        return piece in self._stems if piece.isascii() else piece in self.normalized


def content_terms(question: str) -> list[Term]:
    """Return what a question is about; hiragana counts only where there is nothing else.

    Empty for a question that only asks on ("それはなぜ？", "why?"), or has no letters.
    """
    normalized = _ASKING.sub(" ", normalize(question))
    terms = list(dict.fromkeys(_terms(normalized)))
    return terms or list(dict.fromkeys(_hiragana_terms(normalized)))


def wants_number(question: str) -> bool:
    """Return True if the answer to a question is likely to have a number."""
    return _NUMBER_WANTED.search(normalize(question)) is not None


def _terms(normalized: str) -> Iterator[Term]:
    for run in RUN.finditer(normalized):
        if run["word"]:
            if run["word"] not in _STOP_WORDS:
                weight = _GENERAL_WEIGHT if run["word"] in _GENERAL else 1.0
                yield Term((_stem(run["word"]),), weight)
            continue
        for piece in _PIECE.finditer(run["cjk"]):
            text = piece.group()
            if piece.lastgroup != "hiragana":
                yield Term(_bigrams(text), _weight(text))
        # Hangul has no pieces of its own.
        if not _PIECE.search(run["cjk"]):
            yield Term(_bigrams(run["cjk"]), 1.0)


def _hiragana_terms(normalized: str) -> Iterator[Term]:
    for run in RUN.finditer(normalized):
        for part in _HIRAGANA_FUNCTION.split(run["cjk"] or ""):
            # One kana is a particle.
            word = part.strip("はがをにのでともやへ")
            if len(word) > 1:
                yield Term(_bigrams(word), 1.0)


def _weight(text: str) -> float:
    if text in _GENERAL:
        return _GENERAL_WEIGHT
    return _SINGLE_WEIGHT if len(text) == 1 else 1.0


def _bigrams(text: str) -> tuple[str, ...]:
    return (text,) if len(text) == 1 else tuple(text[start : start + 2] for start in range(len(text) - 1))


def _stem(word: str) -> str:
    """Return an English word without its ending: `expires` and `expired` are one."""
    if not word.isascii() or any(character.isdigit() for character in word):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            stem = word[: -len(ending)]
            return (f"{stem}y" if ending == "ies" else stem).rstrip("e")
    return word.rstrip("e") if len(word) > _SHORTEST_STEM else word
