"""Passwords: what is acceptable, and how they are hashed. The only module that knows the hashing library.

argon2id with 19 MiB, two passes, one lane: the OWASP Password Storage Cheat Sheet's first choice. Hashes made with
other parameters are still verified, and replaced at the next login.
"""

import os
import threading
import unicodedata

from passlib.context import CryptContext

from app.accounts.common_passwords import COMMON_PASSWORDS

MIN_LENGTH = 8
MAX_LENGTH = 128

_context = CryptContext(
    schemes=["argon2"], argon2__type="ID", argon2__memory_cost=19_456, argon2__rounds=2, argon2__parallelism=1
)
# A hash keeps a core busy and 19 MiB with it: more at once than there are cores would only cost memory.
_slots = threading.BoundedSemaphore(os.cpu_count() or 1)


def check_acceptable(password: str) -> None:
    """Refuse a password that is too short, too long or among the first that anybody tries.

    No rules of composition (OWASP ASVS 5.0 section 6.2, NIST SP 800-63B section 3.1.1.2).

    Raises:
        ValueError: says what is wrong, as the rest of a sentence.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise ValueError(f"must have {MIN_LENGTH} to {MAX_LENGTH} characters")
    if password.casefold() in COMMON_PASSWORDS:
        raise ValueError("is one of the most common passwords; choose another")


def hash_password(password: str) -> str:
    """Return the hash to store, parameters and a random salt included."""
    with _slots:
        return _context.hash(_normalise(password))


def verify(password: str, password_hash: str) -> tuple[bool, str | None]:
    """Compare a password with a stored hash.

    Returns:
        Whether it fits, and a hash to store instead when the stored one has outdated parameters.
    """
    with _slots:
        return _context.verify_and_update(_normalise(password), password_hash)


def verify_nothing() -> None:
    """Do the work of `verify` where there is no hash, so that the time tells nobody whether an account exists."""
    with _slots:
        _context.dummy_verify()


def _normalise(password: str) -> str:
    # Keyboards differ in how they compose an accented letter (NIST SP 800-63B section 3.1.1.2).
    return unicodedata.normalize("NFKC", password)


# The first call makes the hash to compare with; the first unknown account must not take longer than the second.
verify_nothing()
