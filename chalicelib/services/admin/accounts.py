"""Accounts as admins see them, and ending or giving back somebody's access."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.accounts.account import Account, Principal, Role
from chalicelib.domain.accounts.audit import Act, ActKind, Reason
from chalicelib.domain.errors import BusyError, NotFoundError, OwnAccountError, UnauthenticatedError
from chalicelib.domain.outbox.entry import OutboxKind, new_entry
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.accounts.ports import AccountDetails, Accounts
from chalicelib.services.admin.ports import AdminAccounts, NoAdminError
from chalicelib.services.shared.acts import AuditTrail, act_of
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.paging import Cursor, Page, neighbours
from chalicelib.services.shared.ports import Clock, NewId, Queue

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAdminPorts:
    accounts: Accounts
    admin_accounts: AdminAccounts
    trail: AuditTrail
    queue: Queue
    clock: Clock
    new_id: NewId


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRequest:
    """Whose access is to end or to be given back, and why."""

    user_id: str
    disabled: bool
    reason: Reason
    reference: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalRequest:
    """Whose second factor is to be removed, and why."""

    user_id: str
    reason: Reason
    reference: str = ""
    request_id: str = ""


class AdministerAccounts:
    def __init__(self, ports: AccountAdminPorts) -> None:
        self._ports = ports

    def find(self, admin: Principal, text: str, request_id: str) -> Page[Account]:
        """The account with exactly this id, address or username, if there is one. The look is in the trail."""
        user_id = self._id_of(text)
        details = self._ports.accounts.details(user_id) if user_id else None
        self._note(admin, details.account.id if details else "", request_id)
        found = [details.account] if details else []
        return Page(items=found, count=len(found))

    def show(self, admin: Principal, user_id: str, request_id: str) -> Account:
        """Raises `NotFoundError`. The look is in the trail."""
        details = self._ports.accounts.details(user_id) if ids.is_ulid(user_id) else None
        if details is None:
            raise NotFoundError
        self._note(admin, user_id, request_id)
        return details.account

    def _id_of(self, text: str) -> str | None:
        accounts = self._ports.accounts
        if "@" in text:
            return accounts.user_id_of(email=text)
        if ids.is_ulid(text) and accounts.details(text):
            return text
        return accounts.user_id_of(username=text)

    def page(self, admin: Principal, cursor: Cursor | None, size: int, request_id: str) -> Page[Account]:
        """Accounts, those that were made last first. A page may be short: erased ones are left out."""
        self._note(admin, "", request_id)
        part = self._ports.admin_accounts.listed(
            start=cursor.place if cursor else None, forward=cursor is None or cursor.forward, limit=size
        )
        user_ids, following, before = neighbours(part, cursor)
        found = self._ports.accounts.by_ids(user_ids)
        number, exact = self._ports.admin_accounts.number()
        items = [found[user_id] for user_id in user_ids if user_id in found]
        return Page(items=items, count=number, count_exact=exact, next=following, previous=before)

    def _note(self, admin: Principal, about: str, request_id: str) -> None:
        now = to_milliseconds(self._ports.clock())
        act_id = self._ports.new_id(now)
        self._ports.trail.note(
            act_of(admin, ActKind.SEE_ACCOUNTS, about, now=now, act_id=act_id, request_id=request_id)
        )

    def set_access(self, admin: Principal, request: AccessRequest) -> Account:
        """Disable or enable; one that is so already is answered as it is.

        From then on no login, API key, calendar address or mailed link of a disabled account is good; those from before
        stay void when it is enabled. Raises `NotFoundError`, `OwnAccountError`, `UnauthenticatedError` for an admin
        who is none any more, `BusyError`.
        """
        return self._changed(
            admin,
            request.user_id,
            is_so=lambda account: account.disabled == request.disabled,
            write=lambda details: self._write(admin, details, request),
        )

    def remove_second_factor(self, admin: Principal, request: RemovalRequest) -> Account:
        """For whoever has lost it: the password alone is enough again; one that has none is answered as it is.

        Every login and API key ends, and the role of an admin: whoever asked must log in, and be made one anew. Raises
        what `set_access` raises.
        """
        return self._changed(
            admin,
            request.user_id,
            is_so=lambda account: account.second_factor is None,
            write=lambda details: self._write_removal(admin, details, request),
        )

    def _changed(
        self,
        admin: Principal,
        user_id: str,
        *,
        is_so: Callable[[Account], bool],
        write: Callable[[AccountDetails], Account],
    ) -> Account:
        """What an admin does to the account of somebody else; one that is so already is answered as it is."""
        if user_id == admin.user_id:
            raise OwnAccountError
        for _ in range(_TRIES):
            details = self._ports.accounts.details(user_id) if ids.is_ulid(user_id) else None
            if details is None:
                raise NotFoundError
            if is_so(details.account):
                return details.account
            try:
                return write(details)
            except NoAdminError as error:
                raise UnauthenticatedError from error
            except StaleError:
                continue
        raise BusyError

    def _write_removal(self, admin: Principal, details: AccountDetails, request: RemovalRequest) -> Account:
        ports, now = self._ports, to_milliseconds(self._ports.clock())
        new = replace(_with_access(details.account, now, disabled=details.account.disabled), second_factor=None)
        notice = new_entry(OutboxKind.SECOND_FACTOR_OFF, new.id, {}, now=now, entry_id=ports.new_id(now))
        act = act_of(
            admin,
            ActKind.REMOVE_SECOND_FACTOR,
            new.id,
            now=now,
            act_id=ports.new_id(now),
            request_id=request.request_id,
            reason=request.reason,
            reference=request.reference,
        )
        ports.admin_accounts.set_access(new, details.credentials, act, notice)
        ports.queue.push(notice)
        return new

    def _write(self, admin: Principal, details: AccountDetails, request: AccessRequest) -> Account:
        ports, now = self._ports, to_milliseconds(self._ports.clock())
        new = _with_access(details.account, now, disabled=request.disabled)
        kind = OutboxKind.ACCOUNT_DISABLED if request.disabled else OutboxKind.ACCOUNT_ENABLED
        notice = new_entry(kind, new.id, {"reason": request.reason.value}, now=now, entry_id=ports.new_id(now))
        ports.admin_accounts.set_access(new, details.credentials, self._act(admin, request, now), notice)
        ports.queue.push(notice)
        return new

    def _act(self, admin: Principal, request: AccessRequest, now: datetime) -> Act:
        return act_of(
            admin,
            ActKind.DISABLE_ACCOUNT if request.disabled else ActKind.ENABLE_ACCOUNT,
            request.user_id,
            now=now,
            act_id=self._ports.new_id(now),
            request_id=request.request_id,
            reason=request.reason,
            reference=request.reference,
        )


def _with_access(account: Account, now: datetime, *, disabled: bool) -> Account:
    """The role of an admin goes with the access and does not come back with it: no route gives it."""
    roles = tuple(role for role in account.roles if role is not Role.ADMIN)
    return replace(account, disabled=disabled, roles=roles, version=account.version + 1, updated_at=now)
