"""Sessions: one item a login, read once a request, rotated in one conditional write."""

from collections.abc import Sequence

from chalicelib.domain.accounts.account import Account, Claims, Session
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.shared.times import stamp
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.accounts import credentials
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import ConditionFailedError, Dynamo
from chalicelib.store.dynamo.tables import AccountItem, SessionItem
from chalicelib.store.dynamo.text import epoch
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.accounts import factor_text, networks_text, to_session
from chalicelib.store.outbox.outbox import put_entry


class DynamoSessions:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def get(self, claims: Claims) -> Session | None:
        # Consistent: a logout that has returned is in force for the next request.
        item = self._dynamo.get(SessionItem, keys.session(claims.user_id, claims.session_id), consistent=True)
        return to_session(item) if item else None

    def add(
        self,
        account: Account,
        session: Session,
        ended: Sequence[Session],
        rehashed: str | None,
        notice: OutboxEntry | None = None,
    ) -> None:
        transaction = Transaction(self._dynamo)
        # The version moves, so that a change of password or roles that has read the sessions before this one fails and
        # reads them again: no login slips past a revocation.
        unchanged = AccountItem.version == account.version
        # Whoever logs in keeps the account, if they had wanted it erased.
        actions = [
            AccountItem.version.set(account.version + 1),
            AccountItem.newest.set(credentials.place_of(session)),
            AccountItem.erases_at.remove(),
        ]
        if rehashed is not None:
            actions.append(AccountItem.password_hash.set(rehashed))
        if account.networks.seen:
            actions.append(AccountItem.networks.set(networks_text(account.networks)))
        if account.second_factor:  # as it is now that this login has used a code of it
            actions.append(AccountItem.second_factor.set(factor_text(account.second_factor)))
        transaction.update("account", AccountItem, keys.account(account.id), actions, unchanged)
        for old in ended:
            credentials.end(transaction, old)
        credentials.put(transaction, "session", session)
        if notice:
            put_entry(transaction, "mail", notice)
        try:
            transaction.commit()
        except RefusedError as refused:
            raise StaleError from refused

    def rotate(self, session: Session, expected: str) -> bool:
        actions = [
            SessionItem.current.set(session.current),
            SessionItem.previous.set(session.previous),
            SessionItem.rotated_at.set(stamp(session.rotated_at)),
            SessionItem.expires_at.set(stamp(session.expires_at)),
            SessionItem.expires.set(epoch(session.expires_at)),
        ]
        key = keys.session(session.user_id, session.id)

        def attempt() -> bool:
            try:
                self._dynamo.update(SessionItem, key, actions, SessionItem.current == expected)
            except ConditionFailedError as error:
                # The successor is a function of the presented token: finding it means that this rotation happened.
                return error.item is not None and error.item["current"]["S"] == session.current
            return True

        return self._dynamo.retries.run(attempt)

    def end(self, user_id: str, session_id: str) -> None:
        self._dynamo.delete(SessionItem, keys.session(user_id, session_id))

    def end_stolen(self, user_id: str, session_id: str, notice: OutboxEntry) -> bool:
        transaction = Transaction(self._dynamo)
        transaction.delete("session", SessionItem, keys.session(user_id, session_id), SessionItem.pk.exists())
        put_entry(transaction, "mail", notice)
        try:
            transaction.commit()
        except RefusedError:
            return False  # another use of the token was first, or a logout
        return True
