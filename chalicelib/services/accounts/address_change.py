"""Another address for an account: it counts when whoever is in the account has read the mail that went there."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.accounts.account import Account, AddressChange, Principal
from chalicelib.domain.errors import BusyError, EmailTakenError, OtpInvalidError, UnauthenticatedError
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind, new_entry
from chalicelib.domain.shared.limits import CHANGE_LIFE, MAX_SIGN_UPS_IN_ALL, OTP_GUESSES
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.accounts.address_ports import AddressChanges, AddressProof
from chalicelib.services.accounts.code_budget import CodeBudget
from chalicelib.services.accounts.codes import is_code
from chalicelib.services.accounts.fresh_login import FreshLogin
from chalicelib.services.accounts.notices import notice_of
from chalicelib.services.accounts.ports import Accounts, SignUps
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.ports import Clock, Macs, NewId, Queue

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePorts:
    accounts: Accounts
    sign_ups: SignUps
    changes: AddressChanges
    macs: Macs
    queue: Queue
    clock: Clock
    new_id: NewId


class AddressChanger:
    def __init__(self, ports: ChangePorts, fresh_login: FreshLogin, budget: CodeBudget) -> None:
        self._ports = ports
        self._fresh_login = fresh_login
        self._budget = budget

    def ask(self, principal: Principal, email: str, password: str | None, network: str) -> None:
        """Queue the code. Whose the address is, is not looked at here: no answer, and no time, tells it.

        Raises `FreshLoginRequiredError`, `PasswordWrongError`, `TooManyRequestsError`.
        """
        self._fresh_login.require(principal, password, network)
        self._budget.change(email, network, principal.user_id)
        now = to_milliseconds(self._ports.clock())
        request_id = self._ports.new_id(now)
        change = AddressChange(
            id=request_id,
            user_id=principal.user_id,
            email=email,
            revocations=self._account(principal.user_id).revocations,
            created_at=now,
            expires_at=now + CHANGE_LIFE,
        )
        about = {"request": request_id}
        intent = new_entry(OutboxKind.VERIFY_NEW_EMAIL, principal.user_id, about, now=now, entry_id=request_id)
        self._ports.changes.ask(change, intent)
        self._ports.queue.push(intent)

    def prove(self, principal: Principal, code: str, network: str) -> Account:
        """The account with its new address; the logins and the password stay.

        Raises `OtpInvalidError` for whatever reason, `EmailTakenError` for whoever has read the code of an address that
        somebody else has proven meanwhile, `TooManyRequestsError`.
        """
        ports, now = self._ports, to_milliseconds(self._ports.clock())
        change = ports.changes.find(principal.user_id)
        if change is None or not change.is_good(self._account(principal.user_id), now):
            raise OtpInvalidError
        self._budget.guess(change.email, network)
        mac = ports.changes.count_guess(principal.user_id, ports.new_id(now), now, OTP_GUESSES)
        if mac is None or not is_code(ports.macs, change.id, code, mac):
            raise OtpInvalidError
        for _ in range(_TRIES):
            proof = self._proof(change, mac, network, now)
            try:
                ports.changes.prove(proof)
            except StaleError:
                continue
            ports.queue.push(proof.notice)
            return proof.account
        raise BusyError

    def _proof(self, change: AddressChange, mac: str, network: str, now: datetime) -> AddressProof:
        before = self._account(change.user_id)
        if not change.is_good(before, now):
            raise OtpInvalidError  # the password was changed a moment ago
        state = self._ports.sign_ups.of(change.email)
        details = self._ports.accounts.details(state.user_id) if state.user_id not in {None, before.id} else None
        holder = details.account if details else None
        if holder and holder.email_verified:
            raise EmailTakenError
        return AddressProof(
            before=before,
            account=replace(before, email=change.email, version=before.version + 1, updated_at=now),
            change=change,
            code_mac=mac,
            held_by=state.user_id,
            unproven=holder,
            others=state.sign_ups[:MAX_SIGN_UPS_IN_ALL],
            notice=self._notice(change, network, now),
        )

    def _notice(self, change: AddressChange, network: str, now: datetime) -> OutboxEntry:
        kind, entry_id = OutboxKind.EMAIL_CHANGED, self._ports.new_id(now)
        return notice_of(kind, change.user_id, network, now=now, entry_id=entry_id, change=change.id)

    def _account(self, user_id: str) -> Account:
        details = self._ports.accounts.details(user_id)
        if details is None:
            raise UnauthenticatedError
        return details.account
