"""Sign-up: a wish for an account, which nobody has before the address is proven (services/accounts/verification)."""

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.accounts.account import SELF_CHOSEN, Account, Role, SignUp, fold_email
from chalicelib.domain.errors import EmailTakenError, FieldError, InvalidRequestError, UsernameTakenError
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind, new_entry
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.limits import MAX_SIGN_UPS, MAX_SIGN_UPS_IN_ALL, SIGN_UP_LIFE
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.accounts.code_budget import CodeBudget
from chalicelib.services.accounts.ports import Accounts, AddressState, Passwords, SignUps
from chalicelib.services.shared.ports import Clock, Macs, NewId, Queue

NETWORK_PURPOSE = "sign-up-network"
_SALT_PURPOSE = "sign-up-salt"
_SALT_BYTES = 16
_SECRET_BYTES = 18
_TIDIED = 10  # sign-ups that are over and go with one new one: the clean-up of DynamoDB takes the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUpRequest:
    email: str
    password: str
    network: str = ""
    username: str | None = None
    first_name: str = ""
    last_name: str = ""
    roles: tuple[Role, ...] = SELF_CHOSEN
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class SignedUp:
    """`secret` is what the answer calls `signup_id`: only who signed up has it."""

    sign_up: SignUp
    secret: str


def check_password(passwords: Passwords, password: str, where: str, personal: Sequence[str]) -> None:
    """Raises `InvalidRequestError` with the reason."""
    weakness = passwords.weakness(password, personal=[part for part in personal if part])
    if weakness:
        raise InvalidRequestError(FieldError(where, "password_weak", weakness))


def own_words(email: str, username: str | None, *names: str) -> list[str]:
    """What anybody who knows somebody would try."""
    local, _, domain = email.partition("@")
    parts = (email, local, *re.split(r"[\W_]+", local), domain.split(".")[0], username or "")
    return [*parts, *names, *(word for name in names for word in name.split())]


def id_of(secret: str) -> str:
    """What is stored of a sign-up's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()[:40]


def code_mail(sign_up_id: str, now: datetime, request_id: str) -> OutboxEntry:
    """The wish for a code. The code is made by the sender, so that it exists in the mail only."""
    return new_entry(OutboxKind.VERIFY_EMAIL, sign_up_id, {"request": request_id}, now=now, entry_id=request_id)


class Registration:
    def __init__(
        self,
        accounts: Accounts,
        sign_ups: SignUps,
        passwords: Passwords,
        macs: Macs,
        queue: Queue,
        clock: Clock,
        new_id: NewId,
        budget: CodeBudget,
        *,
        strict: bool,
    ) -> None:
        self._accounts = accounts
        self._sign_ups = sign_ups
        self._passwords = passwords
        self._macs = macs
        self._queue = queue
        self._clock = clock
        self._new_id = new_id
        self._budget = budget
        self._strict = strict

    def sign_up(self, command: SignUpRequest) -> SignedUp:
        """Keep the wish and queue its code, beside whatever others wish for the address.

        Raises `EmailTakenError` for an address that has an account (profile `strict`: its owner is told by mail, and
        the work and the answer are the same), `UsernameTakenError` for an account's username, which is nobody's until
        an address is proven, and `TooManyRequestsError`.
        """
        personal = own_words(command.email, command.username, command.first_name, command.last_name)
        check_password(self._passwords, command.password, "/password", personal)
        now = to_milliseconds(self._clock())
        state = self._sign_ups.of(command.email)
        details = self._accounts.details(state.user_id or ids.NOBODYS)
        owner = details.account if details else None
        if owner and owner.email_verified and not self._strict:
            raise EmailTakenError
        self._check_username(command.username, owner)
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        self._budget.sign_up(command.email, command.network, id_of(secret))
        sign_up = self._new_sign_up(command, id_of(secret), now)
        intent = code_mail(sign_up.id, now, self._new_id(now))
        self._sign_ups.add(sign_up, _ended(state, sign_up.network, now), intent)
        self._queue.push(intent)
        return SignedUp(sign_up, secret)

    def _check_username(self, username: str | None, owner: Account | None) -> None:
        """Also of a known address: otherwise the answer would tell it from a new one."""
        holder = self._accounts.user_id_of(username=username) if username else None
        if holder and not (owner and owner.id == holder and not owner.email_verified):
            raise UsernameTakenError

    def _new_sign_up(self, command: SignUpRequest, sign_up_id: str, now: datetime) -> SignUp:
        return SignUp(
            id=sign_up_id,
            email=command.email,
            username=command.username,
            first_name=command.first_name,
            last_name=command.last_name,
            roles=command.roles,
            locale=command.locale,
            password_hash=self._passwords.hash(command.password, salt=self._salt(command.email)),
            network=self._macs.mac(NETWORK_PURPOSE, command.network),
            created_at=now,
            expires_at=now + SIGN_UP_LIFE,
        )

    def _salt(self, email: str) -> bytes:
        """One for all sign-ups of an address, which nobody can know in advance: see `Passwords.among`."""
        return hashlib.sha256(self._macs.mac(_SALT_PURPOSE, fold_email(email)).encode()).digest()[:_SALT_BYTES]


def _ended(state: AddressState, network: str, now: datetime) -> list[SignUp]:
    """What makes room for one more sign-up: those that are over, else the oldest where there are too many."""
    live = state.live(now)
    over = [one for one in state.sign_ups if one not in live][:_TIDIED]
    own = [one for one in live if one.network == network]
    if len(own) >= MAX_SIGN_UPS:
        return [*over, own[0]]
    if len(live) >= MAX_SIGN_UPS_IN_ALL:
        busiest = Counter(one.network for one in live).most_common(1)[0][0]
        return [*over, next(one for one in live if one.network == busiest)]
    return over
