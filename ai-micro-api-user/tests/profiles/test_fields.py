"""What may be written into a profile, and how it is kept."""

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError
from sqlalchemy import update

from app.main import create_app
from app.profiles.models import Profile
from app.settings import Settings
from service_kit.testing.callers import code
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import TokenIssuer
from tests.people import FIELDS, Caller


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "not an address"),
        ("email", "a@localhost"),
        ("first_name", ""),
        ("first_name", "   "),
        ("last_name", "x" * 101),
        ("display_name", "a\0b"),
        ("email", "a\u200b@example.com"),
        ("first_name", "\u200b"),
        ("last_name", "山田\u202e"),
        ("display_name", "a\nb"),
        ("phone", "12345"),
        ("phone", "000-0000-0000"),
        ("phone", "+" + "1" * 16),
        ("phone", "03-1234-5678 ext. 5"),
        ("phone", "03-1234-5678 内線5"),
        ("phone", "call me: 03-1234-5678"),
        ("phone", "+999 1234 5678"),
        ("phone", ""),
        ("phone", "0" * 51),
        ("locale", "not a locale"),
        ("locale", "xx-YY"),
        ("locale", "ja-ZZ"),
        ("locale", "ja-Xxxx"),
        ("locale", "und"),
        ("locale", "japanese"),
        ("locale", "C"),
        ("locale", "ja_JP.UTF-8"),
        ("locale", "ja--JP"),
        ("time_zone", "Asia/Atlantis"),
        ("time_zone", "localtime"),
        ("time_zone", "Factory"),
        ("time_zone", "posixrules"),
        ("time_zone", "posix/Asia/Tokyo"),
        ("time_zone", "right/UTC"),
        ("time_zone", "JST-9"),
        ("time_zone", "../../etc/passwd"),
        ("bio", "x" * 2001),
        ("bio", 5),
        ("roles", ["admin"]),
        ("user_id", "not-a-uuid"),
        ("created_at", "2020-01-01T00:00:00Z"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_and_named(user: Caller, field: str, value: object) -> None:
    response = user("POST", "/profiles", {field: value})
    assert code(response) == (422, "VALIDATION_FAILED")
    named = {part for error in response.json()["errors"] for part in error["loc"]}
    assert named & {field, "body"}
    assert user("GET", "/profiles/me").status_code == 404


@pytest.mark.parametrize(
    ("field", "written", "kept"),
    [
        ("phone", "03-1234-5678", "+81312345678"),
        ("phone", "+81 3-1234-5678", "+81312345678"),
        ("phone", "+81 (0)3 1234 5678", "+81312345678"),
        ("phone", "０３－１２３４－５６７８", "+81312345678"),
        ("phone", "０３ー１２３４ー５６７８", "+81312345678"),
        ("phone", "＋８１　３　１２３４　５６７８", "+81312345678"),
        ("phone", "(090) 1234 5678", "+819012345678"),
        ("phone", "0120-123-456", "+81120123456"),
        ("phone", "+44 20 7946 0958", "+442079460958"),
        ("phone", "+15555550123", "+15555550123"),
        ("locale", "ja_JP", "ja-JP"),
        ("locale", "JA-jp", "ja-JP"),
        ("locale", "en", "en"),
        ("locale", "zh_hant_tw", "zh-Hant-TW"),
        ("locale", "es-419", "es-419"),
        ("locale", "de-CH-1901", "de-CH-1901"),
        ("locale", "ja-JP-u-ca-japanese", "ja-JP-u-ca-japanese"),
        ("locale", "iw-IL", "he-IL"),
        ("time_zone", "UTC", "UTC"),
        ("time_zone", "Japan", "Japan"),
        ("email", " Hanako@EXAMPLE.com ", "hanako@example.com"),
        ("email", "hanako@日本語.jp", "hanako@日本語.jp"),
        ("email", "hanako@xn--wgv71a119e.jp", "hanako@日本語.jp"),
        ("first_name", " か\u3099く ", "がく"),
        ("last_name", "辻\U000e0100", "辻\U000e0100"),
        ("display_name", "👩\u200d💻 می\u200cخواهم", "👩\u200d💻 می\u200cخواهم"),
    ],
)
def test_a_value_is_read_as_people_write_it_and_kept_in_one_form(
    user: Caller, field: str, written: str, kept: str
) -> None:
    assert user.create(**{field: written})[field] == kept
    assert user("PATCH", f"/profiles/{user.id}", {field: kept}).json()[field] == kept


def test_a_wrong_phone_number_changes_nothing_in_a_patch(user: Caller) -> None:
    user.create(**FIELDS)
    response = user("PATCH", f"/profiles/{user.id}", {"bio": "new", "phone": "1"})
    assert code(response) == (422, "VALIDATION_FAILED")
    assert response.json()["errors"][0]["loc"] == ["body", "phone"]
    assert user("GET", "/profiles/me").json()["bio"] == FIELDS["bio"]


def test_phone_numbers_without_country_code_are_of_the_country_of_the_settings(
    settings: Settings, tokens: TokenIssuer
) -> None:
    with TestClient(create_app(settings.model_copy(update={"default_phone_region": "US"}))) as client:
        assert Caller(client, tokens, "user").create(phone="(212) 555-2368")["phone"] == "+12125552368"


@pytest.mark.parametrize("region", ["Japan", "jp", "ZZ", ""])
def test_a_setting_that_names_no_country_is_refused(settings: Settings, region: str) -> None:
    fields = settings.model_dump()
    with pytest.raises(ValidationError, match="default_phone_region"):
        Settings(_env_file=None, **{**fields, "default_phone_region": region})


def test_what_an_older_release_stored_stays_readable_and_is_found(
    administrator: Caller, user: Caller, migrated_database: DatabaseUrls
) -> None:
    user.create(display_name="x")
    old = {"phone": "+12", "locale": "xx-YY", "time_zone": "localtime", "first_name": "か\u3099\u200bく\u202e"}
    with migrated_database.engine().begin() as connection:
        connection.execute(update(Profile).values(**old))
    profile = user("GET", "/profiles/me").json()
    assert {name: profile[name] for name in old} == old
    items = administrator("GET", "/profiles?q=ｶﾞｸ").json()["items"]
    assert [item["user_id"] for item in items] == [str(user.id)]
    assert user("PATCH", f"/profiles/{user.id}", {"bio": "new"}).json()["locale"] == "xx-YY"


def test_text_keeps_every_character_that_postgresql_can_hold(user: Caller) -> None:
    text = "𠮷野家 🍙 \u202e مرحبا \r\n\t'; DROP TABLE profiles; --"
    assert user.create(bio=text)["bio"] == text
