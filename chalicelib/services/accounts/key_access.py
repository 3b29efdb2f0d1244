"""Who calls with an API key: one read, and the account's rights as far as the key's scope reaches."""

import hmac
from datetime import datetime

from chalicelib.domain.accounts.account import ApiKey, Principal, Role
from chalicelib.domain.errors import ScopeMissingError, UnauthenticatedError
from chalicelib.domain.shared.limits import API_KEY_USE_NOTED
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.accounts.key_ports import ISSUED_AS, ApiKeys, KeyTexts
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.shared.ports import Clock


def is_api_key(token: str) -> bool:
    return token.startswith(ISSUED_AS)


class KeyAccess:
    def __init__(self, keys: ApiKeys, texts: KeyTexts, clock: Clock) -> None:
        self._keys = keys
        self._texts = texts
        self._clock = clock

    def authenticate(self, text: str, use: KeyUse) -> Principal:
        """Raises `UnauthenticatedError`, and `ScopeMissingError` for a good key whose scope does not reach this use.

        One consistent read, and none for a text that cannot be a key; a revoked one fails on the very next request.
        Guessing writes nothing. Once an hour the use of a good key is noted.
        """
        claims = self._texts.read(text)
        key = self._keys.get(claims.user_id, claims.key_id) if claims else None
        now = to_milliseconds(self._clock())
        if claims is None or key is None or key.is_over(now) or not hmac.compare_digest(key.digest, claims.digest):
            raise UnauthenticatedError
        self._note_use(key, now)
        if key.scope not in use.scopes:
            raise ScopeMissingError(use.scopes)
        return principal_of_key(key)

    def _note_use(self, key: ApiKey, now: datetime) -> None:
        not_since = now - API_KEY_USE_NOTED
        if key.last_used_at is None or key.last_used_at <= not_since:
            self._keys.note_use(key, now, not_since)


def principal_of_key(key: ApiKey) -> Principal:
    """Its account, without what an admin may do: that needs a login."""
    return Principal(
        key.user_id,
        "",
        tuple(role for role in key.roles if role is not Role.ADMIN),
        key.email_verified,
        key.name,
        key_id=key.id,
        scope=key.scope,
        door_of=key.event_id,
    )
