"""Everything that stands for an account without its password, by kind: read together, kept alike, ended together.

A kind of credential that is not listed here is not found by whoever reads an account, and cannot be stored: so none can
be forgotten by what ends all access.

An account and its credentials are read by one query, which DynamoDB does not promise to be one moment: it may show an
account as a login has just left it and not the login ("read committed", of the developer guide on transactions). So
the account names the credential that was made last, and whoever ends or changes all of them asks about that one in the
transaction if the query did not show it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.domain.accounts.account import Account, ApiKey, Credential, Session
from chalicelib.domain.enrollments.enrollment import SYSTEM
from chalicelib.domain.enrollments.team_activity import KeyStep, key_entry
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Raw
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.tables import AccountItem, ApiKeyItem, CredentialItem, SessionItem
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.items.accounts import account_item, api_key_item, session_item, to_api_key, to_session
from chalicelib.store.items.activity import door_key_item


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind is stored: its items, their keys, and the way there and back."""

    model: type[CredentialItem]
    key: Callable[[str, str], Key]
    item: Callable[[Any], CredentialItem]
    read: Callable[[Any], Credential]


KINDS: Mapping[type[Credential], Kind] = {
    Session: Kind(SessionItem, keys.session, session_item, to_session),
    ApiKey: Kind(ApiKeyItem, keys.api_key, api_key_item, to_api_key),
}
_UNREAD = "unread credential"
_BY_PREFIX = {kind.key("", "")[1]: kind for kind in KINDS.values()}


def credential_from(raw: Raw) -> Credential | None:
    """What an item beside an account is, if it is a credential."""
    sk = raw["sk"]["S"]
    kind = next((kind for prefix, kind in _BY_PREFIX.items() if prefix and sk.startswith(prefix)), None)
    return kind.read(kind.model.from_raw_data(raw)) if kind else None


def put(transaction: Transaction, name: str, credential: Credential) -> None:
    transaction.put(name, KINDS[type(credential)].item(credential))


def end(transaction: Transaction, credential: Credential, condition: Condition | None = None) -> None:
    kind = KINDS[type(credential)]
    transaction.delete(_name(credential), kind.model, kind.key(credential.user_id, credential.id), condition)


def renew(transaction: Transaction, credential: Credential, account: Account) -> None:
    """The copies are those of the account as it is now; what was ended meanwhile refuses the transaction."""
    kind = KINDS[type(credential)]
    actions = [
        CredentialItem.roles.set(",".join(account.roles)),
        CredentialItem.email_verified.set(account.email_verified),
        CredentialItem.name.set(account.display_name),
        CredentialItem.version.set(account.version),
    ]
    key = kind.key(credential.user_id, credential.id)
    transaction.update(_name(credential), kind.model, key, actions, CredentialItem.pk.exists())


def renew_roles(transaction: Transaction, credential: Credential, roles: str, version: int) -> None:
    """The same of the roles only, which is all that operators may write."""
    kind = KINDS[type(credential)]
    copied = [CredentialItem.roles.set(roles), CredentialItem.version.set(version)]
    key = kind.key(credential.user_id, credential.id)
    transaction.update(_name(credential), kind.model, key, copied, CredentialItem.pk.exists())


def end_access(
    transaction: Transaction, new: Account, ended: Sequence[Credential], fresh: Credential | None = None
) -> None:
    """The account as `new` says, in whose place the one before stood, and nothing of old that is good without it.

    `ended` are all credentials that were read with it: one that was made meanwhile moved its version, which refuses the
    transaction by the name "account", as does one that the query did not show. `fresh` is the only one that is good
    afterwards. What is kept nowhere (addresses of calendars, mailed keys) ends by `revocations`.
    """
    after = replace(new.with_access_ended(), newest=place_of(fresh) if fresh else "")
    transaction.put("account", account_item(after), AccountItem.version == new.version - 1)
    for credential in ended:
        if isinstance(credential, ApiKey) and not credential.is_over(new.updated_at):
            # On the condition that it is there: what somebody revokes in this moment has an entry of that alone.
            end(transaction, credential, CredentialItem.pk.exists())
            join_activity(transaction, credential, KeyStep.ENDED, actor=SYSTEM, at=new.updated_at)
        else:
            end(transaction, credential)
    stop_if_unread(transaction, new, ended)
    if fresh:
        put(transaction, "fresh", fresh)


def join_activity(transaction: Transaction, key: ApiKey, step: KeyStep, *, actor: str, at: datetime) -> None:
    """An entry of the event whose door the key is good for; any other key is of no event."""
    entry = key_entry(key, step, actor=actor, at=at)
    if entry is not None:
        transaction.put(f"activity {key.id}", door_key_item(entry))


def _name(credential: Credential) -> str:
    return f"{type(credential).__name__} {credential.id}"


def place_of(credential: Credential) -> str:
    """Under what it is stored beside its account: what `Account.newest` says of it."""
    return str(KINDS[type(credential)].key(credential.user_id, credential.id)[1])


def stop_if_unread(transaction: Transaction, account: Account, read: Sequence[Credential]) -> None:
    """Refuse the transaction if a credential of the account is there that was not read with it: read them again."""
    if unread := _unread(account, read):
        transaction.check(_UNREAD, AccountItem, unread, AccountItem.pk.does_not_exist())


def _unread(account: Account, read: Sequence[Credential]) -> Key | None:
    """The last one that was made, if it was not read: it has ended, or the query was torn."""
    if not account.newest or account.newest in {place_of(credential) for credential in read}:
        return None
    return keys.account(account.id)[0], account.newest
