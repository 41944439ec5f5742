"""Types of a profile's fields: each is read as people write it and kept in one form."""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Annotated

import phonenumbers
from babel import Locale as BabelLocale
from babel.core import get_global
from phonenumbers import NumberParseException, PhoneNumberFormat
from pydantic import AfterValidator, Field, StringConstraints

from service_kit.text.field_faults import FieldFault
from service_kit.text.text_fields import Line

LOCALE_MAX_LENGTH = 35  # RFC 5646 section 4.4.1
# A placeholder of machines that have not been set up, no place.
_NO_PLACE = "Factory"
# RFC 5646 section 2.1, in lower case: language, script, region; then variants, extensions, private use.
_LANGUAGE_TAG = re.compile(
    r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?"
    r"((?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?)"
)
# CLDR's words for "unknown", "several" and "none": no language and no region of a person.
_UNKNOWN = frozenset({"und", "mul", "zxx", "ZZ"})
_PHONE_SIGNS = frozenset("+＋()（）[]./~〜～-‐‑‒–—―−－ー")

_TIME_ZONE = FieldFault("time_zone", "is not a time zone of the IANA database, such as Asia/Tokyo")
_NO_LANGUAGE_TAG = FieldFault("language_tag", "is not a language tag (BCP 47), such as ja-JP")
_SUBTAG = FieldFault("language_subtag", "has the subtag {subtag}, which is not known; write for instance ja-JP")
_PHONE_DIGITS = FieldFault(
    "phone_characters", "must have digits, and no extension, such as 03-1234-5678 or +81 3-1234-5678"
)
_NO_PHONE = FieldFault("phone_number", "is not a phone number, such as 03-1234-5678 or +81 3-1234-5678")
_UNKNOWN_PHONE = FieldFault("phone_unknown", "is not a phone number that exists")
_UNKNOWN_IN_REGION = FieldFault(
    "phone_unknown_in_region",
    "is not a phone number that exists in {region}; begin with the country code, such as +81, if it is of another",
)


@cache
def _time_zones() -> frozenset[str]:
    # Of the package, not of the machine: that one's folder also holds `localtime`, `posixrules` and the like.
    return frozenset(files("tzdata").joinpath("zones").read_text().split()) - {_NO_PLACE}


def _known_time_zone(value: str) -> str:
    if value not in _time_zones():
        raise _TIME_ZONE.error()
    return value


def _language_tag(value: str) -> str:
    tag = _LANGUAGE_TAG.fullmatch(value.lower().replace("_", "-"))
    if tag is None:
        raise _NO_LANGUAGE_TAG.error()
    language, script, region, rest = tag.groups()
    # RFC 5646 section 4.5: an old code is replaced by the one that it is an alias of, such as `iw` by `he`.
    language = get_global("language_aliases").get(language, language)
    script = script and script.title()
    region = region and region.upper()
    known = BabelLocale("en")
    for subtag, names in ((language, known.languages), (script, known.scripts), (region, known.territories)):
        if subtag and (subtag in _UNKNOWN or subtag not in names):
            raise _SUBTAG.error(subtag=subtag)
    return "-".join(filter(None, (language, script, region))) + rest


def e164(written: str, *, region: str) -> str:
    """Return a phone number in the form of ITU-T E.164: a plus sign and at most 15 digits.

    With a country code, its length has to be possible. Without one, it is read as a number of the region, and has to be
    one that exists there: otherwise it is more likely a number of another country, or none.

    Args:
        written: as people write it: with spaces, hyphens and brackets, in full or half width.
        region: country of numbers without a country code, ISO 3166-1 alpha-2.

    Raises:
        PydanticCustomError: it is no phone number.
    """
    if not all(unicodedata.category(sign) == "Nd" or sign.isspace() or sign in _PHONE_SIGNS for sign in written):
        raise _PHONE_DIGITS.error()
    try:
        number = phonenumbers.parse(written, region)
    except NumberParseException as error:
        raise _NO_PHONE.error() from error
    international = written.strip().startswith(("+", "＋"))
    exists = phonenumbers.is_possible_number if international else phonenumbers.is_valid_number
    if not exists(number):
        raise _UNKNOWN_PHONE.error() if international else _UNKNOWN_IN_REGION.error(region=region)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


Name = Annotated[Line, Field(max_length=100)]
# Read by the service, which knows the default region.
Phone = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)]
Locale = Annotated[
    str, StringConstraints(strip_whitespace=True), Field(max_length=LOCALE_MAX_LENGTH), AfterValidator(_language_tag)
]
TimeZone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_known_time_zone)]
