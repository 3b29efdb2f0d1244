"""A forgotten password: whoever reads the mail of the account chooses a new one."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.accounts.account import Account
from chalicelib.domain.errors import BusyError, ResetInvalidError
from chalicelib.domain.outbox.entry import OutboxKind, new_entry
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.accounts.code_budget import CodeBudget
from chalicelib.services.accounts.notices import notice_of
from chalicelib.services.accounts.ports import Guesses, MailedCodePorts
from chalicelib.services.accounts.reset_tokens import ResetKey, opened
from chalicelib.services.accounts.sign_up import check_password, own_words
from chalicelib.services.shared.outcomes import StaleError

_TRIES = 5


class PasswordReset:
    def __init__(self, ports: MailedCodePorts, guesses: Guesses, budget: CodeBudget) -> None:
        self._ports = ports
        self._guesses = guesses
        self._budget = budget

    def forgot(self, email: str, network: str) -> None:
        """Queue the mail with the key. The caller is told nothing, and the calls are the same whoever has the address.

        Whether anybody has an account there, is decided by the sender.
        """
        if not self._budget.allows_reset(email, network):
            return
        ports, now = self._ports, to_milliseconds(self._ports.clock())
        # Only whose the address is: sign-ups that wait there have no password to choose, and would take time to read.
        whose = ports.accounts.user_id_of(email=email) or ids.NOBODYS
        entry = new_entry(OutboxKind.PASSWORD_RESET, whose, {}, now=now, entry_id=ports.new_id(now))
        ports.outbox.put_absent([entry])
        ports.queue.push(entry)

    def reset(self, token: str, new_password: str, network: str) -> Account:
        """The account with its new password; every login and API key has ended.

        Nothing is held against this network any more.

        Raises `ResetInvalidError` for whatever reason.
        """
        ports, key = self._ports, opened(self._ports.macs, token)
        for _ in range(_TRIES):
            now = to_milliseconds(ports.clock())
            details = ports.accounts.details(key.user_id if key else ids.NOBODYS)
            if key is None or details is None or not _may(key, details.account, now):
                raise ResetInvalidError
            account = details.account
            personal = own_words(account.email, account.username, account.first_name, account.last_name)
            check_password(ports.passwords, new_password, "/new_password", personal)
            changed = replace(
                account,
                password_hash=ports.passwords.hash(new_password),
                version=account.version + 1,
                updated_at=now,
            )
            kind, entry_id = OutboxKind.PASSWORD_CHANGED, ports.new_id(now)
            notice = notice_of(kind, account.id, network, now=now, entry_id=entry_id)
            try:
                ports.accounts.change_password(changed, details.credentials, None, notice)
            except StaleError:
                continue
            ports.queue.push(notice)
            self._guesses.forgive(account.id, network)
            return changed
        raise BusyError


def _may(key: ResetKey, account: Account, now: datetime) -> bool:
    return key.is_good(account, now) and account.email_verified and not account.disabled
