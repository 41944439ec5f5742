"""Where a request comes from."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Annotated

from fastapi import Depends, Request

from service_kit.observability.origin import known_address

_USER_AGENT_LENGTH = 512
# What one customer of an internet provider gets (RFC 6177): counting single addresses would count nothing.
_IPV6_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Origin:
    """Who seems to be at the other end.

    Attributes:
        ip_address: as text; None when it is not known.
        user_agent: the client's own words, cut to a length that can be stored.
    """

    ip_address: str | None
    user_agent: str | None

    @property
    def network(self) -> str:
        """What is counted by: the IPv4 address, the IPv6 /64, or `unknown`."""
        if self.ip_address is None:
            return "unknown"
        address = ip_address(self.ip_address)
        if isinstance(address, IPv6Address):
            return str(ip_network((address, _IPV6_PREFIX), strict=False))
        return str(address)


async def origin(request: Request) -> Origin:
    """Return where a request comes from."""
    user_agent = request.headers.get("user-agent", "")[:_USER_AGENT_LENGTH]
    return Origin(known_address(request.client.host if request.client else None), user_agent or None)


RequestOrigin = Annotated[Origin, Depends(origin)]
