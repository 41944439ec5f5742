"""An address is read in one way, typed into a sign-up, a sign-in or a profile."""

import pytest
from pydantic import TypeAdapter, ValidationError

from service_kit.text.email_addresses import MAX_LENGTH, EmailAddress, normalise

READ: TypeAdapter[str] = TypeAdapter(EmailAddress)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Hanako@Example.COM", "hanako@example.com"),
        (" hanako@example.com\n", "hanako@example.com"),
        ("\u3000taro@XN--WGV71A119E.jp ", "taro@日本語.jp"),
        ("\x1ftaro@日本語.jp", "taro@日本語.jp"),
        ("re\u0301mi@example.com", "r\u00e9mi@example.com"),
        ("taro@ｅｘａｍｐｌｅ.com", "taro@example.com"),
    ],
)
def test_what_is_stored_at_sign_up_is_what_a_sign_in_looks_for(typed: str, stored: str) -> None:
    assert READ.validate_python(typed) == normalise(typed) == stored


@pytest.mark.parametrize("typed", ["", "hanako", "@example.com", "a b@example.com", f"{'a' * MAX_LENGTH}@example.com"])
def test_what_is_no_address_is_refused_where_one_is_stored_and_found_nowhere(typed: str) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(typed)
    assert normalise(f" {typed.upper()} ") == typed


@pytest.mark.parametrize(
    "typed", ["ａｄｍｉｎ@example.com", "admin１@example.com", "ｶﾅ@example.com", "oﬀice@example.com"]
)
def test_an_address_that_looks_like_another_is_refused_with_the_one_to_write(typed: str) -> None:
    with pytest.raises(ValidationError, match="before the @: write "):
        READ.validate_python(typed)


def test_who_has_such_an_address_from_an_earlier_release_is_found_by_it() -> None:
    assert normalise(" ＡＤＭＩＮ@Example.com") == "ａｄｍｉｎ@example.com"
