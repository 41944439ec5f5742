"""Headers that every answer carries unless its endpoint says otherwise (OWASP ASVS 5.0 sections 3.4 and 14.3)."""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.types import Message, Scope

# base-uri and those after it do not follow default-src; object-src does, and ASVS 3.4.3 asks for it by name.
_NOTHING = dict.fromkeys(("default-src", "object-src", "base-uri", "form-action", "frame-ancestors"), "'none'")


def content_security_policy(allowed: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return a policy that allows nothing but what is named.

    Args:
        allowed: values by directive; empty for a directive that has none.
    """
    return "; ".join(f"{directive} {value}".rstrip() for directive, value in {**_NOTHING, **allowed}.items())


_DEFAULTS = (
    # Answers are personal unless they say that they are not, as the public keys do.
    (b"cache-control", b"no-store"),
    # Whatever a browser is made to show, it runs nothing and stands in no frame. The docs page has a policy of its own.
    (b"content-security-policy", content_security_policy().encode()),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
# RFC 6797 section 7.2: over HTTPS only.
_OVER_HTTPS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


def add_safe_headers(message: Message, scope: Scope) -> None:
    """Add what is missing.

    Args:
        message: an `http.response.start`.
        scope: of the request.
    """
    headers = message.setdefault("headers", [])
    present = {name.lower() for name, _ in headers}
    headers += [default for default in _DEFAULTS if default[0] not in present]
    if scope.get("scheme") == "https":
        headers.append(_OVER_HTTPS)
