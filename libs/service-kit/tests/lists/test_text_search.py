"""`q` of lists: the same text, however it was written."""

import pytest
from fastapi.testclient import TestClient

from service_kit.lists.text_search import search_key, search_pattern

SAME = [
    ("山田花子", "山田 花子"),
    ("山田\u3000花子", "山田花子"),
    ("ＹＡＭＡＤＡ", "Yamada"),
    ("yamada", "ＹＡＭＡＤＡ"),
    ("ﾔﾏﾀﾞ", "ヤマダ"),
    ("ヤマダ", "ﾔﾏﾀﾞ"),
    ("やまだ", "ヤマダ"),
    ("ﾔﾏﾀﾞ", "やまだ"),
    ("ヤマタ゛", "やまだ"),
    ("やまだ", "やまた\u3099"),
    ("ヴァン", "う\u3099ぁん"),
    ("㈱山田", "（株）山田"),
    ("(株)", "㈱"),
    ("株式会社山田", "㍿山田"),
    ("STRASSE", "Straße"),
    ("straße", "Strasse"),
    ("Rene\u0301", "RENÉ"),
    ("rené", "Rene\u0301"),
    ("ΣΊΣΥΦΟΣ", "Σίσυφος"),
    ("ﬁnance", "FINANCE"),
    ("葛城", "葛\U000e0100城"),
    ("می\u200cخواهم", "میخواهم"),
    ("100%", "100％"),
    ("第Ⅳ章", "第IV章"),
]


@pytest.mark.parametrize(("q", "stored"), SAME)
def test_a_text_is_found_however_it_was_written(client: TestClient, q: str, stored: str) -> None:
    client.post("/notes", json={"text": f"x {stored}!"})
    client.post("/notes", json={"text": "another"})
    items = client.get("/notes", params={"q": q}).json()["items"]
    assert [item["text"] for item in items] == [f"x {stored}!"]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_both_ways_to_write_a_text_have_one_key(one: str, other: str) -> None:
    assert search_key(one) == search_key(other)
    assert search_key(search_key(one)) == search_key(one)


@pytest.mark.parametrize(
    "q", [".", "x*", "[a-z]", "\\", "^", "$", "(", "***:x", "***=x", "x{1}", "a|b", "\\w", "-", "]", "\\U0001"]
)
def test_signs_of_patterns_are_taken_literally(client: TestClient, q: str) -> None:
    client.post("/notes", json={"text": "abc x"})
    client.post("/notes", json={"text": f"with {q} in it"})
    items = client.get("/notes", params={"q": q}).json()["items"]
    assert [item["text"] for item in items] == [f"with {q} in it"]


@pytest.mark.parametrize("q", ["", " ", "\u3000", "\u200b\ufe0f"])
def test_a_text_of_which_nothing_counts_narrows_nothing(client: TestClient, q: str) -> None:
    client.post("/notes", json={"text": "x"})
    assert search_pattern(q) is None
    assert len(client.get("/notes", params={"q": q}).json()["items"]) == 1


def test_a_kana_without_a_mark_is_another_one(client: TestClient) -> None:
    client.post("/notes", json={"text": "ハナコ"})
    assert client.get("/notes", params={"q": "バナコ"}).json()["items"] == []


def test_a_long_text_is_searched_for(client: TestClient) -> None:
    text = "㈱ガば" * 33
    client.post("/notes", json={"text": text})
    assert len(client.get("/notes", params={"q": text}).json()["items"]) == 1
    assert client.get("/notes", params={"q": "x" * 101}).status_code == 422
