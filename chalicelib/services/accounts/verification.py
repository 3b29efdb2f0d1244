"""The proof of an e-mail address: a code that was mailed for one sign-up makes exactly that one an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.accounts.account import Account, SignUp
from chalicelib.domain.errors import BusyError, OtpInvalidError, UsernameTakenError
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.limits import MAX_SIGN_UPS_IN_ALL, OTP_GUESSES
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.accounts.code_budget import CodeBudget
from chalicelib.services.accounts.codes import is_code
from chalicelib.services.accounts.ports import AddressState, MailedCodePorts, Proof
from chalicelib.services.accounts.sign_up import NETWORK_PURPOSE, code_mail, id_of
from chalicelib.services.shared.outcomes import StaleError

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyRequest:
    """A code, and the sign-up that it is for: by the secret that the sign-up returned, or by its password."""

    email: str
    code: str
    network: str = ""
    secret: str | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    account: Account
    username_lost: bool  # somebody else has it since the sign-up


class Verification:
    def __init__(self, ports: MailedCodePorts, budget: CodeBudget) -> None:
        self._ports = ports
        self._budget = budget

    def verify(self, request: VerifyRequest) -> Verified:
        """The account of whoever proves the mailbox, as their own sign-up says it; the others of the address end.

        Every guess counts against the sign-ups that it names, and against no other: what names none is worth nothing,
        and uses nothing up. Raises `OtpInvalidError` for whatever reason, `TooManyRequestsError` for a network. The
        username may have been taken meanwhile: then the account has none.
        """
        now = to_milliseconds(self._ports.clock())
        if request.password is not None:
            self._budget.name_by_password(request.email, request.network)
        state = self._ports.sign_ups.of(request.email)
        named = self._named(state.live(now), request)
        if named:
            self._budget.guess(request.email, request.network)
        for sign_up_id in [one.id for one in named] or [ids.NOBODYS]:  # the same call when there is none
            mac = self._guess(request, sign_up_id, now)
            if mac is not None:
                return self._prove(next(one for one in named if one.id == sign_up_id), mac, state, now)
        raise OtpInvalidError

    def _named(self, live: Sequence[SignUp], request: VerifyRequest) -> list[SignUp]:
        if request.password is not None:
            good = self._ports.passwords.among([one.password_hash for one in live], request.password)
            return [one for one in live if one.password_hash in good]
        return [one for one in live if one.id == id_of(request.secret or "")]

    def _guess(self, request: VerifyRequest, sign_up_id: str, now: datetime) -> str | None:
        """The digest of the code, if this is the code."""
        ports = self._ports
        mac = ports.sign_ups.count_guess(request.email, sign_up_id, ports.new_id(now), now, OTP_GUESSES)
        return mac if mac is not None and is_code(ports.macs, sign_up_id, request.code, mac) else None

    def _prove(self, sign_up: SignUp, code_mac: str, state: AddressState, now: datetime) -> Verified:
        ports, username = self._ports, sign_up.username
        for _ in range(_TRIES):
            details = ports.accounts.details(state.user_id) if state.user_id else None
            before = details.account if details else None
            if before and before.email_verified:
                raise OtpInvalidError  # another sign-up was proven meanwhile, and this one has ended
            # A guest stays who they are; of whoever is new the id tells no more than a guest's would.
            user_id = state.user_id or ports.new_id(ids.undated(ports.new_id(now)))
            account = sign_up.becomes(user_id, now, username=username, version=before.version + 1 if before else 1)
            others = [one for one in state.sign_ups if one.id != sign_up.id][:MAX_SIGN_UPS_IN_ALL]
            proof = Proof(
                account=account,
                before=before,
                held_by=state.user_id,
                sign_up=sign_up,
                code_mac=code_mac,
                others=others,
            )
            try:
                ports.sign_ups.prove(proof)
            except UsernameTakenError:
                username = None
            except StaleError:
                state = ports.sign_ups.of(sign_up.email)
            else:
                return Verified(account, username_lost=username != sign_up.username)
        raise BusyError

    def resend(self, email: str, network: str, secret: str | None = None) -> None:
        """Queue another code for the sign-up that is named, else for the newest of the caller's own network.

        What a stranger asks for elsewhere replaces nobody's code. The caller is never told anything, and the calls are
        the same whatever there is: also where there is nothing to send, an intent is written, which is skipped.
        """
        wanted = id_of(secret) if secret is not None else None
        if not self._budget.allows_resend(email, network, wanted):
            return
        ports, now = self._ports, to_milliseconds(self._ports.clock())
        state = ports.sign_ups.of(email)
        found = self._asked_for(state.live(now), network, wanted)
        # An account that was written unproven, before sign-ups were kept apart, is looked for by the sender.
        whose = found.id if found else state.user_id or ids.NOBODYS
        intent = code_mail(whose, now, ports.new_id(now))
        ports.sign_ups.await_code(email, intent.recipient_id, intent.about["request"])
        ports.outbox.put_absent([intent])
        ports.queue.push(intent)

    def _asked_for(self, live: Sequence[SignUp], network: str, wanted: str | None) -> SignUp | None:
        if wanted is not None:
            return next((one for one in live if one.id == wanted), None)
        # The digests are of the caller alone: they are made as often whatever waits at the address.
        own = {"", *self._ports.macs.every(NETWORK_PURPOSE, network)}
        here = [one for one in live if one.network in own]
        return here[-1] if here else None
