"""Mails to the owners of accounts: the code that proves an address, and that there is an account already."""

from datetime import datetime, timedelta

from chalicelib.domain.accounts.account import Account, SignUp
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind, new_entry
from chalicelib.domain.shared.limits import ACCOUNT_EXISTS_INTERVAL, OTP_LIFE, RESET_LIFE, SIGN_UP_LIFE
from chalicelib.domain.shared.times import stamp
from chalicelib.services.accounts.codes import code_mac, new_code
from chalicelib.services.accounts.ports import Accounts, SignUps
from chalicelib.services.accounts.reset_tokens import reset_token
from chalicelib.services.notifications.contexts import (
    AccessContext,
    AccountContext,
    ClosingContext,
    CodeContext,
    EmailDraft,
    NoticeContext,
    ResetContext,
)
from chalicelib.services.notifications.mails.mail_kind import MailKind
from chalicelib.services.shared.outcomes import OutdatedError
from chalicelib.services.shared.ports import Macs, NewId, Queue


class KnownAddresses:
    """Who wants an address that has an account is sent no code; its owner is told, at most once in a while."""

    def __init__(self, accounts: Accounts, queue: Queue, new_id: NewId) -> None:
        self._accounts = accounts
        self._queue = queue
        self._new_id = new_id

    def stop(self, email: str, wanted_at: datetime, now: datetime, *, by: str = "") -> None:
        """Raises `OutdatedError` if it has a proven account, other than that of the one by whom it is wanted."""
        user_id = self._accounts.user_id_of(email=email)
        owner = self._accounts.by_ids([user_id]).get(user_id) if user_id and user_id != by else None
        if owner is None or not owner.email_verified:
            return
        if owner.created_at <= wanted_at:  # not what was proven a moment ago
            notice = new_entry(OutboxKind.ACCOUNT_EXISTS, owner.id, {}, now=now, entry_id=self._new_id(now))
            if self._accounts.queue_account_exists(owner.id, notice, now - ACCOUNT_EXISTS_INTERVAL):
                self._queue.push(notice)
        raise OutdatedError("the address has an account")


class VerificationEmails:
    """The code is made here, so that it is never stored: only its keyed digest is.

    Whose the address is, is decided here and not at sign-up, so that a sign-up with a known address takes as long as
    one with a new address: its owner is told that there is an account.
    """

    def __init__(self, accounts: Accounts, sign_ups: SignUps, macs: Macs, queue: Queue, new_id: NewId) -> None:
        self._accounts = accounts
        self._sign_ups = sign_ups
        self._macs = macs
        self._known = KnownAddresses(accounts, queue, new_id)

    def draft(self, mail: MailKind, entry: OutboxEntry, now: datetime) -> EmailDraft:  # noqa: ARG002 - a `Writer`
        sign_up = self._sign_ups.find(entry.recipient_id) or self._of_account(entry, now)
        if sign_up is None or sign_up.expires_at <= now:
            raise OutdatedError("no such sign-up")
        self._known.stop(sign_up.email, sign_up.created_at, now)
        code = new_code()
        mac = code_mac(self._macs, sign_up.id, code)
        if not self._sign_ups.arm(sign_up, entry.about["request"], mac, now + OTP_LIFE, claim=entry.claims):
            raise OutdatedError("a newer code was requested")
        context = CodeContext(code=code, minutes=OTP_LIFE // timedelta(minutes=1))
        return EmailDraft(to=sign_up.email, locale=sign_up.locale, context=context)

    def _of_account(self, entry: OutboxEntry, now: datetime) -> SignUp | None:
        """An account that was written before sign-ups were kept apart, and never proven: its password proves it."""
        account = self._accounts.by_ids([entry.recipient_id]).get(entry.recipient_id)
        if account is None or account.email_verified:
            return None
        sign_up = SignUp(
            id=account.id,
            email=account.email,
            username=account.username,
            first_name=account.first_name,
            last_name=account.last_name,
            roles=account.roles,
            locale=account.locale,
            password_hash=account.password_hash,
            network="",
            created_at=now,
            expires_at=now + SIGN_UP_LIFE,
        )
        self._sign_ups.add(sign_up, [])
        self._sign_ups.await_code(sign_up.email, sign_up.id, entry.about["request"])
        return sign_up


class AccountExistsEmails:
    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def draft(self, mail: MailKind, entry: OutboxEntry, now: datetime) -> EmailDraft:  # noqa: ARG002 - a `Writer`
        account = owner_of(self._accounts, entry)
        return EmailDraft(to=account.email, locale=account.locale, context=AccountContext(name=account.first_name))


class ResetEmails:
    """The key is made here, so that it is in the mail only; nothing of it is stored."""

    def __init__(self, accounts: Accounts, macs: Macs) -> None:
        self._accounts = accounts
        self._macs = macs

    def draft(self, mail: MailKind, entry: OutboxEntry, now: datetime) -> EmailDraft:  # noqa: ARG002 - a `Writer`
        account = owner_of(self._accounts, entry)
        if not account.email_verified or account.disabled:
            raise OutdatedError("nobody who could log in")
        token = reset_token(self._macs, account, now + RESET_LIFE)
        context = ResetContext(name=account.first_name, token=token, minutes=RESET_LIFE // timedelta(minutes=1))
        return EmailDraft(to=account.email, locale=account.locale, context=context)


class AccountNoticeEmails:
    """What was done to an account, told to its owner, whoever did it."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def draft(self, mail: MailKind, entry: OutboxEntry, now: datetime) -> EmailDraft:  # noqa: ARG002 - a `Writer`
        account = owner_of(self._accounts, entry)
        return EmailDraft(to=account.email, locale=account.locale, context=notice_context(account, entry))


class ClosingEmails:
    """That an account will be erased, and how to keep it."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def draft(self, mail: MailKind, entry: OutboxEntry, now: datetime) -> EmailDraft:  # noqa: ARG002 - a `Writer`
        account = owner_of(self._accounts, entry)
        if account.erases_at is None or stamp(account.erases_at) != entry.about["until"]:
            raise OutdatedError("its owner has kept it")
        network = entry.about.get("network", "")
        context = ClosingContext(name=account.first_name, at=entry.created_at, network=network, until=account.erases_at)
        return EmailDraft(to=account.email, locale=account.locale, context=context)


class AccessEmails:
    """To whom an admin has closed their account or opened it again, while that is so."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def draft(self, mail: MailKind, entry: OutboxEntry, now: datetime) -> EmailDraft:  # noqa: ARG002 - a `Writer`
        account = owner_of(self._accounts, entry)
        if account.disabled is not (entry.kind is OutboxKind.ACCOUNT_DISABLED):
            raise OutdatedError("it is the other way round by now")
        context = AccessContext(name=account.first_name, at=entry.created_at, reason=entry.about["reason"])
        return EmailDraft(to=account.email, locale=account.locale, context=context)


def owner_of(accounts: Accounts, entry: OutboxEntry) -> Account:
    """Whose account it is about. Raises `OutdatedError`."""
    account = accounts.by_ids([entry.recipient_id]).get(entry.recipient_id)
    if account is None:
        raise OutdatedError("no such account")
    return account


def notice_context(account: Account, entry: OutboxEntry) -> NoticeContext:
    return NoticeContext(name=account.first_name, at=entry.created_at, network=entry.about.get("network", ""))
