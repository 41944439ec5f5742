"""`GET /profiles`: the list and its search."""

from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.people import Caller


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("花", ["花子"]),
        ("HANAKO", ["花子"]),
        ("100%", ["100%"]),
        ("%", ["100%"]),
        ("_", []),
        ("nobody", []),
        ("", ["太郎", "100%", "花子"]),
    ],
)
def test_a_search_finds_parts_of_names_and_addresses_and_takes_them_literally(
    administrator: Caller, q: str, found: list[str]
) -> None:
    for name, email in (("花子", "hanako@example.com"), ("100%", None), ("太郎", "taro@example.com")):
        administrator.create(user_id=str(uuid4()), first_name=name, email=email)
    items = administrator("GET", f"/profiles?q={q.replace('%', '%25')}").json()["items"]
    assert [item["first_name"] for item in items] == found


@pytest.mark.parametrize(
    "q",
    [
        "山田花子",
        "山田 花子",
        "花子 山田",
        "山田\u3000花",
        "ＹＡＭＡＤＡ",
        "yamada",
        "ﾔﾏﾀﾞ",
        "やまだ",
        "ヤマダハナコ",
        "A@EXAMPLE",
    ],
)
def test_a_search_finds_a_person_however_their_name_is_written(administrator: Caller, q: str) -> None:
    administrator.create(
        user_id=str(uuid4()),
        last_name="山田",
        first_name="花子",
        display_name="ヤマダ ハナコ",
        email="hana@example.com",
    )
    administrator.create(user_id=str(uuid4()), last_name="Yamada", first_name="Hanako", display_name="やまだ")
    administrator.create(user_id=str(uuid4()), last_name="山本", first_name="太郎", display_name="ヤマタ")
    found = administrator("GET", f"/profiles?q={quote(q)}").json()["items"]
    assert found
    assert {item["last_name"] for item in found} <= {"山田", "Yamada"}


def test_a_search_does_not_read_across_two_fields(administrator: Caller) -> None:
    administrator.create(user_id=str(uuid4()), first_name="a", last_name="b", display_name="cd")
    for q, count in (("ab", 1), ("ba", 1), ("cd", 1), ("bc", 0), ("ac", 0)):
        assert len(administrator("GET", f"/profiles?q={q}").json()["items"]) == count


def test_a_list_can_be_walked_page_by_page(administrator: Caller) -> None:
    created = [administrator.create(user_id=str(uuid4()))["user_id"] for _ in range(5)]
    first = administrator("GET", "/profiles?limit=3&total=true").json()
    assert first["total"] == 5
    second = administrator("GET", f"/profiles?limit=3&cursor={first['next_cursor']}").json()
    assert [item["user_id"] for item in first["items"] + second["items"]] == created[::-1]
    assert second["next_cursor"] is None
