"""What a question is about: its words without those that only ask, and how much of them a text has."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.text.folding import fold_cjk, fold_word
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
    最大 最小 詳 説明 手続 規定 先日 今回
    maximum minimum max min number amount time way ways need needed possible allowed kind type
    """.split()  # noqa: SIM905 - a literal set would be thirty lines
)
_STOP_WORDS = frozenset(
    """
    a about all am an and any are as at be been being but by can could did do does doing done for from get gets give
    go goes had has have having he her here him his how i if in into is it its just let like long many may me might
    more most much must my no not now of off on one or other our out over own please she should show so some such
    tell hello hi please regards thank thanks than that the their them then there these they this those to too under
    up us very was we were what when where which while who whom whose why will with would you your
    """.split()  # noqa: SIM905 - a literal set would be thirty lines
)
_CLAUSE = re.compile(r"(?:の|ん)?(?:です|ます|ました|でした)(?:が|けれ?ど|ので)、?|[。．！？!?]+|\.\s")
_TELLING = 1.0
_SHORTEST_COMPOUND = 4
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
        words: the same, if it is a compound of words of two kanji: 住所変更 is said in 住所の変更 too.
    """

    pieces: tuple[str, ...]
    weight: float
    words: tuple[str, ...] = ()


class ComparedText:
    """A text in which the terms of a question are looked for."""

    def __init__(self, text: str) -> None:
        normalized = normalize(text)
        self._has_number = _NUMBER.search(normalized) is not None
        self._words = {fold_word(match["word"]) for match in RUN.finditer(normalized) if match["word"]}
        self._characters = fold_cjk(normalized)

    def coverage(self, terms: Sequence[Term]) -> float:
        """Return how much of the terms the text has, from 0 to 1; 0 where there are none."""
        whole = sum(term.weight for term in terms)
        if not whole:
            return 0.0
        return sum(term.weight * self._share(term) for term in terms) / whole

    def has_number(self) -> bool:
        """Return True if the text has a number, a date or an amount."""
        return self._has_number

    def _share(self, term: Term) -> float:
        return max(self._share_of(term.pieces), self._share_of(term.words) if term.words else 0.0)

    def _share_of(self, pieces: Sequence[str]) -> float:
        return sum(map(self._has, pieces)) / len(pieces)

    def _has(self, piece: str) -> bool:
        return piece in self._words if piece.isascii() else piece in self._characters


def content_terms(question: str) -> list[Term]:
    """Return what a question is about; hiragana counts only where there is nothing else.

    Empty for a question that only asks on ("それはなぜ？", "why?"), or has no letters.
    """
    normalized = _ASKING.sub(" ", normalize(question))
    terms = list(dict.fromkeys(_terms(normalized)))
    return terms or list(dict.fromkeys(_hiragana_terms(normalized)))


def clauses(question: str) -> list[list[Term]]:
    """Return what each part of a question is about: 「引っ越しましたが、住所変更の手続きは？」 has two.

    Parts that say hardly anything are left out; so are all where the question has one part only.
    """
    parts = [list(dict.fromkeys(_terms(_ASKING.sub(" ", part)))) for part in _CLAUSE.split(normalize(question))]
    telling = [terms for terms in parts if sum(term.weight for term in terms) >= _TELLING]
    return telling if len(parts) > 1 else []


def wants_number(question: str) -> bool:
    """Return True if the answer to a question is likely to have a number."""
    return _NUMBER_WANTED.search(normalize(question)) is not None


def _terms(normalized: str) -> Iterator[Term]:
    for run in RUN.finditer(normalized):
        if run["word"]:
            if run["word"] not in _STOP_WORDS:
                weight = _GENERAL_WEIGHT if run["word"] in _GENERAL else 1.0
                yield Term((fold_word(run["word"]),), weight)
            continue
        for piece in _PIECE.finditer(run["cjk"]):
            text = piece.group()
            if piece.lastgroup != "hiragana":
                folded = fold_cjk(text)
                yield Term(_bigrams(folded), _weight(text), _words(folded) if piece.lastgroup == "han" else ())
        # Hangul has no pieces of its own.
        if not _PIECE.search(run["cjk"]):
            yield Term(_bigrams(fold_cjk(run["cjk"])), 1.0)


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


def _words(kanji: str) -> tuple[str, ...]:
    is_compound = len(kanji) >= _SHORTEST_COMPOUND and len(kanji) % 2 == 0
    return tuple(kanji[start : start + 2] for start in range(0, len(kanji), 2)) if is_compound else ()


def _bigrams(text: str) -> tuple[str, ...]:
    return (text,) if len(text) == 1 else tuple(text[start : start + 2] for start in range(len(text) - 1))
