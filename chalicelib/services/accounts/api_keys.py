"""The API keys of one account, as their owner makes, sees and ends them."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.accounts.account import Account, ApiKey, KeyScope, Principal
from chalicelib.domain.errors import (
    ApiKeysFullError,
    BusyError,
    FieldError,
    InvalidRequestError,
    NotFoundError,
    UnauthenticatedError,
)
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind
from chalicelib.domain.shared.limits import API_KEY_LIFE, LONGEST_API_KEY, MAX_API_KEYS, RateLimits, span
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.accounts.fresh_login import FreshLogin
from chalicelib.services.accounts.key_ports import ApiKeys, KeyTexts
from chalicelib.services.accounts.notices import notice_of
from chalicelib.services.accounts.ports import AccountDetails, Accounts
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.ports import Clock, NewId, Queue
from chalicelib.services.shared.rate_limits import Limiter, Scope

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRequest:
    """The key that is wanted; `event_id` of one for a door, and of no other."""

    label: str
    scope: KeyScope
    event_id: str | None = None
    expires_at: datetime | None = None  # None: after the usual time
    password: str | None = None  # None: the login is fresh
    network: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPorts:
    accounts: Accounts
    keys: ApiKeys
    texts: KeyTexts
    clock: Clock
    new_id: NewId
    queue: Queue


class OwnApiKeys:
    def __init__(self, ports: KeyPorts, fresh_login: FreshLogin, limiter: Limiter, limits: RateLimits) -> None:
        self._ports = ports
        self._fresh_login = fresh_login
        self._limiter = limiter
        self._limits = limits

    def create(self, principal: Principal, request: KeyRequest) -> tuple[ApiKey, str]:
        """The key and its text, which nobody can be shown again. Whose the event is, the caller has looked at.

        The owner is told by mail, so that a key that somebody else makes does not go unseen.

        Raises `FreshLoginRequiredError`, `PasswordWrongError`, `TooManyRequestsError`, `InvalidRequestError` for an end
        that is over or too far away, `ApiKeysFullError`, `BusyError`.
        """
        self._fresh_login.require(principal, request.password, request.network)
        now = to_milliseconds(self._ports.clock())
        ends = _end_of(request, now)
        self._limiter.count(Scope.KEY_BY, principal.user_id, self._limits.keys_by)
        for _ in range(_TRIES):
            details = self._details(principal)
            over = [one for one in details.api_keys if one.is_over(now)]
            if len(details.api_keys) - len(over) >= MAX_API_KEYS:
                raise ApiKeysFullError
            key_id = self._ports.new_id(now)
            text = self._ports.texts.make(principal.user_id, key_id)
            key = _made(details.account, key_id, self._ports.texts.digest(text), request, now, ends)
            notice = self._notice(key, request.network)
            try:
                self._ports.keys.add(details.account, key, over, notice)
            except StaleError:
                continue
            self._ports.queue.push(notice)
            return key, text
        raise BusyError

    def _notice(self, key: ApiKey, network: str) -> OutboxEntry:
        new_id = self._ports.new_id(key.created_at)
        return notice_of(OutboxKind.API_KEY_MADE, key.user_id, network, now=key.created_at, entry_id=new_id)

    def show(self, principal: Principal) -> list[ApiKey]:
        """Those that are good now, the newest first."""
        return sorted(self._live(principal), key=lambda one: (one.created_at, one.id), reverse=True)

    def revoke(self, principal: Principal, key_id: str) -> None:
        """From the next request on it is not good. Raises `NotFoundError` for anybody else's."""
        key = next((one for one in self._live(principal) if one.id == key_id), None)
        if key is None:
            raise NotFoundError
        self._ports.keys.revoke(key, to_milliseconds(self._ports.clock()))

    def _live(self, principal: Principal) -> list[ApiKey]:
        now = self._ports.clock()
        return [one for one in self._details(principal).api_keys if not one.is_over(now)]

    def _details(self, principal: Principal) -> AccountDetails:
        details = self._ports.accounts.details(principal.user_id)
        if details is None:
            raise UnauthenticatedError
        return details


def _end_of(request: KeyRequest, now: datetime) -> datetime:
    if request.expires_at is None:
        return now + API_KEY_LIFE
    if not now < request.expires_at <= now + LONGEST_API_KEY:
        message = f"must be in the future, and within {span(LONGEST_API_KEY)}"
        raise InvalidRequestError(FieldError("/expires_at", "expires_out_of_range", message))
    return request.expires_at


def _made(account: Account, key_id: str, digest: str, request: KeyRequest, now: datetime, ends: datetime) -> ApiKey:
    return ApiKey(
        user_id=account.id,
        id=key_id,
        roles=account.roles,
        email_verified=account.email_verified,
        name=account.display_name,
        created_at=now,
        expires_at=ends,
        version=account.version,
        label=request.label,
        scope=request.scope,
        event_id=request.event_id,
        digest=digest,
    )
