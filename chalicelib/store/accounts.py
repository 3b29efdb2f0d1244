"""Accounts, their unique names and their e-mail verification."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain import accounts as people
from chalicelib.domain.accounts import Account, Session
from chalicelib.domain.errors import EmailTakenError, UsernameTakenError
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.times import NEVER, stamp
from chalicelib.services.accounts.ports import AccountDetails, OtpState
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import ConditionFailedError, Dynamo, Get
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import AccountExistsItem, AccountItem, NameItem, OtpItem, SessionItem
from chalicelib.store.dynamo.text import epoch
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.accounts import account_item, otp_item, session_item, to_account, to_otp, to_session
from chalicelib.store.outbox import put_entry

ACCOUNT_EXISTS_MAIL_KEPT = timedelta(days=1)


class DynamoAccounts:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def user_id_of(self, *, email: str | None = None, username: str | None = None) -> str | None:
        key = keys.email(people.fold_email(email)) if email else keys.username(people.fold_username(username or ""))
        item = self._dynamo.get(NameItem, key, consistent=True)  # sign-up and verification follow each other at once
        return item.user_id if item else None

    def details(self, user_id: str) -> AccountDetails | None:
        # Consistent: what was revoked a moment ago must not be read again.
        raws = self._dynamo.query(Query(model=AccountItem, partition=keys.user(user_id), consistent=True))["Items"]
        account, otp, sessions = None, None, []
        for raw in raws:
            kind = raw["sk"]["S"].split("#", 1)[0]
            if kind == "account":
                account = to_account(AccountItem.from_raw_data(raw))
            elif kind == "otp":
                otp = to_otp(OtpItem.from_raw_data(raw))
            elif kind == "session":
                sessions.append(to_session(SessionItem.from_raw_data(raw)))
        return AccountDetails(account, tuple(sessions), otp) if account else None

    def by_ids(self, user_ids: Sequence[str]) -> dict[str, Account]:
        found = self._read(list(dict.fromkeys(user_ids)), consistent=False)
        missing = [user_id for user_id in user_ids if user_id not in found]
        # A replica may not have a new account yet, and its mail must not be dropped.
        return found | self._read(missing, consistent=True)

    def _read(self, user_ids: Sequence[str], *, consistent: bool) -> dict[str, Account]:
        gets = [Get(AccountItem, keys.account(user_id), consistent=consistent) for user_id in user_ids]
        raws = self._dynamo.batch_get(gets)
        accounts = [to_account(AccountItem.from_raw_data(raw)) for raw in raws if raw]
        return {account.id: account for account in accounts}

    def add(self, account: Account, otp: OtpState, intent: OutboxEntry) -> None:
        transaction = Transaction(self._dynamo)
        _claim_name(transaction, "email", keys.email(people.fold_email(account.email)), account.id)
        if account.username:
            _claim_name(transaction, "username", keys.username(people.fold_username(account.username)), account.id)
        transaction.put("account", account_item(account), AccountItem.pk.does_not_exist())
        transaction.put("otp", otp_item(account.id, otp))
        put_entry(transaction, "mail", intent)
        _commit(transaction)

    def adopt(self, account: Account, otp: OtpState, intent: OutboxEntry) -> None:
        transaction = Transaction(self._dynamo)
        pk, sk = keys.email(people.fold_email(account.email))
        still_theirs = NameItem.user_id == account.id
        transaction.put("address", NameItem(pk, sk, user_id=account.id), still_theirs)
        if account.username:
            _claim_name(transaction, "username", keys.username(people.fold_username(account.username)), account.id)
        transaction.put("account", account_item(account), AccountItem.pk.does_not_exist())  # nobody was faster
        transaction.put("otp", otp_item(account.id, otp))
        put_entry(transaction, "mail", intent)
        _commit(transaction)

    def take_over(self, old: Account, account: Account, otp: OtpState, intent: OutboxEntry) -> None:
        transaction = Transaction(self._dynamo)
        unproven = AccountItem.email_verified == False  # noqa: E712 - a DynamoDB condition, not a comparison
        transaction.put("account", account_item(account), unproven & (AccountItem.version == old.version))
        _rename(transaction, old, account)
        transaction.put("otp", otp_item(account.id, otp))
        put_entry(transaction, "mail", intent)
        _commit(transaction)

    def change(self, old: Account, new: Account, sessions: Sequence[Session], job: OutboxEntry | None) -> None:
        transaction = Transaction(self._dynamo)
        transaction.put("account", account_item(new), AccountItem.version == old.version)
        _rename(transaction, old, new)
        for session in sessions:
            actions = [
                SessionItem.roles.set(",".join(new.roles)),
                SessionItem.email_verified.set(new.email_verified),
                SessionItem.name.set(new.display_name),
                SessionItem.version.set(new.version),
            ]
            transaction.update(
                f"session {session.id}",
                SessionItem,
                keys.session(session.user_id, session.id),
                actions,
                SessionItem.pk.exists(),  # a logout meanwhile must not bring a session back
            )
        if job:
            put_entry(transaction, "job", job)
        _commit(transaction)

    def change_password(self, new: Account, ended: Sequence[Session], fresh: Session) -> None:
        transaction = Transaction(self._dynamo)
        # What was given out without a password ends with the old one, whoever has it: sessions here, feeds by this.
        transaction.put("account", account_item(new.with_access_ended()), AccountItem.version == new.version - 1)
        for session in ended:
            transaction.delete(f"session {session.id}", SessionItem, keys.session(session.user_id, session.id))
        transaction.put("fresh", session_item(fresh))
        _commit(transaction)

    def queue_account_exists(self, user_id: str, intent: OutboxEntry, not_since: datetime) -> None:
        transaction = Transaction(self._dynamo)
        pk, sk = keys.account_exists_mail(user_id)
        item = AccountExistsItem(
            pk, sk, sent_at=stamp(intent.created_at), expires=epoch(intent.created_at + ACCOUNT_EXISTS_MAIL_KEPT)
        )
        transaction.put(
            "notice", item, AccountExistsItem.pk.does_not_exist() | (AccountExistsItem.sent_at <= stamp(not_since))
        )
        put_entry(transaction, "mail", intent)
        try:
            transaction.commit()
        except RefusedError:
            return  # told recently: a stranger cannot make us send more

    # -- e-mail verification -------------------------------------------------------------------------------------------

    def request(self, user_id: str, seen: OtpState | None, otp: OtpState, intent: OutboxEntry) -> None:
        """A new code is wanted; raises `StaleError` when another request came first."""
        transaction = Transaction(self._dynamo)
        same = OtpItem.request_id == seen.request_id if seen else OtpItem.pk.does_not_exist()
        transaction.put("otp", otp_item(user_id, otp), same)
        put_entry(transaction, "mail", intent)
        _commit(transaction)

    def arm(self, user_id: str, request_id: str, code_mac: str, expires_at: datetime, *, claim: int) -> bool:
        newest = OtpItem.request_id == request_id  # nobody has asked again
        in_order = OtpItem.armed < claim  # a late write must not set a code, or its guesses, back
        actions = [
            OtpItem.code_mac.set(code_mac),
            OtpItem.expires_at.set(stamp(expires_at)),
            OtpItem.armed.set(claim),
            OtpItem.attempts.set(0),
            OtpItem.last_guess.set(""),
        ]

        def attempt() -> bool:
            try:
                self._dynamo.update(OtpItem, keys.otp(user_id), actions, newest & in_order)
            except ConditionFailedError as error:
                return error.item is not None and error.item["code_mac"]["S"] == code_mac
            return True

        return self._dynamo.retries.run(attempt)

    def count_guess(self, user_id: str, guess_id: str, now: datetime, limit: int) -> str | None:
        armed = OtpItem.code_mac != NEVER  # a code was sent
        fresh = OtpItem.expires_at > stamp(now)
        left = OtpItem.attempts < limit
        actions = [OtpItem.attempts.add(1), OtpItem.last_guess.set(guess_id)]
        condition = armed & fresh & left & (OtpItem.last_guess != guess_id)

        def attempt() -> str | None:
            try:
                return self._dynamo.update(OtpItem, keys.otp(user_id), actions, condition).code_mac
            except ConditionFailedError as error:
                # A repeat after a lost response finds its own mark: the guess is counted already, once.
                own = error.item is not None and error.item["last_guess"]["S"] == guess_id
                return str(error.item["code_mac"]["S"]) if own and error.item else None

        return self._dynamo.retries.run(attempt)

    def accept(self, account: Account, code_mac: str, now: datetime) -> bool:
        """The address is proven; False when the code was replaced or used meanwhile."""
        transaction = Transaction(self._dynamo)
        proven = replace(account, email_verified=True, version=account.version + 1, updated_at=now)
        transaction.put("account", account_item(proven), AccountItem.version == account.version)
        transaction.delete("otp", OtpItem, keys.otp(account.id), OtpItem.code_mac == code_mac)
        try:
            transaction.commit()
        except RefusedError:
            return False
        return True


def _claim_name(transaction: Transaction, name: str, key: Key, user_id: str) -> None:
    pk, sk = key
    transaction.put(name, NameItem(pk, sk, user_id=user_id), NameItem.pk.does_not_exist())


def _rename(transaction: Transaction, old: Account, new: Account) -> None:
    before = people.fold_username(old.username) if old.username else None
    after = people.fold_username(new.username) if new.username else None
    if before == after:
        return
    if before:
        transaction.delete("old username", NameItem, keys.username(before))
    if after:
        _claim_name(transaction, "username", keys.username(after), new.id)


def _commit(transaction: Transaction) -> None:
    try:
        transaction.commit()
    except RefusedError as refused:
        if refused.has("email"):
            raise EmailTakenError from refused
        if refused.has("username") and not refused.has("account"):  # of an account that changed, read again first
            raise UsernameTakenError from refused
        raise StaleError from refused
