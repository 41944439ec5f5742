"""Files to be processed, the same in every run: Japanese and English, in a vocabulary of their own."""

import random
import re
from collections.abc import Iterator

_NOUNS = re.findall(
    r"\w+",
    """
    移行 契約 会議 議事録 休館 申請 承認 予算 設備 点検 安全 管理 情報 規程 就業 給与 出張 旅費 精算 購買
    在庫 品質 検査 顧客 対応 研修 採用 評価 障害 復旧 手順 監視 権限 認証 保守 窓口 案内 利用 登録 更新
    削除 保存 検索 分類 回答 質問 資料 部署 責任 期限
    """,
)
_WORDS = re.findall(
    r"\w+",
    """
    migration contract meeting minutes closing request approval budget equipment inspection safety management rule
    salary travel expense purchase stock quality customer training review incident recovery procedure monitoring
    """,
)
_SECTIONS = 13


def markdown_file(number: int, size_bytes: int) -> bytes:
    """Return a Markdown file of about this size, half Japanese and half English, in sections."""
    chosen = random.Random(number)  # noqa: S311 - no secret
    sections = [f"# 文書{number} {chosen.choice(_NOUNS)}の手引き\n\n"]
    sentences = _sentences(chosen)
    for section in range(1, _SECTIONS + 1):
        text = f"## {section}. {chosen.choice(_NOUNS)}と{chosen.choice(_NOUNS)}\n\n"
        while len(text.encode()) < size_bytes // _SECTIONS:
            text += next(sentences)
        sections.append(text + "\n\n")
    return "".join(sections).encode()


def text_file(size_bytes: int) -> bytes:
    """Return a text of about this size, half Japanese and half English."""
    sentences = _sentences(random.Random(0))  # noqa: S311 - no secret
    parts: list[str] = []
    size = 0
    while size < size_bytes:
        parts.append(next(sentences) + "\n" * (len(parts) % 7 == 0))
        size += len(parts[-1].encode())
    return "".join(parts).encode()


def question(chosen: random.Random) -> str:
    """Return a question whose words are in many of the files, and whose number is in few of them."""
    return f"{chosen.choice(_NOUNS)}の{chosen.choice(_NOUNS)} {chosen.choice(_WORDS)} {chosen.randint(1, 9999)}"


def _sentences(chosen: random.Random) -> Iterator[str]:
    while True:
        for _ in range(6):
            one, other, third, last = (chosen.choice(_NOUNS) for _ in range(4))
            yield f"{one}の{other}は、{chosen.randint(1, 9999)}番の{third}に従って{last}する。"
        for _ in range(4):
            one, other, third, last = (chosen.choice(_WORDS) for _ in range(4))
            yield f"The {one} of {other} {chosen.randint(1, 9999)} follows the {third} {last}. "
