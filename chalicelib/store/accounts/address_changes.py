"""Wishes of accounts for another address, and what one that is proven writes."""

from datetime import datetime, timedelta

from chalicelib.domain.accounts.account import AddressChange, fold_email, fold_username
from chalicelib.domain.errors import OtpInvalidError
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.shared.times import NEVER, stamp, unstamp
from chalicelib.services.accounts.address_ports import AddressProof
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.accounts.mailed_codes import MailedCodes
from chalicelib.store.accounts.sign_ups import end_sign_up
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo
from chalicelib.store.dynamo.tables import AccountItem, AddressChangeItem, AddressUseItem, FormerAddressItem, NameItem
from chalicelib.store.dynamo.text import epoch
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.accounts import account_item
from chalicelib.store.outbox.outbox import put_entry

FORMER_KEPT = timedelta(days=7)  # longer than a mail is tried


class DynamoAddressChanges:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo
        self._codes = MailedCodes(dynamo, AddressChangeItem)

    def ask(self, change: AddressChange, intent: OutboxEntry) -> None:
        transaction = Transaction(self._dynamo)
        transaction.put("change", _item(change))
        put_entry(transaction, "mail", intent)
        transaction.commit()

    def find(self, user_id: str) -> AddressChange | None:
        item = self._dynamo.get(AddressChangeItem, keys.address_change(user_id), consistent=True)
        return to_change(item) if item else None

    def arm(self, change: AddressChange, code_mac: str, expires_at: datetime, *, claim: int) -> bool:
        return self._codes.arm(keys.address_change(change.user_id), change.id, code_mac, expires_at, claim=claim)

    def count_guess(self, user_id: str, guess_id: str, now: datetime, limit: int) -> str | None:
        return self._codes.count_guess(keys.address_change(user_id), guess_id, now, limit)

    def former(self, user_id: str, change_id: str) -> str | None:
        item = self._dynamo.get(FormerAddressItem, keys.former_address(user_id, change_id), consistent=True)
        return item.email if item else None

    def prove(self, proof: AddressProof) -> None:
        transaction = Transaction(self._dynamo)
        same_code = AddressChangeItem.code_mac == proof.code_mac
        transaction.delete("code", AddressChangeItem, keys.address_change(proof.account.id), same_code)
        transaction.put("account", account_item(proof.account), AccountItem.version == proof.before.version)
        _move_name(transaction, proof)
        _end_unproven(transaction, proof)
        for other in proof.others:
            end_sign_up(transaction, other)
        pk, sk = keys.former_address(proof.account.id, proof.change.id)
        kept = epoch(proof.account.updated_at + FORMER_KEPT)
        transaction.put("former", FormerAddressItem(pk, sk, email=proof.before.email, expires=kept))
        put_entry(transaction, "mail", proof.notice)
        try:
            transaction.commit()
        except RefusedError as refused:
            if refused.has("code"):
                raise OtpInvalidError from refused
            raise StaleError from refused


def _move_name(transaction: Transaction, proof: AddressProof) -> None:
    """Of a guest who has the address the record stays, and what is mailed about it: only the name leads elsewhere.

    The record is found by its address from then on.
    """
    pk, sk = keys.email(fold_email(proof.account.email))
    as_read = NameItem.user_id == proof.held_by if proof.held_by else NameItem.pk.does_not_exist()
    transaction.put("address", NameItem(pk, sk, user_id=proof.account.id), as_read)
    if proof.held_by and proof.unproven is None and proof.held_by != proof.account.id:
        use = keys.address_use(fold_email(proof.account.email), proof.held_by)
        transaction.put("use", AddressUseItem(*use))
    before = fold_email(proof.before.email)
    if before != fold_email(proof.account.email):
        transaction.delete("old address", NameItem, keys.email(before), NameItem.user_id == proof.account.id)


def _end_unproven(transaction: Transaction, proof: AddressProof) -> None:
    unproven = proof.unproven
    if unproven is None:
        return
    never_proven = AccountItem.email_verified == False  # noqa: E712 - a DynamoDB condition, not a comparison
    transaction.delete("unproven", AccountItem, keys.account(unproven.id), never_proven)
    if unproven.username:
        whose = NameItem.user_id == unproven.id
        transaction.delete("its username", NameItem, keys.username(fold_username(unproven.username)), whose)


def _item(change: AddressChange) -> AddressChangeItem:
    """Without a code: nothing can be guessed before one was mailed."""
    pk, sk = keys.address_change(change.user_id)
    return AddressChangeItem(
        pk,
        sk,
        email=change.email,
        revocations=change.revocations,
        created_at=stamp(change.created_at),
        expires_at=stamp(change.expires_at),
        request_id=change.id,
        armed=0,
        code_mac=NEVER,
        code_expires_at=stamp(change.created_at),
        attempts=0,
        last_guess="",
        expires=epoch(change.expires_at),
    )


def to_change(item: AddressChangeItem) -> AddressChange:
    return AddressChange(
        id=item.request_id,
        user_id=item.pk.split("#", 1)[1],
        email=item.email,
        revocations=int(item.revocations),
        created_at=unstamp(item.created_at),
        expires_at=unstamp(item.expires_at),
    )
