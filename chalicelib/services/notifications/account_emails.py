"""Mails to the owners of accounts: the code that proves an address, and that there is an account already."""

from datetime import datetime, timedelta

from chalicelib.domain.accounts import Account
from chalicelib.domain.limits import OTP_LIFE
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.services.accounts.ports import Accounts, Otps
from chalicelib.services.accounts.sign_up import new_code, otp_mac
from chalicelib.services.notifications.contexts import AccountContext, CodeContext, EmailDraft
from chalicelib.services.notifications.mail_kind import MailKind
from chalicelib.services.shared.outcomes import OutdatedError
from chalicelib.services.shared.ports import Macs


class VerificationEmails:
    """The code is made here, so that it is never stored: only its keyed digest is."""

    def __init__(self, accounts: Accounts, otps: Otps, macs: Macs) -> None:
        self._accounts = accounts
        self._otps = otps
        self._macs = macs

    def draft(self, mail: MailKind, entry: OutboxEntry, now: datetime) -> EmailDraft:  # noqa: ARG002 - a `Writer`
        account = _owner(self._accounts, entry)
        if account.email_verified:
            raise OutdatedError("verified already")
        code = new_code()
        mac = otp_mac(self._macs, account.id, code)
        if not self._otps.arm(account.id, entry.about["request"], mac, now + OTP_LIFE, claim=entry.claims):
            raise OutdatedError("a newer code was requested")
        context = CodeContext(code=code, minutes=OTP_LIFE // timedelta(minutes=1))
        return EmailDraft(to=account.email, locale=account.locale, context=context)


class AccountExistsEmails:
    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def draft(self, mail: MailKind, entry: OutboxEntry, now: datetime) -> EmailDraft:  # noqa: ARG002 - a `Writer`
        account = _owner(self._accounts, entry)
        return EmailDraft(to=account.email, locale=account.locale, context=AccountContext(name=account.first_name))


def _owner(accounts: Accounts, entry: OutboxEntry) -> Account:
    account = accounts.by_ids([entry.recipient_id]).get(entry.recipient_id)
    if account is None:
        raise OutdatedError("no such account")
    return account
