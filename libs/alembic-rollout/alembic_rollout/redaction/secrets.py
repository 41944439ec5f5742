"""Hides passwords and tokens in texts: those that are known, and what looks like one."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

HIDDEN = "***"
_SHORTEST_PASSWORD = 3  # to hide every "a" would tell more about the password than it hides
_SHORTEST_TOKEN = 12  # shorter parts of an address are words, such as /services/

# Up to the last @ before the next space: a password whose @ was not written as %40 has more than one.
_IN_URL = re.compile(r"(://[^\s:/@]*:)[^\s\"'/]*(?:/[^\s\"'@]*)?@(?=[\w.\[\]%-]*(?:[:/?\"'\s,;]|$))")
_STRING = r"(?:[EeBbXxNn]|[Uu]&)?'(?:[^']|'')*'?|\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|$)"
_SETTING = re.compile(
    rf"(?P<before>\w*password\s*=\s*|\bpassword\s+(?=['$]|[EeUu]&?'))(?P<value>''.*?''(?!')|{_STRING}|[^\s'\",;&)]+)",
    re.IGNORECASE | re.DOTALL,
)
# What libpq says when a password with an @ was taken for a part of the host's name.
_IN_HOST_NAME = re.compile(r'(host name ")[^"]*@')
# argon2, bcrypt, scrypt and others of crypt(3); SCRAM and md5 of PostgreSQL.
_HASH = re.compile(
    r"\$(?:argon2(?:id|i|d)|2[abxy]|scrypt|pbkdf2[\w-]*|[156y]|7)\$[\w./+=,$*-]+|SCRAM-SHA-256\$[\w+/=:$]+|\bmd5[0-9a-f]{32}\b"
)


def hide_secrets(text: str, secrets: Iterable[str] = ()) -> str:
    """Return a text without passwords in URLs and settings, without password hashes, and without these secrets.

    Args:
        text: any text.
        secrets: what is known to be secret, such as the password of the database's URL.
    """
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    text = _IN_URL.sub(rf"\g<1>{HIDDEN}@", text)
    text = _IN_HOST_NAME.sub(rf"\g<1>{HIDDEN}@", text)
    text = _SETTING.sub(rf"\g<before>{HIDDEN}", text)
    return _HASH.sub(HIDDEN, text)


def hide_in(value: object, secrets: Iterable[str]) -> object:
    """Return a value that JSON can hold, with `hide_secrets` applied to every text in it."""
    if isinstance(value, Mapping):
        return {str(name): hide_in(inner, secrets) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [hide_in(inner, secrets) for inner in value]
    return value if value is None or isinstance(value, (bool, int, float)) else hide_secrets(str(value), secrets)


def passwords_of(url: str) -> frozenset[str]:
    """Return the password of a database URL, as it is and as a URL writes it; of an unreadable URL, what may be one."""
    try:
        found = make_url(url).password if url else None
    except (ArgumentError, ValueError):
        found = None
    raw = url.partition("://")[2].rpartition("@")[0].partition(":")[2]
    texts = {str(found or ""), raw, *raw.split("@")}
    texts |= {quote(text, safe="") for text in texts}
    return frozenset(text for text in texts if len(text) >= _SHORTEST_PASSWORD)


def tokens_of(address: str) -> frozenset[str]:
    """Return the parts of a web address that may be a token: the whole, its path, its query, its password."""
    parts = {address}
    try:
        split = urlsplit(address)
    except ValueError:
        return frozenset(parts - {""})
    parts |= {split.password or "", split.path.strip("/"), split.query}
    parts |= set(re.split(r"[/&=]", f"{split.path}&{split.query}"))
    return frozenset(part for part in parts if len(part) >= _SHORTEST_TOKEN)
