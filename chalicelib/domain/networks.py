"""Where a request comes from, as coarse as a limit needs it: who has one address easily has its neighbours too."""

import ipaddress

UNKNOWN = "unknown"
_BITS = {4: 24, 6: 48}


def network_of(address: str) -> str:
    """The /24 of an IPv4 address or the /48 of an IPv6 one, as text; `unknown` for anything else."""
    try:
        found = ipaddress.ip_address(address.strip().partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, _BITS[found.version]), strict=False))
