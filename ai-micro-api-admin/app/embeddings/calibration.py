"""What the cosines of a model mean, measured on questions and passages of which it is known what belongs together.

Models differ: what belongs together has a cosine of 0.9 for one and of 0.4 for another, and what does not 0.8 and 0.1.
"""

from __future__ import annotations

from statistics import quantiles
from typing import Protocol

from app.embeddings.provider import SimilarityScale

_LEAST_SPAN = 0.01
"""A model that cannot tell its matches from the rest still gives a scale, of which nothing follows."""

_PAIRS = (
    ("有給休暇は何日もらえますか", "年次有給休暇は、入社から六か月を経過した従業員に十日を付与する。"),
    ("家で仕事をしてもよい日数", "在宅勤務は週に三日を上限とし、前日までに上長の承認を得る。"),
    ("交通費はいつまでに申請するのか", "旅費の精算書は、出張から戻って二週間以内に経理部へ提出してください。"),
    ("壊れた製品は無償で直してもらえるか", "保証期間内の故障は、購入を示す書類があれば無料で修理します。"),
    ("地震のときの逃げ方", "大きな揺れが収まったら、係員の案内に従い階段で屋外の集合場所へ避難します。"),
    ("会議室を使いたい", "打ち合わせ用の部屋は予定表から申し込み、終わったら机を元の位置に戻します。"),
    ("忘れたパスワードはどうする", "ログインできないときは、登録したアドレスに再設定の案内を送ります。"),
    ("請求書の支払期限", "代金は月末に締め、翌月の末日までに指定の口座へ振り込んでください。"),
    ("How do I undo the last schema change?", "The downgrade command reverts the newest migration of the database."),
    ("maximum size of an upload", "Files may be up to fifty megabytes; larger ones are rejected by the server."),
    ("my laptop was stolen", "Report lost or missing devices to the security team, who will wipe the disk remotely."),
    ("when does my session expire", "Access tokens are valid for fifteen minutes and are renewed by a refresh token."),
    ("who approves travel abroad", "International trips need the consent of a director before anything is booked."),
    ("where can I park my car", "Spaces in the garage are given to employees who have registered their vehicle."),
    ("printing on both sides", "The copier uses duplex mode unless single-sided output is chosen in its menu."),
    ("backup schedule", "A snapshot of every table is taken each night and kept for thirty days."),
)


class Embedding(Protocol):
    """What is measured."""

    def embed_passages(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector for each text."""
        ...

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a text to search with."""
        ...


def measured_scale(embedding: Embedding) -> SimilarityScale:
    """Return the scale of a model of meaning.

    Args:
        embedding: the model; it is asked for some thirty vectors.

    Returns:
        A scale on which three quarters of what does not belong together are at 0, and the best match is at 1.
    """
    passages = embedding.embed_passages([passage for _, passage in _PAIRS])
    matching: list[float] = []
    unrelated: list[float] = []
    for place, (question, _) in enumerate(_PAIRS):
        vector = embedding.embed_query(question)
        for other, passage in enumerate(passages):
            cosine = sum(map(float.__mul__, vector, passage))
            (matching if other == place else unrelated).append(cosine)
    low = quantiles(unrelated, n=4)[2]
    return SimilarityScale(unrelated=low, matching=max(*matching, low + _LEAST_SPAN), knows_words_only=False)
