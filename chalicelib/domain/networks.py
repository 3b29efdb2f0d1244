"""Where a request comes from, as coarse as a limit needs it: who has one address easily has its neighbours too."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.limits import KNOWN_NETWORK_LIFE

UNKNOWN = "unknown"
_BITS = {4: 24, 6: 48}
_KEPT = 20  # networks of one account: somebody on the road has many in a month


def network_of(address: str) -> str:
    """The /24 of an IPv4 address or the /48 of an IPv6 one, as text; `unknown` for anything else."""
    try:
        found = ipaddress.ip_address(address.strip().partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, _BITS[found.version]), strict=False))


@dataclass(frozen=True, slots=True)
class KnownNetworks:
    """From which networks somebody has logged in, and when last, the latest first."""

    seen: tuple[tuple[str, datetime], ...] = ()

    def is_news(self, network: str, now: datetime) -> bool:
        """Whether a login from there is one that its owner should hear of.

        The first of an account is none, nor one of which nobody can say where it comes from.
        """
        lately = {name for name, at in self.seen if at + KNOWN_NETWORK_LIFE > now}
        return bool(self.seen) and is_known(network) and network not in lately

    def after_login(self, network: str, now: datetime) -> "KnownNetworks":
        if not is_known(network):
            return self
        return KnownNetworks(((network, now), *(one for one in self.seen if one[0] != network))[:_KEPT])


NO_NETWORKS = KnownNetworks()


def is_known(network: str) -> bool:
    return network not in {"", UNKNOWN}
