"""A second factor: what a login asks for beside the password, and how the owner of an account turns it on and off."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from chalicelib.domain.accounts import second_factor as codes
from chalicelib.domain.accounts.account import Account, Principal, SecondFactor
from chalicelib.domain.errors import (
    BusyError,
    PasswordWrongError,
    SecondFactorKeyInvalidError,
    SecondFactorOffError,
    SecondFactorOnError,
    SecondFactorRequiredError,
    SecondFactorWrongError,
    UnauthenticatedError,
)
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.domain.shared.limits import SECOND_FACTOR_KEY_LIFE
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.accounts.fresh_login import FreshLogin
from chalicelib.services.accounts.notices import notice_of
from chalicelib.services.accounts.ports import AccountDetails, Accounts, Guesses, Passwords
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.ports import Clock, Macs, NewId, Queue, Seals

SEAL_PURPOSE = "second-factor"
_NEW_FACTOR_PURPOSE = "second-factor-wish"
_TRIES = 5


class SecondFactorCheck:
    def __init__(self, seals: Seals) -> None:
        self._seals = seals

    def require(self, account: Account, code: str | None, now: datetime) -> Account:
        """`CodeCheck.require`."""
        factor = account.second_factor
        if factor is None:
            return account
        if code is None:
            raise SecondFactorRequiredError
        after = self._after(factor, code, now)
        if after is None:
            raise SecondFactorWrongError
        return replace(account, second_factor=after)

    def _after(self, factor: SecondFactor, code: str, now: datetime) -> SecondFactor | None:
        if recovered := codes.after_recovery(factor, code):
            return recovered
        # What cannot be unsealed was sealed with keys that are gone: the recovery codes are good still.
        secret = self._seals.unseal(SEAL_PURPOSE, factor.sealed)
        return codes.after_code(factor, secret, code, now) if secret is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFactor:
    """What the app is to be given, and the key with which its first code turns the factor on. Nothing is stored."""

    secret: str
    address: str
    key: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorPorts:
    accounts: Accounts
    passwords: Passwords
    guesses: Guesses
    seals: Seals
    macs: Macs
    queue: Queue
    clock: Clock
    new_id: NewId
    product: str  # under which name the app lists the account


class OwnSecondFactor:
    def __init__(self, ports: FactorPorts, fresh_login: FreshLogin, check: SecondFactorCheck) -> None:
        self._ports = ports
        self._fresh_login = fresh_login
        self._check = check

    def show(self, principal: Principal) -> SecondFactor | None:
        return self._details(principal).account.second_factor

    def propose(self, principal: Principal, password: str | None, network: str) -> NewFactor:
        """A new secret. Raises `SecondFactorOnError`, `FreshLoginRequiredError`, and what a wrong password raises."""
        self._fresh_login.require(principal, password, network)
        account = self._details(principal).account
        if account.second_factor:
            raise SecondFactorOnError
        ports, secret = self._ports, codes.new_secret()
        until = to_milliseconds(ports.clock()) + SECOND_FACTOR_KEY_LIFE
        sealed = ports.seals.seal(SEAL_PURPOSE, secret)
        said = f"{account.id}|{account.revocations}|{int(until.timestamp())}|{sealed}"
        return NewFactor(
            secret=codes.secret_text(secret),
            address=codes.app_address(secret, account=account.email, issuer=ports.product),
            key=ports.macs.sign(_NEW_FACTOR_PURPOSE, said.encode()),
            expires_at=until,
        )

    def turn_on(self, principal: Principal, key: str, code: str, network: str) -> tuple[SecondFactor, list[str]]:
        """As it is kept, and the recovery codes, which nobody can be shown again. The owner is told by mail.

        Raises `SecondFactorKeyInvalidError` for a key that is too old or of somebody else, `SecondFactorWrongError`,
        `SecondFactorOnError`, `BusyError`.
        """
        recovery = codes.new_recovery_codes()
        for _ in range(_TRIES):
            details, now = self._details(principal), to_milliseconds(self._ports.clock())
            if details.account.second_factor:
                raise SecondFactorOnError
            sealed = self._proposed(key, details.account, now)
            secret = self._ports.seals.unseal(SEAL_PURPOSE, sealed)
            if secret is None:
                raise SecondFactorKeyInvalidError
            step = codes.first_step(secret, code, now)
            if step is None:
                raise SecondFactorWrongError
            factor = SecondFactor(sealed=sealed, since=now, last_step=step, recovery=codes.recovery_digests(recovery))
            if self._write(details, factor, now, network):
                return factor, recovery
        raise BusyError

    def turn_off(self, principal: Principal, password: str, code: str, network: str) -> None:
        """Password and code are asked for, however fresh the login is. The owner is told by mail.

        Raises `SecondFactorOffError`, `PasswordWrongError`, `SecondFactorWrongError`, `TooManyRequestsError`,
        `BusyError`.
        """
        guess = self._ports.guesses.begin(f"change {principal.user_id}", network)
        for _ in range(_TRIES):
            details, now = self._details(principal), to_milliseconds(self._ports.clock())
            if details.account.second_factor is None:
                raise SecondFactorOffError
            if not self._ports.passwords.verify(details.account.password_hash, password):
                raise PasswordWrongError
            self._check.require(details.account, code, now)
            if self._write(details, None, now, network):
                self._ports.guesses.succeeded(guess)
                return
        raise BusyError

    def _write(self, details: AccountDetails, factor: SecondFactor | None, now: datetime, network: str) -> bool:
        """Whether it is kept: not if the account changed since it was read."""
        old, ports = details.account, self._ports
        new = replace(old, second_factor=factor, version=old.version + 1, updated_at=now)
        kind = OutboxKind.SECOND_FACTOR_ON if factor else OutboxKind.SECOND_FACTOR_OFF
        notice = notice_of(kind, old.id, network, now=now, entry_id=ports.new_id(now))
        try:
            ports.accounts.change(old, new, details.credentials, notice)
        except StaleError:
            return False
        ports.queue.push(notice)
        return True

    def _proposed(self, key: str, account: Account, now: datetime) -> str:
        payload = self._ports.macs.open(_NEW_FACTOR_PURPOSE, key)
        if payload is None:
            raise SecondFactorKeyInvalidError
        user_id, revocations, until, sealed = payload.decode().split("|")
        is_over = now >= datetime.fromtimestamp(int(until), UTC)
        if user_id != account.id or int(revocations) != account.revocations or is_over:
            raise SecondFactorKeyInvalidError
        return sealed

    def _details(self, principal: Principal) -> AccountDetails:
        details = self._ports.accounts.details(principal.user_id)
        if details is None:
            raise UnauthenticatedError
        return details
