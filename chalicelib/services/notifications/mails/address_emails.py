"""Mails about another address of an account: the code to the new one, and word of it to the old one."""

from datetime import datetime, timedelta

from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.shared.limits import OTP_LIFE
from chalicelib.services.accounts.address_ports import AddressChanges
from chalicelib.services.accounts.codes import code_mac, new_code
from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.notifications.contexts import CodeContext, EmailDraft
from chalicelib.services.notifications.mails.account_emails import KnownAddresses, notice_context, owner_of
from chalicelib.services.notifications.mails.mail_kind import MailKind
from chalicelib.services.shared.outcomes import OutdatedError
from chalicelib.services.shared.ports import Macs, NewId, Queue


class NewAddressEmails:
    """The code is made here, so that only its keyed digest is stored. Whose the address is, is decided here too."""

    def __init__(self, accounts: Accounts, changes: AddressChanges, macs: Macs, queue: Queue, new_id: NewId) -> None:
        self._accounts = accounts
        self._changes = changes
        self._macs = macs
        self._known = KnownAddresses(accounts, queue, new_id)

    def draft(self, mail: MailKind, entry: OutboxEntry, now: datetime) -> EmailDraft:  # noqa: ARG002 - a `Writer`
        account = owner_of(self._accounts, entry)
        change = self._changes.find(account.id)
        if change is None or change.id != entry.about["request"] or not change.is_good(account, now):
            raise OutdatedError("nobody waits for it")
        self._known.stop(change.email, change.created_at, now, by=account.id)
        code = new_code()
        mac = code_mac(self._macs, change.id, code)
        if not self._changes.arm(change, mac, now + OTP_LIFE, claim=entry.claims):
            raise OutdatedError("a newer code was requested")
        context = CodeContext(code=code, minutes=OTP_LIFE // timedelta(minutes=1))
        return EmailDraft(to=change.email, locale=account.locale, context=context)


class AddressChangedEmails:
    """To the address that it was: whoever reads that may not be who changed it."""

    def __init__(self, accounts: Accounts, changes: AddressChanges) -> None:
        self._accounts = accounts
        self._changes = changes

    def draft(self, mail: MailKind, entry: OutboxEntry, now: datetime) -> EmailDraft:  # noqa: ARG002 - a `Writer`
        account = owner_of(self._accounts, entry)
        former = self._changes.former(account.id, entry.about["change"])
        if former is None:
            raise OutdatedError("the address is not kept any more")
        return EmailDraft(to=former, locale=account.locale, context=notice_context(account, entry))
