"""Who publishes events: what everybody may know of them, and what they tell of themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from chalicelib.domain.accounts.account import NO_PROFILE, Account, Principal, PublicProfile
from chalicelib.domain.errors import BusyError, NotFoundError, UnauthenticatedError
from chalicelib.domain.events.event import LISTED
from chalicelib.domain.outbox.entry import OutboxKind, new_entry
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.events.access import stop_unless_organizer
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.ports import Clock, NewId, Queue

_TRIES = 5


@dataclass(frozen=True, slots=True)
class OrganizerEvents:
    """An account with its public profile, and how many events it has by the list that has them."""

    account: Account
    profile: PublicProfile
    events: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Organizer:
    """What is shown of one. `is_known`: to everybody, for they have an event that everybody finds."""

    id: str
    name: str
    profile: PublicProfile
    published: int
    cancelled: int

    @property
    def is_known(self) -> bool:
        return self.published + self.cancelled > 0


class OrganizerStore(Protocol):
    def find(self, user_id: str, *, consistent: bool = False) -> OrganizerEvents | None: ...


Rewrite = Callable[[Organizer], tuple[str, PublicProfile]]


class Organizers:
    def __init__(
        self, organizers: OrganizerStore, accounts: Accounts, queue: Queue, clock: Clock, new_id: NewId
    ) -> None:
        self._organizers = organizers
        self._accounts = accounts
        self._queue = queue
        self._clock = clock
        self._new_id = new_id

    def embed_on(self, user_id: str) -> tuple[str, ...]:
        """The origins whose pages may show their events within them."""
        account = self._accounts.by_ids([user_id]).get(user_id)
        return account.embed_on if account else ()

    def show(self, user_id: str) -> Organizer:
        """Raises `NotFoundError` for who has no event that everybody finds: of others nobody is told anything."""
        found = self._organizers.find(user_id) if ids.is_ulid(user_id) else None
        shown = _shown(found) if found else None
        if shown is None or not shown.is_known:
            raise NotFoundError
        return shown

    def is_known(self, user_id: str) -> bool:
        try:
            self.show(user_id)
        except NotFoundError:
            return False
        return True

    def own(self, principal: Principal) -> Organizer:
        """The caller's own, whether or not they have published anything."""
        found = self._organizers.find(principal.user_id, consistent=True)
        if found is None:
            raise UnauthenticatedError  # erased since its session was read
        return _shown(found)

    def change(self, principal: Principal, rewrite: Rewrite) -> Organizer:
        """Write the public name and profile that `rewrite` makes of the present ones; events follow with the name.

        A name that is the account's own is none of its own: it goes on following the account.
        Raises `RoleRequiredError`, `EmailNotVerifiedError`.
        """
        stop_unless_organizer(principal)
        for _ in range(_TRIES):
            found = self._organizers.find(principal.user_id, consistent=True)
            details = self._accounts.details(principal.user_id)  # a profile changes with its account only
            if found is None or details is None or not details.account.is_in_use:
                raise UnauthenticatedError
            old, now = details.account, to_milliseconds(self._clock())
            if old.version != found.account.version:
                continue
            name, profile = rewrite(_shown(found))
            public_name = "" if name == old.display_name else name
            new = replace(old, public_name=public_name, version=old.version + 1, updated_at=now)
            job = None
            if new.name != old.name:
                job = new_entry(OutboxKind.RENAME_ORGANIZER, old.id, {}, now=now, entry_id=self._new_id(now))
            try:
                self._accounts.change(old, new, details.credentials, job, profile)
            except StaleError:
                continue
            if job:
                self._queue.push(job)
            return _shown(replace(found, account=new, profile=profile))
        raise BusyError


def _shown(found: OrganizerEvents) -> Organizer:
    """An account that is disabled or closed says nothing any more; its events keep its name."""
    account = found.account
    published, cancelled = (found.events.get(status.value, 0) for status in LISTED)
    return Organizer(
        id=account.id,
        name=account.name,
        profile=found.profile if account.is_in_use else NO_PROFILE,
        published=published,
        cancelled=cancelled,
    )
