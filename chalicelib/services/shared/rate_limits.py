"""Limits on what sends mail or can be guessed at: by account, by address, by network; never one partition for all."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.errors import TooManyRequestsError
from chalicelib.domain.rate_limit import Limit
from chalicelib.services.shared.ports import Clock, Macs, NewId

_PURPOSE = "limit"
_TRIES = 5


class Scope(StrEnum):
    """What is counted; each has its own rows, by the digest of what it is counted for."""

    RESEND = "resend"  # mails about one enrollment
    MAIL_TO = "mail_to"  # mails to one address that somebody else than its owner names
    MAIL_TO_A_DAY = "mail_to_a_day"
    MAIL_FROM = "mail_from"  # such mails from one network
    MAIL_BY = "mail_by"  # such mails of one organizer
    GUEST_LINK = "guest_link"  # mails with the link of one guest at one event
    MESSAGES_OF = "messages_of"  # messages to the people of one event
    MESSAGES_BY = "messages_by"  # such messages of one organizer


class LimitRows(Protocol):
    def seen(self, keys: Sequence[str]) -> list[int | None]:
        """The numbers that are kept under the keys, in their order."""

    def put(self, key: str, expected: int | None, number: int, mark: str) -> bool:
        """Keep `number` if `expected` is still what is kept; one conditional write.

        `mark` names the attempt, by which a repeat after a lost answer is recognised.
        """


class Limiter:
    """A row a key, of which only a digest is stored: addresses and networks are nobody's to read."""

    def __init__(self, rows: LimitRows, macs: Macs, clock: Clock, new_id: NewId) -> None:
        self._rows = rows
        self._macs = macs
        self._clock = clock
        self._new_id = new_id

    def count(self, scope: Scope, key: str, limit: Limit | None) -> None:
        """Count one. Raises `TooManyRequestsError`; while blocked nothing is written."""
        if limit is None:
            return
        wait = self._count(scope, key, limit)
        if wait is not None:
            raise TooManyRequestsError(-(-wait // 1000), limit.number)

    def allows(self, scope: Scope, key: str, limit: Limit | None) -> bool:
        """Count one and say whether it was allowed: for whoever must not be told."""
        return limit is None or self._count(scope, key, limit) is None

    def _count(self, scope: Scope, key: str, limit: Limit) -> int | None:
        """None when one was counted, else the milliseconds until one may be."""
        # One name for every key of the ring: what was counted before keys rotated still counts.
        names = self._macs.every(_PURPOSE, f"{scope}:{key}")
        mark = self._new_id(self._clock())
        wait = 0
        for _ in range(_TRIES):
            now = _milliseconds(self._clock)
            numbers = self._rows.seen(names)
            seen = max((number for number in numbers if number is not None), default=None)
            wait = limit.wait(seen, now)
            if not limit.allows(seen, now):
                return wait
            if self._rows.put(names[0], numbers[0], limit.taken(seen, now), mark):
                return None
        return max(wait, 1)  # so many at once are too many


def _milliseconds(clock: Callable[[], datetime]) -> int:
    return int(clock().timestamp() * 1000)
