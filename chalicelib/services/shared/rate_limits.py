"""Limits on what sends mail or can be guessed at: by account, by address, by network; never one partition for all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.errors import TooManyRequestsError
from chalicelib.domain.shared.limits import RateLimits
from chalicelib.domain.shared.rate_limit import DAY_SECONDS, Daily, Limit, Shares
from chalicelib.services.shared.ports import Clock, Macs, NewId, Report

_PURPOSE = "limit"
_TRIES = 5


class Scope(StrEnum):
    """What is counted; each has its own rows, by the digest of what it is counted for."""

    RESEND = "resend"  # mails about one enrollment
    CODE_INTERVAL = "code_interval"  # verification codes to one address, asked for from one network
    CODE_TO = "code_to"  # the same, over a day: sign-ups too
    RESET_INTERVAL = "reset_interval"  # mails with the key to a new password, like codes
    RESET_TO = "reset_to"
    GUESS = "guess"  # guesses at such codes
    SIGN_UP_NAMED = "sign_up_named"  # passwords by which a sign-up is named beside a code
    CHANGE_BY = "change_by"  # changes of the address that one account asks for
    KEY_BY = "key_by"  # API keys that one account makes
    LOGIN_ELSEWHERE = "login_elsewhere"  # tries to log in to one account from networks that are not its own
    MAIL_TO = "mail_to"  # mails to one address that somebody else than its owner names
    MAIL_TO_A_DAY = "mail_to_a_day"
    MAIL_FROM = "mail_from"  # such mails from one network
    MAIL_BY = "mail_by"  # such mails of one organizer
    TEAM_INVITATION = "team_invitation"  # mails that invite one address to one team
    GUEST_LINK = "guest_link"  # mails with the link of one guest at one event
    MESSAGES_OF = "messages_of"  # messages to the people of one event
    MESSAGES_BY = "messages_by"  # such messages of one organizer
    MESSAGE_TESTS = "message_tests"  # tests of such messages, which one account mails to itself


class LimitRows(Protocol):
    def seen(self, keys: Sequence[str]) -> list[int | None]:
        """The numbers that are kept under the keys, in their order."""

    def put(self, key: str, expected: int | None, number: int, mark: str) -> bool:
        """Keep `number` if `expected` is still what is kept; one conditional write.

        `mark` names the attempt, by which a repeat after a lost answer is recognised.
        """


class Limiter:
    """A row a key, of which only a digest is stored: addresses and networks are nobody's to read."""

    def __init__(self, rows: LimitRows, macs: Macs, clock: Clock, new_id: NewId, *, report: Report) -> None:
        self._rows = rows
        self._macs = macs
        self._clock = clock
        self._new_id = new_id
        self._report = report

    def count(self, scope: Scope, key: str, limit: Limit | Daily | None) -> None:
        """Count one. Raises `TooManyRequestsError`; while blocked nothing is written."""
        if limit is not None:
            _stop(self._take(scope, key, limit), limit.number)

    def allows(self, scope: Scope, key: str, limit: Limit | Daily | None) -> bool:
        """Count one and say whether it was allowed: for whoever must not be told. The operator is, by a line."""
        return limit is None or self._noted(scope, self._take(scope, key, limit))

    def begin(self, scope: Scope, key: str, limit: Limit | Daily | None) -> None:
        """Count one where there is room; what it is about happens all the same, and the next one has to wait."""
        if limit is not None:
            self._take(scope, key, limit)

    def count_share(self, scope: Scope, shares: Shares | None, *, target: str, actor: str) -> None:
        """Count one that the actor takes of what the target bears. Raises `TooManyRequestsError`."""
        if shares is not None:
            _stop(self._take_share(scope, shares, target, actor), shares.each.number)

    def allows_share(self, scope: Scope, shares: Shares | None, *, target: str, actor: str) -> bool:
        return shares is None or self._noted(scope, self._take_share(scope, shares, target, actor))

    def _noted(self, scope: Scope, taken: "_Taken") -> bool:
        if taken.wait is not None:
            self._report("held back in silence", limit=scope.value)
        return taken.wait is None

    def alias(self, actor: str) -> str:
        """What stands for an actor where it must not be read: short, and the same as long as the newest key is."""
        return self._macs.every(_PURPOSE, f"actor {actor}")[0][:12]

    def _take_share(self, scope: Scope, shares: Shares, target: str, actor: str) -> "_Taken":
        taken = self._take(scope, of_actor(target, actor), shares.each)
        if taken.wait is not None:
            return taken
        kind, limit = ("first", shares.firsts) if taken.first else ("beyond", shares.beyond)
        return self._take(scope, f"{kind} {target}", limit)

    def _take(self, scope: Scope, key: str, limit: Limit | Daily) -> "_Taken":
        if isinstance(limit, Daily):
            taken = self._take(scope, f"{key} {self._clock():%Y-%m-%d}", limit.bucket)
            midnight = DAY_SECONDS * 1000 - _milliseconds(self._clock) % (DAY_SECONDS * 1000)
            return _Taken(None if taken.wait is None else min(taken.wait, midnight), taken.first)
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
                return _Taken(wait, first=False)
            if self._rows.put(names[0], numbers[0], limit.taken(seen, now), mark):
                return _Taken(None, first=seen is None or seen <= now)
        return _Taken(max(wait, 1), first=False)  # so many at once are too many


@dataclass(frozen=True, slots=True)
class _Taken:
    """None when one was counted, else the milliseconds until one may be; whether nothing had been taken of it."""

    wait: int | None
    first: bool


def of_actor(target: str, actor: str) -> str:
    """What one actor does to one target: addresses and networks have no space in them."""
    return f"{target} {actor}"


def count_mail_to(limiter: Limiter, limits: RateLimits, address: str, *, by: str) -> None:
    """One mail to an address that somebody else than its owner names. Raises `TooManyRequestsError`."""
    limiter.count(Scope.MAIL_TO, of_actor(address, by), limits.mail_to)
    limiter.count_share(Scope.MAIL_TO_A_DAY, limits.mail_to_a_day, target=address, actor=by)


def count_mail_by(limiter: Limiter, limits: RateLimits, address: str, *, by: str) -> None:
    """The same of somebody who organizes, who has a limit over all addresses. Raises `TooManyRequestsError`."""
    limiter.count(Scope.MAIL_BY, by, limits.mail_by)
    count_mail_to(limiter, limits, address, by=by)


def _stop(taken: _Taken, number: int) -> None:
    if taken.wait is not None:
        raise TooManyRequestsError(-(-taken.wait // 1000), number)


def _milliseconds(clock: Callable[[], datetime]) -> int:
    return int(clock().timestamp() * 1000)
