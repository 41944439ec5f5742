"""The language of a question, and what the service says of itself in each."""

from dataclasses import dataclass
from enum import StrEnum

from app.text.normalization import normalize
from app.text.runs import HAN_RUN, HIRAGANA_RUN, KATAKANA_RUN


class Language(StrEnum):
    """A language in which the service answers."""

    JAPANESE = "ja"
    ENGLISH = "en"


def language_of(text: str) -> Language:
    """Return Japanese for a text with kana or Chinese characters, English for every other."""
    normalized = normalize(text)
    is_japanese = any(run.search(normalized) for run in (HIRAGANA_RUN, KATAKANA_RUN, HAN_RUN))
    return Language.JAPANESE if is_japanese else Language.ENGLISH


@dataclass(frozen=True, slots=True)
class Phrases:
    """Sentences of the service's own.

    Attributes:
        not_found: no passage answers the question.
        extracts: the first line of an answer that is put together from sentences of documents.
        unsourced: after an answer of a model that names no passage.
        link_removed: in the place of an address that no passage has.
        greeting: to a greeting, or a question about the service.
        thanks: to thanks.
        statistics: how much is in a knowledge base.
        contents: before the titles of documents.
        empty: of a knowledge base without documents.
    """

    not_found: str
    extracts: str
    unsourced: str
    link_removed: str
    greeting: str
    thanks: str
    statistics: str
    contents: str
    empty: str


PHRASES = {
    Language.JAPANESE: Phrases(
        not_found="資料の中に答えが見つかりませんでした。",
        extracts="資料からの抜粋です。",
        unsourced="（この回答の根拠は資料の中に確認できませんでした。）",
        link_removed="（リンクは削除されました）",
        greeting="こんにちは。このナレッジベースの資料について質問してください。",
        thanks="どういたしまして。ほかにも質問があればどうぞ。",
        statistics="「{name}」には文書が {documents} 件あります（検索できるもの {ready} 件、コレクション"
        " {collections} 件、本文の区切り {chunks} 件、合計 {size}）。",
        contents="主な文書は次のとおりです。",
        empty="「{name}」には、まだ文書がありません。",
    ),
    Language.ENGLISH: Phrases(
        not_found="The answer is not in the documents.",
        extracts="Excerpts from the documents:",
        unsourced="(No passage of the documents was found that supports this answer.)",
        link_removed="(link removed)",
        greeting="Hello. Ask me about the documents of this knowledge base.",
        thanks="You are welcome. Ask on if you like.",
        statistics="“{name}” in numbers: documents {documents} (searchable {ready}), collections {collections},"
        " passages {chunks}, size {size}.",
        contents="Its main documents are:",
        empty="“{name}” has no documents yet.",
    ),
}
