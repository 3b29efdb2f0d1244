"""Sign-up and the proof of an e-mail address."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.accounts import SELF_CHOSEN, Account, Role
from chalicelib.domain.errors import (
    EmailTakenError,
    FieldError,
    InvalidRequestError,
    OtpInvalidError,
    UsernameTakenError,
)
from chalicelib.domain.limits import ACCOUNT_EXISTS_INTERVAL, OTP_DIGITS, OTP_GUESSES, OTP_LIFE, RateLimits
from chalicelib.domain.outbox import OutboxEntry, OutboxKind, new_entry
from chalicelib.domain.times import NEVER, to_milliseconds
from chalicelib.services.accounts.ports import AccountDetails, Accounts, Otps, OtpState, Passwords
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.ports import Clock, Macs, NewId, Queue

OTP_PURPOSE = "otp"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUpRequest:
    email: str
    password: str
    username: str | None = None
    first_name: str = ""
    last_name: str = ""
    roles: tuple[Role, ...] = SELF_CHOSEN
    locale: str = "en"


def check_password(passwords: Passwords, password: str, where: str, personal: Sequence[str]) -> None:
    weakness = passwords.weakness(password, personal=[part for part in personal if part])
    if weakness:
        raise InvalidRequestError(FieldError(where, "password_weak", weakness))


class Registration:
    """An account exists once its address and username are unique; it can sign in once the address is proven."""

    def __init__(
        self,
        accounts: Accounts,
        otps: Otps,
        passwords: Passwords,
        macs: Macs,
        queue: Queue,
        clock: Clock,
        new_id: NewId,
        *,
        limits: RateLimits,
        strict: bool,
    ) -> None:
        self._accounts = accounts
        self._otps = otps
        self._passwords = passwords
        self._macs = macs
        self._queue = queue
        self._clock = clock
        self._new_id = new_id
        self._limits = limits
        self._strict = strict

    def sign_up(self, command: SignUpRequest) -> Account:
        """Create the account and queue the code. Raises `EmailTakenError` (compat profile) or `UsernameTakenError`."""
        personal = (command.email.split("@", 1)[0], command.username or "", command.first_name, command.last_name)
        check_password(self._passwords, command.password, "/password", personal)
        now = to_milliseconds(self._clock())
        account = Account(
            id=self._new_id(now),
            email=command.email,
            username=command.username,
            first_name=command.first_name,
            last_name=command.last_name,
            roles=command.roles,
            email_verified=False,
            locale=command.locale,
            password_hash=self._passwords.hash(command.password),
            version=1,
            created_at=now,
            updated_at=now,
        )
        otp, intent = self._new_request(account.id, now, None)
        try:
            self._accounts.add(account, otp, intent)
        except EmailTakenError:
            return self._meet_known_address(account, now)
        self._queue.push(intent)
        return account

    def _meet_known_address(self, wanted: Account, now: datetime) -> Account:
        """A guest's address, or one that nobody proved within the life of a code, is free to sign up with."""
        user_id = self._accounts.user_id_of(email=wanted.email)
        details = self._accounts.details(user_id) if user_id else None
        if user_id and details is None:
            return self._adopt(replace(wanted, id=user_id), now)
        if details and not details.account.email_verified and details.account.updated_at + OTP_LIFE <= now:
            return self._take_over(details, wanted, now)
        if not self._strict:
            raise EmailTakenError
        if wanted.username and self._accounts.user_id_of(username=wanted.username):
            raise UsernameTakenError  # as for a new address: otherwise this answer would tell the two apart
        if details and details.account.email_verified:
            entry_id = self._new_id(now)
            notice = new_entry(OutboxKind.ACCOUNT_EXISTS, details.account.id, {}, now=now, entry_id=entry_id)
            self._accounts.queue_account_exists(details.account.id, notice, now - ACCOUNT_EXISTS_INTERVAL)
            self._queue.push(notice)
        return wanted

    def _adopt(self, account: Account, now: datetime) -> Account:
        """The address is a guest's: the account is the same person, whose enrollments are theirs once it is proven."""
        otp, intent = self._new_request(account.id, now, None)
        try:
            self._accounts.adopt(account, otp, intent)
        except StaleError:
            return self._meet_known_address(account, now)  # another sign-up was faster: now there is an account
        self._queue.push(intent)
        return account

    def _take_over(self, details: AccountDetails, wanted: Account, now: datetime) -> Account:
        account = replace(wanted, id=details.account.id, version=details.account.version + 1)
        otp, intent = self._new_request(account.id, now, details.otp)
        try:
            self._accounts.take_over(details.account, account, otp, intent)
        except StaleError as error:
            raise EmailTakenError from error  # proven or signed up again in this very moment
        self._queue.push(intent)
        return account

    def resend(self, email: str) -> None:
        """Queue another code, if there is an unproven account and the limits allow; the caller is never told."""
        user_id = self._accounts.user_id_of(email=email)
        details = self._accounts.details(user_id) if user_id else None
        if not details or details.account.email_verified:
            return
        now = to_milliseconds(self._clock())
        seen = details.otp
        if seen and (
            seen.sent_at + self._limits.otp_interval > now or self._sent_today(seen, now) >= self._limits.otp_a_day
        ):
            return
        otp, intent = self._new_request(details.account.id, now, seen)
        try:
            self._otps.request(details.account.id, seen, otp, intent)
        except StaleError:
            return  # a parallel request has queued one
        self._queue.push(intent)

    @staticmethod
    def _sent_today(seen: OtpState | None, now: datetime) -> int:
        return seen.sent_today if seen and seen.day == f"{now:%Y-%m-%d}" else 0

    def _new_request(self, user_id: str, now: datetime, seen: OtpState | None) -> tuple[OtpState, OutboxEntry]:
        """The wish for a code. The code is made by the sender, so that it exists in the mail only."""
        request_id = self._new_id(now)
        otp = OtpState(
            request_id=request_id,
            code_mac=NEVER,
            expires_at=now,
            attempts=0,
            sent_at=now,
            day=f"{now:%Y-%m-%d}",
            sent_today=self._sent_today(seen, now) + 1,
        )
        return otp, new_entry(OutboxKind.VERIFY_EMAIL, user_id, {"request": request_id}, now=now, entry_id=request_id)

    def verify(self, email: str, code: str) -> Account:
        """Prove the address. Every guess is counted; raises `OtpInvalidError` for whatever reason."""
        user_id = self._accounts.user_id_of(email=email)
        details = self._accounts.details(user_id) if user_id else None
        if not details or details.account.email_verified:
            raise OtpInvalidError
        now = to_milliseconds(self._clock())
        expected = self._otps.count_guess(details.account.id, self._new_id(now), now, OTP_GUESSES)
        if expected is None or not self._macs.matches(OTP_PURPOSE, _proof(details.account.id, code), expected):
            raise OtpInvalidError
        if not self._otps.accept(details.account, expected, now):
            raise OtpInvalidError
        return replace(details.account, email_verified=True)


def new_code() -> str:
    return f"{secrets.randbelow(10**OTP_DIGITS):0{OTP_DIGITS}d}"


def otp_mac(macs: Macs, user_id: str, code: str) -> str:
    """What is stored instead of the code: useless without the server's key."""
    return macs.mac(OTP_PURPOSE, _proof(user_id, code))


def _proof(user_id: str, code: str) -> str:
    return f"{user_id}|{code}"
