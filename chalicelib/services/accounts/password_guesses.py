"""Guesses at passwords: whoever fails waits longer and longer, and keeps nobody else out."""

from typing import Protocol

from chalicelib.domain.errors import TooManyRequestsError
from chalicelib.domain.limits import KNOWN_NETWORK_LIFE, RateLimits
from chalicelib.domain.rate_limit import Failures
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
        self._count(guess.failures_key)
        if (self._rows.seen(guess.network_key) or 0) <= self._now():
            self._limiter.count(Scope.LOGIN_ELSEWHERE, whose, self._limits.logins_elsewhere)
        return guess

    def _guess(self, whose: str, network: str) -> Guess:
        here = of_actor(whose, network)
        return Guess(self._macs.mac(_PURPOSE, here), self._macs.mac(_PURPOSE, f"known {here}"))

    def forgive(self, whose: str, network: str) -> None:
        if self._limits.wrong_passwords is not None:
            self.succeeded(self._guess(whose, network))

    def _count(self, key: str) -> None:
        backoff = self._limits.wrong_passwords
        assert backoff is not None
        mark = self._new_id(self._clock())
        for _ in range(_TRIES):
            now, seen = self._now(), self._rows.failures(key)
            before = backoff.known(seen, now)
            if before.until > now:
                raise TooManyRequestsError(-(-(before.until - now) // 1000), backoff.free)
            if self._rows.put_failures(key, seen, backoff.failed(before, now), mark):
                return
        raise TooManyRequestsError(1, backoff.free)  # so many at once are too many

    def succeeded(self, guess: Guess | None) -> None:
        if guess is None:
            return
        self._rows.forget_failures(guess.failures_key)
        until = self._now() + int(KNOWN_NETWORK_LIFE.total_seconds() * 1000)
        mark = self._new_id(self._clock())
        for _ in range(_TRIES):
            seen = self._rows.seen(guess.network_key)
            if (seen or 0) >= until or self._rows.put(guess.network_key, seen, until, mark):
                return

    def _now(self) -> int:
        return int(self._clock().timestamp() * 1000)
