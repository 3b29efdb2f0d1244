"""Where a request comes from, as coarse as a limit needs it: who has one address easily has its neighbours too."""

import functools
import ipaddress
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.shared.limits import KNOWN_NETWORK_LIFE

UNKNOWN = "unknown"
_BITS = {4: 24, 6: 48}
_WIDEST = {4: 8, 6: 16}  # bits of a network of proxies
_KEPT = 20  # networks of one account: somebody on the road has many in a month


def network_of(address: str) -> str:
    """The /24 of an IPv4 address or the /48 of an IPv6 one, as text; `unknown` for anything else."""
    found = _address(address)
    return str(ipaddress.ip_network((found, _BITS[found.version]), strict=False)) if found else UNKNOWN


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """None for what is no address; an IPv4 address in the clothes of IPv6 is one of IPv4.

    Some proxies write the port of their client behind it, and then an IPv6 address in brackets.
    """
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


@dataclass(frozen=True, slots=True)
class Proxies:
    """The networks of proxies that an operator runs in front of the gateway, and whose word on their client counts."""

    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()

    @classmethod
    @functools.lru_cache(maxsize=4)  # one setting is read by every request
    def parse(cls, text: str) -> "Proxies":
        """Networks separated by commas; an empty text is none.

        Raises `ValueError` for what is no network, and for one so wide that strangers come from it: whoever does may
        say who they are.
        """
        found = tuple(ipaddress.ip_network(part.strip()) for part in text.split(",")) if text.strip() else ()
        for network in found:
            if network.prefixlen < _WIDEST[network.version]:
                raise ValueError(f"{network} is too wide")
        return cls(found)

    def client_of(self, source: str, forwarded: str) -> str:
        """The address of the client of the outermost proxy; `source` is the address that the gateway saw.

        Every proxy adds to the right of `forwarded` whom it was asked by. So it is read from there, and as far only as
        who wrote an entry is a proxy itself: what stands further left may be anybody's invention.
        """
        client = source
        for entry in reversed(forwarded.split(",")):
            if not self._has(client) or _address(entry) is None:
                break
            client = entry.strip()
        return client

    def _has(self, text: str) -> bool:
        found = _address(text)
        return found is not None and any(found in network for network in self.networks)


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
