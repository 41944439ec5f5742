"""Which passwords are acceptable.

No rules of composition (OWASP ASVS 5.0 section 6.2, NIST SP 800-63B section 3.1.1.2). What is refused is what a guesser
tries first: the 30,000 most common passwords, their variations, and the owner's address and this product's name.
"""

import re
import unicodedata
from threading import Lock

from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from service_kit.text.field_faults import FieldFault

MIN_LENGTH = 8
MAX_LENGTH = 128
# A character that was typed may become several, or several one: as typed, a password may be longer than MAX_LENGTH.
MAX_TYPED_LENGTH = 4 * MAX_LENGTH

_LENGTH = FieldFault("password_length", "must have {min_length} to {max_length} characters")
_COMMON_PASSWORD = FieldFault("password_common", "is one of the most common passwords; choose another")
_OWN_WORDS = FieldFault("password_own_words", "is made of your address or of this product's name; choose another")
_GUESSED = FieldFault("password_guessed", "is guessed easily; choose a longer or less regular one")

_COMMON = frozenset(FREQUENCY_LISTS["passwords"])
_PRODUCT_WORDS = ("ai-micro-service", "aimicroservice")
# zxcvbn's score for 10^6 guesses and more: years, at the guesses that `ACCOUNT_FAILURE_LIMIT` leaves for one account.
_LEAST_SCORE = 2
# The estimate takes time that grows with the square of the length (24 characters: 20 ms). Longer ones pass without it.
_ESTIMATED_LENGTH = 24
_SHORTEST_OWN_WORD = 3
# zxcvbn keeps the owner's words in a dictionary of the whole process while it estimates.
_one_estimate = Lock()


def normalise(password: str) -> str:
    """Return the form that is checked and hashed: Unicode NFKC.

    Keyboards differ in how they compose an accented letter or how wide a letter is (NIST SP 800-63B section 3.1.1.2).
    """
    return unicodedata.normalize("NFKC", password)


def check_length(password: str) -> None:
    """Refuse a password that is too short or too long. Costs nothing.

    Raises:
        PydanticCustomError: says what is wrong, as the rest of a sentence.
    """
    if not MIN_LENGTH <= len(normalise(password)) <= MAX_LENGTH:
        raise _LENGTH.error(min_length=MIN_LENGTH, max_length=MAX_LENGTH)


def check_acceptable(password: str, *, email: str) -> None:
    """Refuse a password that is too short, too long, common, easily guessed, or the owner's address.

    Takes up to some 20 ms of computing: not for the event loop.

    Args:
        password: as typed.
        email: the owner's address, normalised.

    Raises:
        PydanticCustomError: says what is wrong, as the rest of a sentence.
    """
    check_length(password)
    folded = normalise(password).casefold()
    if folded in _COMMON:
        raise _COMMON_PASSWORD.error()
    own_words = [email, email.partition("@")[0], *_PRODUCT_WORDS]
    if _is_built_on(folded, own_words):
        raise _OWN_WORDS.error()
    if len(folded) <= _ESTIMATED_LENGTH and _score(normalise(password), own_words) < _LEAST_SCORE:
        raise _GUESSED.error()


def _score(password: str, own_words: list[str]) -> int:
    with _one_estimate:
        return int(zxcvbn(password, own_words)["score"])


def _is_built_on(folded: str, own_words: list[str]) -> bool:
    """Return True if one of the words is in the password and what is left would be too short by itself."""
    letters = _letters(folded)
    for word in map(_letters, own_words):
        if len(word) >= _SHORTEST_OWN_WORD and word in letters and len(letters.replace(word, "")) < MIN_LENGTH:
            return True
    return False


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", normalise(text).casefold())
