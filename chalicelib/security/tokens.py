"""Access tokens (signed, short) and refresh tokens (opaque, rotating)."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

import jwt

from chalicelib.domain.accounts.account import Claims
from chalicelib.domain.shared import ids
from chalicelib.security.keyring import KeyRing, RingMacs, RingSource

ALGORITHM = "HS256"
ISSUER = "turnout"
AUDIENCE = "turnout-api"
TYPE = "at+jwt"  # RFC 9068: an access token is never taken for anything else
ACCESS_PURPOSE = "access-token"
REFRESH_PURPOSE = "refresh-token"
SUCCESSOR_PURPOSE = "refresh-successor"
_REQUIRED = ["exp", "iat", "iss", "aud", "sub", "sid"]


class RingTokens:
    def __init__(self, source: RingSource, life: timedelta) -> None:
        self._source = source
        self._macs = RingMacs(source)
        self._life = life

    @property
    def _ring(self) -> KeyRing:
        return self._source()

    def access(self, user_id: str, session_id: str, now: datetime) -> str:
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": user_id,
            "sid": session_id,
            "iat": int(now.timestamp()),
            "exp": int((now + self._life).timestamp()),
        }
        kid = self._ring.current
        key = self._ring.derive(kid, ACCESS_PURPOSE)
        return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": kid, "typ": TYPE})

    def read_access(self, token: str, now: datetime) -> Claims | None:
        """What the token says, or None for whatever is wrong with it (RFC 8725: one algorithm, explicit type)."""
        try:
            header = jwt.get_unverified_header(token)
            kid = str(header.get("kid"))
            if header.get("typ") != TYPE or kid not in self._ring.keys:
                return None
            options: Any = {"require": _REQUIRED, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
            claims = jwt.decode(
                token,
                self._ring.derive(kid, ACCESS_PURPOSE),
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options=options,
            )
        except (jwt.PyJWTError, ValueError, TypeError):
            return None
        return self._claims(claims, now)

    @staticmethod
    def _claims(claims: dict[str, Any], now: datetime) -> Claims | None:
        """Times are checked against the service's own clock, so that a test owns them; ids must be ours."""
        user_id, session_id, issued, expires = (claims[name] for name in ("sub", "sid", "iat", "exp"))
        begins = claims.get("nbf", issued)
        if not all(isinstance(moment, int) for moment in (issued, begins, expires)) or not isinstance(session_id, str):
            return None
        if not max(issued, begins) - 60 <= now.timestamp() < expires:
            return None
        if not ids.is_ulid(user_id) or not ids.is_ulid(session_id):
            return None
        return Claims(user_id, session_id)

    # A refresh token is `user.session.secret.mac`: the mac lets a forged one be refused without touching the family.

    def _refresh(self, head: str, kid: str = "") -> str:
        return f"{head}.{self._macs.mac(REFRESH_PURPOSE, head, kid).replace('.', '-')}"

    def first_refresh(self, user_id: str, session_id: str) -> str:
        return self._refresh(f"{user_id}.{session_id}.{secrets.token_urlsafe(32)}")

    def successors(self, refresh: str) -> list[str]:
        """The token that follows, as each key of the ring signs it, the newest first.

        Always the same for the same token and key, so that it can be given again though only hashes are stored; while
        keys rotate two processes may sign with different ones.
        """
        user_id, session_id, secret, mac = refresh.split(".")
        kid = mac.split("-", 1)[0]  # the key of the presented token, whatever the newest is now
        following = hmac.digest(self._ring.derive(kid, SUCCESSOR_PURPOSE), secret.encode(), hashlib.sha256).hex()
        return [self._refresh(f"{user_id}.{session_id}.{following}", key) for key in self._ring.keys]

    def parse_refresh(self, refresh: str) -> Claims | None:
        head, _, mac = refresh.rpartition(".")
        kid = mac.split("-", 1)[0]
        if head.count(".") != 2 or kid not in self._ring.keys:  # noqa: PLR2004 - user.session.secret
            return None
        expected = self._macs.mac(REFRESH_PURPOSE, head, kid).replace(".", "-")
        if not hmac.compare_digest(expected.encode(), mac.encode()):
            return None
        user_id, session_id, _ = head.split(".")
        return Claims(user_id, session_id) if ids.is_ulid(user_id) and ids.is_ulid(session_id) else None

    @staticmethod
    def digest(refresh: str) -> str:
        """What is stored: a plain hash is enough for 256 random bits."""
        return hashlib.sha256(refresh.encode()).hexdigest()
