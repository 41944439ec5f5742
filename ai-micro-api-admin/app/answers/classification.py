"""What kind of question it is, by rules: about the content, about the knowledge base as a whole, its numbers, or talk.

A question is about the whole when a word says so ("概要", "what is in here") and nothing is left of it once the words
for documents and the words that only ask are taken away: "就業規則の概要" is about 就業規則, so about the content.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.text.normalization import normalize
from app.text.runs import HIRAGANA


class Kind(StrEnum):
    """What a question is about."""

    CONTENT = "content"
    OVERVIEW = "overview"
    STATISTICS = "statistics"
    SMALL_TALK = "small_talk"


@dataclass(frozen=True, slots=True)
class Classification:
    """How a question was understood.

    Attributes:
        kind: what it is about.
        confidence: how sure that is, from 0 to 1.
    """

    kind: Kind
    confidence: float


_SURE, _LIKELY = 0.95, 0.8
_SMALL_TALK = re.compile(
    "こんにち[はわ]|こんばん[はわ]|おはよう(?:ございます)?|はじめまして|初めまして|やあ|もしもし|(?:どうも)?ありがとう"
    "(?:ございま(?:す|した))?|どうも|お(?:疲|つか)れ(?:様|さま)(?:です|でした)?|さようなら|またね|了解(?:です|しました)?|承知しました|(?:分|わ)かりました"
    "|なるほど|(?:お)?元気(?:ですか)?|(?:あなた|君)は?(?:誰|だれ|何|なに)(?:ですか|者ですか|なの)?|よろしく(?:(?:お願|おねが)いします)?"
    "|すごい(?:ですね)?|はい|いいえ|何ができ(?:ますか|るの)|助かりました|(?:hi|hello|hey)(?: there)?"
    "|good (?:morning|afternoon|evening|night)|(?:many )?thanks?(?: you)?(?: very much| so much"
    "| a lot)?|thx|(?:good)?bye|see you"
    "|how are you(?: doing)?|(?:who|what) are you|what can you do|nice to meet you|ok(?:ay)?|got it|great|cool|yes|no"
)
_THANKS = re.compile("ありがとう|助かりました|thank|thx")
_PARTS = re.compile(r"[\s、。，．！？!?,.~〜ー…♪]*(?:$|[、。，．！？!?,.~〜…♪]+\s*)")

_JAPANESE_THINGS = (
    "ナレッジベース|ナレッジ|知識ベース|データベース|ドキュメント|ファイル|コレクション|チャンク|ページ|フォルダー?|資料|文書|書類|文献|情報"
    "|内容|中身|データ|全体像?|全部|全て|すべて|登録|保存|格納|収録|アップロード|現在|今"
)
_JAPANESE_SUBJECTS = "概要|要約|概略|あらまし|まとめ|サマリー?|全体像|一覧|主題|テーマ|トピック|話題|目次"
_JAPANESE_OVERVIEW = re.compile(
    f"{_JAPANESE_SUBJECTS}|(?:何|なに|どんな|どのような|どういう|どういった)"
    f".*(?:{_JAPANESE_THINGS}|入って|あり|ある|含|書|聞|質問|答|分か|わか|知|扱)"
)
_JAPANESE_STATISTICS = re.compile(
    "統計|件数|個数|総数|(?:文書|資料|ファイル|ドキュメント|書類|コレクション|ページ|チャンク)数|容量|サイズ"
    "|(?:何|幾|いく)(?:件|個|本|冊|点|枚|つ|ページ|ファイル|メガ|種類)"
)
_JAPANESE_VOCABULARY = re.compile(
    f"{_JAPANESE_THINGS}|{_JAPANESE_SUBJECTS}|統計|件数|個数|総数|合計|容量|サイズ|種類"
    f"|最新|何|幾|件|個|本|冊|点|枚|数|入|含|書|聞|質問|答|回答|分|知|扱|見|調|教|下|説明|紹介|関|載|主|作|簡単|簡潔|[{HIRAGANA}]"
)
_ENGLISH_OVERVIEW = re.compile(
    r"\b(?:overview|summar(?:y|ise|ize)|outline|topics?|themes?|subjects?|contents)\b"
    r"|\b(?:what|which|list|show|tell|describe|explain)\b.*\b(?:in here|in there|in it|here"
    r"|contains?|covers?|covered|available|have|know|about|documents?|files?|knowledge base|kb)\b"
)
_ENGLISH_STATISTICS = re.compile(r"\b(?:how many|number of|count|how (?:big|large)|statistics|stats|total)\b")
_ENGLISH_VOCABULARY = frozenset(
    """
    a about all an and answer any are as ask at available base big can collection collections contain contained contains
    content contents count cover covered covers currently data database describe do document documents does everything
    explain file files folder folders for give has have here how i in information inside is it kb kind kinds knowledge
    know large learn library list many material materials me megabytes number of on or outline overview page pages
    passages chunks please provide question questions short brief show size sort statistics stats store stored subject
    subjects summarise summarize summary tell that the there theme themes these this to topic topics total type types
    uploaded was what which with you your
    """.split()  # noqa: SIM905 - a literal set would be thirty lines
)
_WORD = re.compile(r"[^\W_]+")


def classify(question: str, *, knowledge_base: str = "") -> Classification:
    """Return what kind of question it is.

    Args:
        question: as it was typed.
        knowledge_base: its name, which says nothing of what is asked.
    """
    asked = normalize(question).strip()
    if is_small_talk(asked):
        return Classification(Kind.SMALL_TALK, _SURE)
    if knowledge_base:
        asked = asked.replace(normalize(knowledge_base).strip(), " ")
    is_about_all = not _residue(asked)
    if is_about_all and (_JAPANESE_STATISTICS.search(asked) or _ENGLISH_STATISTICS.search(asked)):
        return Classification(Kind.STATISTICS, _LIKELY)
    if is_about_all and (_JAPANESE_OVERVIEW.search(asked) or _ENGLISH_OVERVIEW.search(asked)):
        return Classification(Kind.OVERVIEW, _LIKELY)
    return Classification(Kind.CONTENT, _SURE if _residue(asked) else _LIKELY / 2)


def is_small_talk(question: str) -> bool:
    """Return True if every part of a message is a greeting, thanks or the like."""
    parts = [part for part in _PARTS.split(normalize(question)) if part.strip()]
    return bool(parts) and all(_SMALL_TALK.fullmatch(part.strip()) for part in parts)


def is_thanks(message: str) -> bool:
    """Return True if a message of small talk says thanks."""
    return _THANKS.search(normalize(message)) is not None


def _residue(asked: str) -> list[str]:
    """Return what is left of a question without words for documents and words that only ask."""
    words = _WORD.findall(_JAPANESE_VOCABULARY.sub(" ", asked))
    return [word for word in words if word not in _ENGLISH_VOCABULARY]
