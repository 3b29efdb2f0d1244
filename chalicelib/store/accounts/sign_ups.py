"""Sign-ups, beside whose the address is: one query reads all that is known of an address."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.accounts.account import SignUp, fold_email, fold_username
from chalicelib.domain.errors import OtpInvalidError, UsernameTakenError
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.services.accounts.ports import AddressState, Proof
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.accounts.accounts import claim_name, rename
from chalicelib.store.accounts.admins import list_account
from chalicelib.store.accounts.mailed_codes import MailedCodes
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import AccountItem, NameItem, SignUpAddressItem, SignUpItem
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.accounts import account_item
from chalicelib.store.items.sign_ups import sign_up_address_item, sign_up_item, to_sign_up
from chalicelib.store.outbox.outbox import put_entry


class DynamoSignUps:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo
        self._codes = MailedCodes(dynamo, SignUpItem)

    def of(self, email: str) -> AddressState:
        partition = keys.email(fold_email(email))[0]
        # Consistent: sign-up, verification and login follow each other at once.
        raws = self._dynamo.query(Query(model=SignUpItem, partition=partition, consistent=True))["Items"]
        user_id = next((str(raw["user_id"]["S"]) for raw in raws if raw["sk"]["S"] == keys.SOLE), None)
        found = [to_sign_up(raw) for raw in raws if raw["sk"]["S"] != keys.SOLE]
        return AddressState(user_id, tuple(sorted(found, key=lambda one: (one.created_at, one.id))))

    def add(self, sign_up: SignUp, ended: Sequence[SignUp], intent: OutboxEntry | None = None) -> None:
        transaction = Transaction(self._dynamo)
        transaction.put("sign-up", sign_up_item(sign_up, intent.about["request"] if intent else ""))
        transaction.put("address", sign_up_address_item(sign_up))
        for old in ended:
            end_sign_up(transaction, old)
        if intent:
            put_entry(transaction, "mail", intent)
        transaction.commit()

    def find(self, sign_up_id: str) -> SignUp | None:
        where = self._dynamo.get(SignUpAddressItem, keys.sign_up_address(sign_up_id), consistent=True)
        if where is None:
            return None
        raw = self._dynamo.get_raw(SignUpItem, keys.sign_up(where.email, sign_up_id), consistent=True)
        return to_sign_up(raw) if raw else None

    def await_code(self, email: str, sign_up_id: str, request_id: str) -> None:
        self._codes.await_code(keys.sign_up(fold_email(email), sign_up_id), request_id)

    def arm(self, sign_up: SignUp, request_id: str, code_mac: str, expires_at: datetime, *, claim: int) -> bool:
        return self._codes.arm(_key(sign_up), request_id, code_mac, expires_at, claim=claim)

    def count_guess(self, email: str, sign_up_id: str, guess_id: str, now: datetime, limit: int) -> str | None:
        return self._codes.count_guess(keys.sign_up(fold_email(email), sign_up_id), guess_id, now, limit)

    def prove(self, proof: Proof) -> None:
        account, before = proof.account, proof.before
        transaction = Transaction(self._dynamo)
        pk, sk = keys.email(fold_email(account.email))
        nobodys = NameItem.pk.does_not_exist()
        transaction.put(
            "address",
            NameItem(pk, sk, user_id=account.id),
            NameItem.user_id == proof.held_by if proof.held_by else nobodys,
        )
        if before:
            unproven = AccountItem.email_verified == False  # noqa: E712 - a DynamoDB condition, not a comparison
            transaction.put("account", account_item(account), unproven & (AccountItem.version == before.version))
            rename(transaction, before, account)
        else:
            transaction.put("account", account_item(account), AccountItem.pk.does_not_exist())
            if account.username:
                claim_name(transaction, "username", keys.username(fold_username(account.username)), account.id)
        list_account(transaction, account)
        end_sign_up(transaction, proof.sign_up, code_mac=proof.code_mac)
        for other in proof.others:
            end_sign_up(transaction, other)
        _commit(transaction)


def _key(sign_up: SignUp) -> Key:
    return keys.sign_up(fold_email(sign_up.email), sign_up.id)


def end_sign_up(transaction: Transaction, sign_up: SignUp, code_mac: str | None = None) -> None:
    """With a code only if it is still that one, else the transaction is refused by `code`."""
    same = SignUpItem.code_mac == code_mac if code_mac else None
    transaction.delete("code" if code_mac else f"sign-up {sign_up.id}", SignUpItem, _key(sign_up), same)
    transaction.delete(f"address {sign_up.id}", SignUpAddressItem, keys.sign_up_address(sign_up.id))


def _commit(transaction: Transaction) -> None:
    try:
        transaction.commit()
    except RefusedError as refused:
        if refused.has("code"):
            raise OtpInvalidError from refused
        if refused.items.keys() == {"username"}:
            raise UsernameTakenError from refused
        raise StaleError from refused
