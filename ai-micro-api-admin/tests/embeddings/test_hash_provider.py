import math
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.embeddings.hash_provider import HashEmbeddingProvider
from app.embeddings.provider import EmbeddingProvider

PROVIDER: EmbeddingProvider = HashEmbeddingProvider()


def similarity(one: str, other: str) -> float:
    return sum(map(float.__mul__, PROVIDER.embed_query(one), PROVIDER.embed_query(other)))


def fingerprint(text: str) -> str:
    return sha256(",".join(f"{value:.6f}" for value in PROVIDER.embed_query(text)).encode()).hexdigest()[:16]


@given(st.text())
@example("")
@example(" \n\t　")
@example("\0")
@example("!?…→🎉")
@example("\ud800")
@example("a" * 100_000)
def test_every_text_has_a_vector_of_length_one(text: str) -> None:
    vector = PROVIDER.embed_query(text)
    assert len(vector) == PROVIDER.dimensions == 1024
    assert all(math.isfinite(value) for value in vector)
    assert math.sqrt(sum(value * value for value in vector)) == pytest.approx(1.0)


@given(st.lists(st.text(), max_size=5))
def test_passages_keep_their_order_and_are_embedded_like_queries(texts: list[str]) -> None:
    assert PROVIDER.embed_passages(texts) == [PROVIDER.embed_query(text) for text in texts]


def test_vectors_of_this_model_never_change() -> None:
    # A new fingerprint means that stored vectors no longer match: give the model a new name.
    assert (PROVIDER.name, PROVIDER.model) == ("hash", "hash-1")
    assert fingerprint("東京タワーの高さは333mです。 The quick brown foxes") == "83b5e544a5d542dd"


def test_another_process_with_another_hash_seed_computes_the_same_vector() -> None:
    program = "from app.embeddings.hash_provider import *; print(HashEmbeddingProvider().embed_query('移行 migration'))"
    printed = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1]


@pytest.mark.parametrize("spelling", ["ＰＯＳＴＧＲＥＳＱＬ", "postgresql", "PostgreSQL"])
def test_width_and_case_do_not_matter(spelling: str) -> None:
    assert similarity("PostgreSQL", spelling) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("query", "near", "far"),
    [
        ("データベースの移行", "データベースを移行する手順", "社員食堂の営業時間"),
        ("有給休暇", "有給の休暇を申請する", "会議室を予約する"),
        ("migrate the database", "database migrations", "the coffee machine"),
        ("embedding", "embeddings are stored", "the bedroom is stored"),
        ("ﾌﾟﾘﾝﾀｰ", "プリンターの用紙", "エレベーターの点検"),
    ],
)
def test_a_text_is_nearer_to_one_that_shares_its_words(query: str, near: str, far: str) -> None:
    assert similarity(query, near) > similarity(query, far) + 0.1


def test_hiragana_counts_less_than_kanji() -> None:
    assert similarity("復元することができます", "復元") > similarity("復元することができます", "することができます")


def test_english_function_words_count_less_than_others() -> None:
    assert similarity("what is the invoice", "invoice") > similarity("what is the invoice", "what is the")


def test_repetition_counts_less_and_less() -> None:
    assert similarity("invoice " * 100 + "travel", "travel") > 0.1


def test_symbols_alone_are_distinguished() -> None:
    assert similarity("🎉🎉", "🎉") > 0.9
    assert abs(similarity("🎉", "→")) < 0.5


def test_unrelated_texts_are_nearly_orthogonal() -> None:
    assert abs(similarity("健康診断の結果", "hnsw index recall")) < 0.1
