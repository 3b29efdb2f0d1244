"""What is kept about one account, found and taken out of the tables: each write may be repeated."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.accounts.account import (
    Account,
    AddressChange,
    Credential,
    PublicProfile,
    fold_email,
    fold_username,
)
from chalicelib.domain.notifications.announced import AnnouncedKind
from chalicelib.domain.notifications.messages import OrganizerMessage
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind
from chalicelib.domain.shared.times import stamp, unstamp
from chalicelib.services.privacy.ports import AddressUse, Erased, OtherFacts
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.paging import Slice
from chalicelib.store.accounts import credentials
from chalicelib.store.accounts.address_changes import to_change
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Raw
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import (
    AccountItem,
    AddressChangeItem,
    AddressUseItem,
    AnnouncedItem,
    AnnouncementItem,
    AttendeeItem,
    ErasureItem,
    ListedAccountItem,
    NameItem,
    OutboxItem,
    PublicProfileItem,
    SignUpAddressItem,
    SignUpItem,
    TeamInvitationItem,
    TeamItem,
)
from chalicelib.store.dynamo.text import epoch
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.accounts import to_public_profile
from chalicelib.store.items.announced import to_announced
from chalicelib.store.items.announcements import to_message
from chalicelib.store.outbox.outbox import put_entry

# Long after the work is done, and in no way of it: an erasure that has failed is still to be found and driven again.
LEFT_KEPT = timedelta(days=90)
_MESSAGES = ("message#", "message#~")


class DynamoErasures:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def close(
        self, account: Account, ended: Sequence[Credential], intent: OutboxEntry | None, job: OutboxEntry
    ) -> None:
        transaction = Transaction(self._dynamo)
        credentials.end_access(transaction, account, ended)
        if intent:
            put_entry(transaction, "mail", intent)
        put_entry(transaction, "job", job)
        _commit(transaction)

    def take(self, account: Account, now: datetime, job: OutboxEntry, *, mailboxes: Sequence[str]) -> None:
        transaction = Transaction(self._dynamo)
        its_time = (AccountItem.version == account.version) & (AccountItem.erases_at <= stamp(now))
        transaction.delete("account", AccountItem, keys.account(account.id), its_time)
        transaction.delete("listed", ListedAccountItem, keys.listed_account(account.created_at, account.id))
        transaction.delete("address", NameItem, keys.email(fold_email(account.email)))
        if account.username:
            transaction.delete("username", NameItem, keys.username(fold_username(account.username)))
        pk, sk = keys.erasure(account.id)
        left = ErasureItem(
            pk,
            sk,
            email=account.email,
            teams=" ".join(f"{one.scope}={one.member_id}" for one in account.teams) or None,
            mailboxes=" ".join(mailboxes) or None,
            taken_at=stamp(now),
            expires=epoch(now + LEFT_KEPT),
        )
        transaction.put("left", left)
        put_entry(transaction, "job", job)
        _commit(transaction)

    def find(self, user_id: str) -> Erased | None:
        item = self._dynamo.get(ErasureItem, keys.erasure(user_id), consistent=True)
        if item is None:
            return None
        teams = [pair.partition("=") for pair in (item.teams or "").split()]
        return Erased(
            user_id,
            item.email,
            unstamp(item.taken_at),
            tuple((scope, member_id) for scope, _, member_id in teams),
            tuple((item.mailboxes or "").split()),
        )

    def uses_of(self, email: str) -> list[AddressUse]:
        partition = keys.address_uses(fold_email(email))
        query = Query(model=AddressUseItem, partition=partition, consistent=True, limit=25)
        items = [AddressUseItem.from_raw_data(raw) for raw in self._dynamo.query(query)["Items"]]
        return [AddressUse(item.sk, item.kept_by) for item in items]

    def forget_use(self, email: str, person_id: str) -> None:
        self._dynamo.delete(AddressUseItem, keys.address_use(fold_email(email), person_id))

    def forget_guest(self, person_id: str) -> None:
        for key in self._keys(keys.user(person_id)):
            self._dynamo.delete(AttendeeItem, key)

    def forget_sign_ups(self, erased: Erased) -> None:
        for raw in self._partition(keys.email(fold_email(erased.email))[0]):
            pk, sk = raw["pk"]["S"], raw["sk"]["S"]
            # Beside them is whose the address is now, if it is anybody's again.
            if sk != keys.SOLE and raw["created_at"]["S"] < stamp(erased.taken_at):
                self._dynamo.delete(SignUpAddressItem, keys.sign_up_address(sk.split("#", 1)[1]))
                self._dynamo.delete(SignUpItem, (pk, sk))

    def forget_invitations(self, erased: Erased) -> None:
        for mailbox in erased.mailboxes:
            for key in self._keys(keys.invited(mailbox), model=TeamInvitationItem):
                self._dynamo.delete(TeamInvitationItem, key)

    def forget_team(self, scope: str) -> None:
        self._dynamo.delete(TeamItem, keys.team(scope))

    def forget_messages(self, event_id: str) -> None:
        for key in self._keys(keys.announced(event_id), between=_MESSAGES, model=AnnouncementItem):
            self._dynamo.delete(AnnouncementItem, key)

        for raw in self._partition(keys.announced_list(event_id), model=AnnouncedItem):
            announced = to_announced(event_id, AnnouncedItem.from_raw_data(raw))
            if announced.kind is AnnouncedKind.MESSAGE:
                self._dynamo.delete(AnnouncedItem, (raw["pk"]["S"], raw["sk"]["S"]))

    def forget_account(self, erased: Erased) -> None:
        last = keys.erasure(erased.user_id)
        for key in self._keys(keys.user(erased.user_id)):
            if key != last:
                self._dynamo.delete(AccountItem, key)
        self._dynamo.delete(ErasureItem, last)

    def _keys(
        self,
        partition: str,
        *,
        between: tuple[str, str] | None = None,
        model: type[AccountItem | AnnouncementItem | TeamInvitationItem] = AccountItem,
    ) -> Iterator[Key]:
        """Of every item of a partition, whatever it is, consistently: a kind that was added later is one of them."""
        for raw in self._partition(partition, between=between, model=model):
            yield raw["pk"]["S"], raw["sk"]["S"]

    def _partition(
        self,
        partition: str,
        *,
        between: tuple[str, str] | None = None,
        model: type[AccountItem | AnnouncedItem | AnnouncementItem | OutboxItem | TeamInvitationItem] = AccountItem,
    ) -> Iterator[Raw]:
        start: Raw | None = None
        while True:
            page = self._dynamo.query(
                Query(model=model, partition=partition, between=between, consistent=True, start=start)
            )
            yield from page["Items"]
            start = page.get("LastEvaluatedKey")
            if start is None:
                return

    # -- what operators read ------------------------------------------------------------------------------------------

    def asked_for(self, bucket: str) -> set[str]:
        """Ids of accounts whose erasure was to be done in an hour, whether it was, was not or is still to be."""
        rows = (OutboxItem.from_raw_data(raw) for raw in self._partition(bucket, model=OutboxItem))
        return {row.recipient for row in rows if row.kind == OutboxKind.ERASE_ACCOUNT.value}

    # -- what the export reads -----------------------------------------------------------------------------------------

    def beside_account(self, user_id: str) -> OtherFacts:
        change: AddressChange | None = None
        former: list[str] = []
        asked: list[tuple[str, str]] = []
        renewals = 0
        profile: PublicProfile | None = None
        for raw in self._partition(keys.user(user_id)):
            kind, _, rest = raw["sk"]["S"].partition("#")
            if kind == "change":
                change = to_change(AddressChangeItem.from_raw_data(raw))
            elif kind == "former":
                former.append(raw["email"]["S"])
            elif kind == "feed":
                renewals = int(raw["n"]["N"])
            elif kind == "public":
                profile = to_public_profile(PublicProfileItem.from_raw_data(raw))
            elif kind == "asked":
                asked.append((rest, raw["name"]["S"]))
        return OtherFacts(change, tuple(former), renewals, profile, tuple(asked))

    def messages(self, event_id: str, *, start: str | None, limit: int) -> Slice[OrganizerMessage]:
        between = (f"{start}!" if start else _MESSAGES[0], _MESSAGES[1])
        query = Query(
            model=AnnouncementItem, partition=keys.announced(event_id), between=between, limit=limit, consistent=True
        )
        page = self._dynamo.query(query)
        items = [AnnouncementItem.from_raw_data(raw) for raw in page["Items"]]
        last = page.get("LastEvaluatedKey")
        found = [(item.sk, to_message(event_id, item)) for item in items]
        return Slice(found, str(last["sk"]["S"]) if last else None)


def _commit(transaction: Transaction) -> None:
    try:
        transaction.commit()
    except RefusedError as refused:
        raise StaleError from refused
