"""How many requests one process takes from one caller: kept in memory, so that no limit ever costs a write.

A process of Lambda answers one request at a time, so this bounds what a single caller gets of each; how many processes
there are is bounded by the account, and the gateway throttles all requests together. It keeps a loop of one client, or
one noisy network, from taking a process from everybody else, and is no accounting.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from chalicelib.domain.errors import TooManyRequestsError
from chalicelib.domain.shared.limits import RateLimits
from chalicelib.domain.shared.networks import UNKNOWN
from chalicelib.domain.shared.rate_limit import Limit

_MOST = 4096  # callers that a process remembers; whoever comes least often is forgotten, and begins anew


class ProcessLimits:
    def __init__(self, limits: RateLimits, clock: Callable[[], datetime]) -> None:
        self._limits = limits
        self._clock = clock
        self._seen: OrderedDict[tuple[str, str], int] = OrderedDict()

    def count(self, caller: str, network: str, *, writes: bool) -> None:
        """One request of an account, a link or an API key; of nobody it is their network's, if that is known.

        Raises `TooManyRequestsError`.
        """
        limit = self._limits.writes if writes else self._limits.reads
        name = caller or (f"network {network}" if network != UNKNOWN else "")
        if limit is not None and name:
            self._count(("write" if writes else "read", name), limit)

    def _count(self, key: tuple[str, str], limit: Limit) -> None:
        now, seen = int(self._clock().timestamp() * 1000), self._seen.get(key)
        if not limit.allows(seen, now):
            raise TooManyRequestsError(-(-limit.wait(seen, now) // 1000), limit.number)
        self._seen[key] = limit.taken(seen, now)
        self._seen.move_to_end(key)
        while len(self._seen) > _MOST:
            self._seen.popitem(last=False)
