"""Email addresses in the one form in which every service stores and compares them."""

import unicodedata
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, StringConstraints
from pydantic.json_schema import WithJsonSchema

MAX_LENGTH = 320


def normalise(email: str) -> str:
    """Return the form in which an address is stored: Unicode NFC, lower case, the domain decoded.

    RFC 5321 section 2.4 lets a host tell local parts apart by case and advises against it; two accounts that differ by
    case only would be one person's mistake, or an impostor's intention.

    Args:
        email: any text; what is no address comes back trimmed and in lower case, and matches no account.
    """
    try:
        return _fold(validate_email(email, check_deliverability=False).normalized)
    except EmailNotValidError:
        return _fold(email.strip())


def _fold(email: str) -> str:
    return unicodedata.normalize("NFC", email).lower()


def _valid(email: str) -> str:
    try:
        normalised = _fold(validate_email(email, check_deliverability=False).normalized)
    except EmailNotValidError as error:
        raise ValueError(f"is not an email address: {error}") from None
    if len(normalised) > MAX_LENGTH:
        raise ValueError(f"is longer than {MAX_LENGTH} characters")
    return normalised


EmailAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    Field(max_length=MAX_LENGTH),
    AfterValidator(_valid),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": MAX_LENGTH}),
]
"""A valid address, normalised."""
