"""Sessions: signing in, staying signed in, and being signed out at once."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.accounts.account import Account, Claims, Principal, Session, fold_email, fold_username
from chalicelib.domain.errors import (
    BusyError,
    CredentialsWrongError,
    EmailNotVerifiedError,
    UnauthenticatedError,
)
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.limits import MAX_SESSIONS, SESSION_LIFE
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.accounts.notices import notice_of
from chalicelib.services.accounts.ports import (
    Accounts,
    AddressState,
    CodeCheck,
    Guesses,
    Passwords,
    Sessions,
    SignUps,
    Tokens,
)
from chalicelib.services.accounts.session_factory import SessionFactory, TokenPair
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.ports import Clock, NewId, Queue, Report

REPLAY_WINDOW = timedelta(seconds=10)
_TRIES = 3


def principal_of(session: Session | None, now: datetime) -> Principal:
    """Who a session stands for; raises `UnauthenticatedError` when it is gone or over."""
    if session is None or session.is_over(now):
        raise UnauthenticatedError
    return Principal(
        session.user_id,
        session.id,
        session.roles,
        session.email_verified,
        session.name,
        logged_in_at=session.created_at,
        teams=session.teams,
    )


class LogInSessions:
    def __init__(
        self,
        accounts: Accounts,
        sign_ups: SignUps,
        sessions: Sessions,
        passwords: Passwords,
        tokens: Tokens,
        factory: SessionFactory,
        factor: CodeCheck,
        guesses: Guesses,
        queue: Queue,
        clock: Clock,
        new_id: NewId,
        *,
        report: Report,
    ) -> None:
        self._accounts = accounts
        self._sign_ups = sign_ups
        self._guesses = guesses
        self._sessions = sessions
        self._passwords = passwords
        self._tokens = tokens
        self._factory = factory
        self._factor = factor
        self._queue = queue
        self._clock = clock
        self._new_id = new_id
        self._report = report

    def sign_in(
        self, *, email: str | None, username: str | None, password: str, code: str | None = None, network: str = ""
    ) -> tuple[Account, TokenPair]:
        """Raises `CredentialsWrongError`; with the password of a sign-up that is not proven `EmailNotVerifiedError`.

        A login keeps an account that is to be erased, and its owner is told. An unknown name is answered after the same
        work as a known one. `code` is that of the second factor, which is looked at when the password is right: raises
        `SecondFactorRequiredError`, `SecondFactorWrongError`. Raises `TooManyRequestsError` for whoever has guessed too
        often; a login without its code counts until one with a code has succeeded.
        """
        state = self._sign_ups.of(email) if email else AddressState(self._accounts.user_id_of(username=username), ())
        typed = fold_email(email) if email else fold_username(username or "")
        guess = self._guesses.begin(state.user_id or typed, network)
        proven = ""  # the hash that this password was good for; one verification serves every try
        for _ in range(_TRIES):
            details = self._accounts.details(state.user_id or ids.NOBODYS)
            account = details.account if details else None
            known = account is not None and account.email_verified and not account.disabled
            if account is None or not known or account.password_hash != proven:
                proven = self._checked(account, state, password)
            assert details is not None
            assert account is not None
            now = to_milliseconds(self._clock())
            if not account.is_open(now):
                raise CredentialsWrongError
            passed = self._factor.require(account, code, now)
            session, pair = self._factory.start(account, now, network)
            notice = self._news_of(account, network, now)
            here = replace(passed, networks=account.networks.after_login(network, now), erases_at=None)
            rehashed = self._passwords.hash(password) if self._passwords.outdated(account.password_hash) else None
            try:
                self._sessions.add(here, session, _surplus(details.sessions, now), rehashed, notice)
            except StaleError:
                continue  # the account changed meanwhile: decide again
            self._guesses.succeeded(guess)
            if notice:
                self._queue.push(notice)
            return account, pair
        raise BusyError

    def _news_of(self, account: Account, network: str, now: datetime) -> OutboxEntry | None:
        if account.erases_at is None and not account.networks.is_news(network, now):
            return None
        kind = OutboxKind.ACCOUNT_KEPT if account.erases_at else OutboxKind.NEW_NETWORK
        return notice_of(kind, account.id, network, now=now, entry_id=self._new_id(now))

    def _checked(self, account: Account | None, state: AddressState, password: str) -> str:
        """The hash of the proven account that the password is good for; one computation, whatever there is."""
        if account and account.email_verified:
            if not self._passwords.among([account.password_hash], password):
                raise CredentialsWrongError
            return account.password_hash
        proposed = [one.password_hash for one in state.live(self._clock())]
        if self._passwords.among([*proposed, *([account.password_hash] if account else [])], password):
            raise EmailNotVerifiedError
        raise CredentialsWrongError

    def authenticate(self, claims: Claims) -> Principal:
        """One consistent read; a revoked session fails on the very next request."""
        return principal_of(self._sessions.get(claims), self._clock())

    def refresh(self, refresh: str, network: str = "") -> TokenPair:
        """Rotate in one conditional write.

        A retry of the previous token within ten seconds, its successor still unused, gets the same successor
        (a lost response does not sign anybody out); any other known token was stolen or copied, and ends the family
        (RFC 9700, section 4.14), of which its owner is told once. Raises `CredentialsWrongError`.
        """
        claims = self._tokens.parse_refresh(refresh)
        if claims is None:
            raise CredentialsWrongError
        presented = self._tokens.digest(refresh)
        successors = self._tokens.successors(refresh)
        for _ in range(_TRIES):
            now = to_milliseconds(self._clock())
            session = self._sessions.get(claims)
            if session is None or session.is_over(now):
                raise CredentialsWrongError
            given = next((token for token in successors if self._tokens.digest(token) == session.current), None)
            if session.previous == presented and given and now - session.rotated_at <= REPLAY_WINDOW:
                return self._pair(claims, given, now)
            if session.current != presented:
                self._end_stolen(claims, network, now)
                raise CredentialsWrongError
            rotated = replace(
                session,
                current=self._tokens.digest(successors[0]),
                previous=presented,
                rotated_at=now,
                expires_at=min(now + self._factory.life, session.created_at + SESSION_LIFE),
            )
            if self._sessions.rotate(rotated, presented):
                return self._pair(claims, successors[0], now)
        raise BusyError

    def _end_stolen(self, claims: Claims, network: str, now: datetime) -> None:
        entry_id = self._new_id(now)
        notice = notice_of(OutboxKind.LOGIN_STOLEN, claims.user_id, network, now=now, entry_id=entry_id)
        if self._sessions.end_stolen(claims.user_id, claims.session_id, notice):
            self._report("refresh token used again", user=claims.user_id, session=claims.session_id)
            self._queue.push(notice)

    def _pair(self, claims: Claims, refresh: str, now: datetime) -> TokenPair:
        return TokenPair(self._tokens.access(claims.user_id, claims.session_id, now), refresh)

    def sign_out(self, principal: Principal) -> None:
        """End this login: its access and its refresh token."""
        self._sessions.end(principal.user_id, principal.session_id)


def _surplus(sessions: tuple[Session, ...], now: datetime) -> list[Session]:
    """Sessions that make room for one more: what is over, and the oldest beyond the limit."""
    over = [session for session in sessions if session.is_over(now)]
    alive = [session for session in sessions if not session.is_over(now)]
    alive.sort(key=lambda session: session.rotated_at)
    return over[:MAX_SESSIONS] + alive[: max(0, len(alive) - MAX_SESSIONS + 1)]
