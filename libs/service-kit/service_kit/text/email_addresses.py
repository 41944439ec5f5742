"""Email addresses in the one form in which every service stores and compares them."""

import unicodedata
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator
from pydantic.json_schema import WithJsonSchema

from service_kit.text.field_faults import FieldFault

MAX_LENGTH = 320

_NO_ADDRESS = FieldFault("email_address", "is not an email address: {reason}")
_UNUSUAL_LETTERS = FieldFault(
    "email_unusual_letters", "has wide or otherwise unusual letters before the @: write {plain}"
)
_TOO_LONG = FieldFault("email_too_long", "is longer than {max_length} characters")


def normalise(email: str) -> str:
    """Return the form in which an address is stored: trimmed, Unicode NFC, lower case, the domain decoded.

    RFC 5321 section 2.4 lets a host tell local parts apart by case and advises against it; two accounts that differ by
    case only would be one person's mistake, or an impostor's intention.

    Args:
        email: any text; what is no address is returned trimmed and in lower case, and matches no account.
    """
    try:
        return _read(email)
    except ValueError:
        return _fold(email.strip())


def _read(email: str) -> str:
    """Return a valid address in the form in which it is stored: the one way of sign-up, sign-in and profiles.

    Raises:
        ValueError: it is no address, or too long, or has letters before the @ that look like others (full width): it
            would be another account's address to every reader. An account that has such an address from before signs in
            as before.
    """
    typed = _short_enough(email.strip())
    try:
        read = _short_enough(_fold(validate_email(typed, check_deliverability=False).normalized))
    except EmailNotValidError as error:
        raise _NO_ADDRESS.error(reason=str(error)) from None
    local = read.rpartition("@")[0]
    plain = unicodedata.normalize("NFKC", local)
    if plain != local:
        raise _UNUSUAL_LETTERS.error(plain=plain)
    return read


def _short_enough(email: str) -> str:
    if len(email) > MAX_LENGTH:
        raise _TOO_LONG.error(max_length=MAX_LENGTH)
    return email


def _fold(email: str) -> str:
    return unicodedata.normalize("NFC", email).lower()


EmailAddress = Annotated[
    str,
    AfterValidator(_read),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": MAX_LENGTH}),
]
"""A valid address, normalised."""
