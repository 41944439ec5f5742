"""Questions that need the turn before: "日曜日は？", "Why is that?"."""

import re
from collections.abc import Sequence

from app.answers.question_terms import content_terms
from app.text.normalization import normalize

_REFERS_BACK = re.compile(
    "それ|その|あれ|あの|これ|この(?!ナレッジ|資料)|そこ|そちら|ここ|同じ|先ほど|さっき|上記|前述"
    "|^(?:では|じゃあ|なら|また|ほか|他|もっと|なぜ|どうして|詳し|具体|例えば|そして|あと|しかし|でも)"
    r"|\b(?:it|its|that|those|these|they|them|their|there|he|she|his|her|same|previous|above)\b"
    r"|^(?:and|but|also|so|then|or|why|how so|what about|how about|more|else|for example|in detail)\b"
)
_FEW_TERMS = 1


def needs_the_turn_before(question: str) -> bool:
    """Return True if a question refers back, or says hardly anything by itself."""
    return _REFERS_BACK.search(normalize(question).strip()) is not None or len(content_terms(question)) <= _FEW_TERMS


def context_of(question: str, before: Sequence[str]) -> str:
    """Return the earlier questions without which a question is not understood, joined; empty where it needs none.

    Args:
        question: the present one.
        before: the earlier ones of the conversation, the oldest first.
    """
    if not needs_the_turn_before(question):
        return ""
    context: list[str] = []
    for earlier in reversed(before):
        context.insert(0, earlier)
        if not needs_the_turn_before(earlier):
            break
    return " ".join(context)
