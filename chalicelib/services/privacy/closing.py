"""Wanting one's account to be erased: closed at once, kept by a login until its time has come (docs/adr/0031)."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.accounts.account import Principal, Role
from chalicelib.domain.errors import BusyError, OrganizesEventsError, OwnAccountError, UnauthenticatedError
from chalicelib.domain.events.event import EventStatus
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind, new_entry
from chalicelib.domain.shared.limits import ERASURE_GRACE
from chalicelib.domain.shared.times import stamp, to_milliseconds
from chalicelib.services.accounts.fresh_login import FreshLogin
from chalicelib.services.accounts.notices import notice_of
from chalicelib.services.accounts.ports import AccountDetails, Accounts
from chalicelib.services.events.ports import EventLists
from chalicelib.services.privacy.ports import Erasures
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.ports import Clock, Macs, NewId, Queue
from chalicelib.services.teams.mailboxes import mailboxes_of

_TRIES = 5
_LISTED = 100
_PAGES = 20  # of the events that are looked at; beyond them the job cancels what is to come


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingPorts:
    accounts: Accounts
    erasures: Erasures
    events: EventLists
    fresh_login: FreshLogin
    macs: Macs
    queue: Queue
    clock: Clock
    new_id: NewId


class CloseAccount:
    def __init__(self, ports: ClosingPorts) -> None:
        self._ports = ports

    def __call__(self, principal: Principal, network: str) -> datetime:
        """When it will be erased. Every login, API key and address of a calendar ends with this; a mail says so.

        Raises `FreshLoginRequiredError`, `OwnAccountError` for an admin, and `OrganizesEventsError` while people may
        still come to an event of theirs.
        """
        ports = self._ports
        ports.fresh_login.require(principal)
        _stop_if_admin(principal.roles)
        self._stop_if_organizing(principal.user_id)
        for _ in range(_TRIES):
            details = ports.accounts.details(principal.user_id)
            if details is None or all(one.id != principal.session_id for one in details.sessions):
                raise UnauthenticatedError
            _stop_if_admin(details.account.roles)  # an operator may have given the role in this very moment
            now = to_milliseconds(ports.clock())
            at = now + ERASURE_GRACE
            kind, entry_id = OutboxKind.ACCOUNT_CLOSING, ports.new_id(now)
            intent = notice_of(kind, principal.user_id, network, now=now, entry_id=entry_id, until=stamp(at))
            if self._is_closed(details, at, now, intent):
                ports.queue.push(intent)
                return at
        raise BusyError

    def again(self, user_id: str, at: datetime) -> bool:
        """Close an account that is open in tables from before its closing, without a mail; False: there is none.

        It is erased at `at`, or at once where that is over, whatever it organizes: that is cancelled then. Raises
        `OwnAccountError` for an admin, `BusyError`.
        """
        for _ in range(_TRIES):
            details = self._ports.accounts.details(user_id)
            if details is None or details.account.erases_at is not None:
                return False
            _stop_if_admin(details.account.roles)
            now = to_milliseconds(self._ports.clock())
            if self._is_closed(details, max(at, now), now, None):
                return True
        raise BusyError

    def undo(self, user_id: str) -> None:
        """Keep an account that its owner has kept, in tables from before that. Raises `BusyError`."""
        for _ in range(_TRIES):
            details = self._ports.accounts.details(user_id)
            if details is None or details.account.erases_at is None:
                return
            account, now = details.account, to_milliseconds(self._ports.clock())
            kept = replace(account, erases_at=None, version=account.version + 1, updated_at=now)
            with contextlib.suppress(StaleError):
                self._ports.accounts.change(account, kept, [], None)
        raise BusyError

    def _is_closed(self, details: AccountDetails, at: datetime, now: datetime, intent: OutboxEntry | None) -> bool:
        """With the job that erases it; False: it changed since it was read."""
        ports, account = self._ports, details.account
        closed = replace(account, erases_at=at, version=account.version + 1, updated_at=now)
        # Jobs have no keys: under which digests others may invite the address meanwhile is said to them here.
        about = {"until": stamp(at), "mailboxes": " ".join(mailboxes_of(ports.macs, account.email))}
        job = new_entry(OutboxKind.ERASE_ACCOUNT, account.id, about, now=now, entry_id=ports.new_id(now), at=at)
        try:
            ports.erasures.close(closed, details.credentials, intent, job)
        except StaleError:
            return False
        return True

    def _stop_if_organizing(self, user_id: str) -> None:
        now, start = self._ports.clock(), None
        for _ in range(_PAGES):
            part = self._ports.events.of_organizer(user_id, start=start, forward=False, limit=_LISTED)
            awaited = [
                event for _, event in part.items if event.status is EventStatus.PUBLISHED and not event.is_past(now)
            ]
            if awaited:
                raise OrganizesEventsError(len(awaited))
            start = part.end
            if start is None:
                return


def _stop_if_admin(roles: Sequence[Role]) -> None:
    if Role.ADMIN in roles:
        raise OwnAccountError("An admin's account is erased once somebody else has taken the role from them.")
