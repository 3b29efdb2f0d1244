"""What a login begins with: its session and its first tokens."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.accounts.account import Account, Session
from chalicelib.domain.shared.limits import SESSION_LIFE
from chalicelib.domain.shared.networks import is_known
from chalicelib.services.accounts.ports import Tokens
from chalicelib.services.shared.ports import NewId


@dataclass(frozen=True, slots=True)
class TokenPair:
    access: str
    refresh: str


class SessionFactory:
    """Makes sessions and their first tokens."""

    def __init__(self, tokens: Tokens, new_id: NewId, *, life: timedelta) -> None:
        self._tokens = tokens
        self._new_id = new_id
        self.life = life

    def start(self, account: Account, now: datetime, network: str = "") -> tuple[Session, TokenPair]:
        session_id = self._new_id(now)
        refresh = self._tokens.first_refresh(account.id, session_id)
        session = Session(
            user_id=account.id,
            id=session_id,
            roles=account.roles,
            email_verified=account.email_verified,
            name=account.display_name,
            current=self._tokens.digest(refresh),
            previous="-",
            rotated_at=now,
            created_at=now,
            expires_at=now + min(self.life, SESSION_LIFE),
            version=account.version,
            network=network if is_known(network) else "",
            teams=account.teams,
        )
        return session, TokenPair(self._tokens.access(account.id, session_id, now), refresh)
