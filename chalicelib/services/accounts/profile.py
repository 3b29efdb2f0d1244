"""What people see and change of their own account."""

from dataclasses import dataclass, replace

from chalicelib.domain.accounts.account import Account, Principal, Role
from chalicelib.domain.errors import BusyError, OldPasswordWrongError, UnauthenticatedError
from chalicelib.domain.outbox.entry import OutboxKind, new_entry
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.accounts.notices import notice_of
from chalicelib.services.accounts.ports import AccountDetails, Accounts, Guesses, Passwords
from chalicelib.services.accounts.session_factory import SessionFactory, TokenPair
from chalicelib.services.accounts.sign_up import check_password, own_words
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.ports import Clock, NewId, Queue

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The writable part of an account."""

    username: str | None
    first_name: str
    last_name: str
    roles: tuple[Role, ...]
    locale: str
    embed_on: tuple[str, ...] = ()


class Profiles:
    def __init__(
        self,
        accounts: Accounts,
        passwords: Passwords,
        factory: SessionFactory,
        guesses: Guesses,
        queue: Queue,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._factory = factory
        self._guesses = guesses
        self._queue = queue
        self._clock = clock
        self._new_id = new_id

    def _details(self, principal: Principal) -> AccountDetails:
        details = self._accounts.details(principal.user_id)
        if details is None or details.account.disabled:  # since its session was read
            raise UnauthenticatedError
        return details

    def show(self, principal: Principal) -> Account:
        return self._details(principal).account

    def update(self, principal: Principal, profile: Profile) -> Account:
        """Write the profile; new roles are in force for every login and API key at once. Raises `UsernameTakenError`.

        The role of an admin is neither taken nor given here.
        """
        for _ in range(_TRIES):
            details = self._details(principal)
            old = details.account
            kept = (Role.ADMIN,) if Role.ADMIN in old.roles else ()
            now = to_milliseconds(self._clock())
            new = replace(
                old,
                username=profile.username,
                first_name=profile.first_name,
                last_name=profile.last_name,
                roles=(*profile.roles, *kept),
                locale=profile.locale,
                embed_on=profile.embed_on,
                version=old.version + 1,
                updated_at=now,
            )
            job = None
            if new.name != old.name:
                job = new_entry(OutboxKind.RENAME_ORGANIZER, old.id, {}, now=now, entry_id=self._new_id(now))
            try:
                self._accounts.change(old, new, details.credentials, job)
            except StaleError:
                continue
            if job:
                self._queue.push(job)
            return new
        raise BusyError

    def change_password(
        self, principal: Principal, *, old_password: str, new_password: str, network: str = ""
    ) -> TokenPair:
        """A fresh pair for this device; every login and API key that there was has ended.

        Raises `OldPasswordWrongError`, and `TooManyRequestsError` for whoever has guessed too often.
        """
        guess = self._guesses.begin(f"change {principal.user_id}", network)
        for _ in range(_TRIES):
            details = self._details(principal)
            account = details.account
            if not account.is_in_use:
                raise UnauthenticatedError  # closed a moment ago: this must not leave a login behind
            if not self._passwords.verify(account.password_hash, old_password):
                raise OldPasswordWrongError
            self._guesses.succeeded(guess)
            personal = own_words(account.email, account.username, account.first_name, account.last_name)
            check_password(self._passwords, new_password, "/new_password", personal)
            now = to_milliseconds(self._clock())
            changed = replace(
                account,
                password_hash=self._passwords.hash(new_password),
                version=account.version + 1,
                updated_at=now,
            )
            fresh, pair = self._factory.start(changed, now, network)
            kind, entry_id = OutboxKind.PASSWORD_CHANGED, self._new_id(now)
            notice = notice_of(kind, account.id, network, now=now, entry_id=entry_id)
            try:
                self._accounts.change_password(changed, details.credentials, fresh, notice)
            except StaleError:
                continue
            self._queue.push(notice)
            return pair
        raise BusyError
