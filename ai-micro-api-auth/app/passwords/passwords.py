"""Hashes of passwords. The only module that knows the hashing library.

argon2id with 19 MiB, two passes, one lane: the OWASP Password Storage Cheat Sheet's first choice. Hashes made with
other parameters are still verified, and replaced at the next login.

Each function keeps a core busy for some 30 ms. Requests call them through `app.passwords.hashing`.
"""

from passlib.context import CryptContext

from app.passwords.password_policy import normalise

_context = CryptContext(
    schemes=["argon2"], argon2__type="ID", argon2__memory_cost=19_456, argon2__rounds=2, argon2__parallelism=1
)


def hash_password(password: str) -> str:
    """Return the hash to store, parameters and a random salt included."""
    return _context.hash(normalise(password))


def verify(password: str, password_hash: str | None) -> tuple[bool, str | None]:
    """Compare a password with a stored hash: normalised, then as typed, in case that an older release stored that.

    Args:
        password: as typed.
        password_hash: the stored hash; None where there is no account: the work of a wrong password is done all the
            same, so that the time of an answer does not show that an account exists.

    Returns:
        True if it is right, and a hash to store instead when the stored one is outdated.
    """
    normalised = normalise(password)
    for form in dict.fromkeys((normalised, password)):
        if password_hash is None:
            _context.dummy_verify()
            continue
        right, better_hash = _context.verify_and_update(form, password_hash)
        if right:
            return True, better_hash if form == normalised else _context.hash(normalised)
    return False, None


# The first call makes the hash to compare with; the first unknown account must not take longer than the second.
_context.dummy_verify()
