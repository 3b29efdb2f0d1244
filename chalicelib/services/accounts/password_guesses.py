"""Guesses at passwords: whoever fails waits longer and longer, and keeps nobody else out."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.errors import TooManyRequestsError
from chalicelib.domain.shared.limits import KNOWN_NETWORK_LIFE, RateLimits
from chalicelib.domain.shared.rate_limit import Failures
from chalicelib.services.accounts.ports import Guess
from chalicelib.services.shared.ports import Clock, Macs, NewId
from chalicelib.services.shared.rate_limits import Limiter, LimitRows, Scope, of_actor

_PURPOSE = "password-guess"
_TRIES = 5


class FailureRows(LimitRows, Protocol):
    def failures(self, key: str) -> Failures | None: ...
    def put_failures(self, key: str, expected: Failures | None, failures: Failures, mark: str) -> bool:
        """Keep them if `expected` is still what is kept; one conditional write. `mark` is that of `LimitRows.put`."""

    def forget_failures(self, key: str) -> None: ...


class PasswordGuesses:
    """By account and network: a stranger's failures are held against their own network.

    Where many networks try, those from which somebody has logged in lately are still let in.
    """

    def __init__(
        self, rows: FailureRows, limiter: Limiter, macs: Macs, clock: Clock, new_id: NewId, limits: RateLimits
    ) -> None:
        self._rows = rows
        self._limiter = limiter
        self._macs = macs
        self._clock = clock
        self._new_id = new_id
        self._limits = limits

    def begin(self, whose: str, network: str) -> Guess | None:
        if self._limits.wrong_passwords is None or self._limits.logins_elsewhere is None:
            return None
        guess = self._guess(whose, network)
        self._count(guess.failures_keys)
        if _latest(self._rows.seen(guess.network_keys)) <= self._now():
            self._limiter.count(Scope.LOGIN_ELSEWHERE, whose, self._limits.logins_elsewhere)
        return guess

    def _guess(self, whose: str, network: str) -> Guess:
        here = of_actor(whose, network)
        return Guess(self._names(here), self._names(f"known {here}"))

    def forgive(self, whose: str, network: str) -> None:
        if self._limits.wrong_passwords is not None:
            self.succeeded(self._guess(whose, network))

    def _names(self, what: str) -> list[str]:
        """One for every key of the ring: what was kept before keys rotated still counts."""
        return self._macs.every(_PURPOSE, what)

    def _count(self, keys: Sequence[str]) -> None:
        backoff = self._limits.wrong_passwords
        assert backoff is not None
        mark = self._new_id(self._clock())
        for _ in range(_TRIES):
            now, seen = self._now(), [self._rows.failures(key) for key in keys]
            latest = max((failures for failures in seen if failures), key=lambda failures: failures.until, default=None)
            before = backoff.known(latest, now)
            if before.until > now:
                raise TooManyRequestsError(-(-(before.until - now) // 1000), backoff.free)
            if self._rows.put_failures(keys[0], seen[0], backoff.failed(before, now), mark):
                return
        raise TooManyRequestsError(1, backoff.free)  # so many at once are too many

    def succeeded(self, guess: Guess | None) -> None:
        if guess is None:
            return
        for key in guess.failures_keys:
            self._rows.forget_failures(key)
        until = self._now() + int(KNOWN_NETWORK_LIFE.total_seconds() * 1000)
        mark = self._new_id(self._clock())
        for _ in range(_TRIES):
            seen = self._rows.seen(guess.network_keys)
            if _latest(seen) >= until or self._rows.put(guess.network_keys[0], seen[0], until, mark):
                return

    def _now(self) -> int:
        return int(self._clock().timestamp() * 1000)


def _latest(numbers: Sequence[int | None]) -> int:
    return max(number or 0 for number in numbers)
