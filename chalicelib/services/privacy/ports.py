"""Ports to what is stored about one account, wherever that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.accounts.account import Account, AddressChange, Credential, PublicProfile
from chalicelib.domain.notifications.messages import OrganizerMessage
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.services.shared.paging import Slice


@dataclass(frozen=True, slots=True)
class Erased:
    """An account that is gone, with something of it left in the tables."""

    user_id: str
    email: str
    taken_at: datetime
    teams: tuple[tuple[str, str], ...] = ()  # that it was in, each with the id of its entry
    mailboxes: tuple[str, ...] = ()  # the digests under which others may have invited the address


@dataclass(frozen=True, slots=True)
class AddressUse:
    """An attendee record that has an address: somebody's kept record, or a guest's."""

    person_id: str
    kept_by: str | None


@dataclass(frozen=True, slots=True)
class OtherFacts:
    """What stands beside an account and its sessions: the address it wants, addresses it had, renewals of its feed,
    what it tells everybody as an organizer.
    """

    change: AddressChange | None
    former: tuple[str, ...]
    feed_renewals: int
    profile: PublicProfile | None
    asked_names: tuple[tuple[str, str], ...]  # an event, and the name that was given there


class Erasures(Protocol):
    """Each write may be repeated: it is conditional, or finds nothing more to do."""

    def close(
        self, account: Account, ended: Sequence[Credential], intent: OutboxEntry | None, job: OutboxEntry
    ) -> None:
        """The account as it is to be, the end of its credentials, its mail if any and its job: all or nothing.

        Raises `StaleError` when the account changed, or somebody logged in, since it was read.
        """

    def take(self, account: Account, now: datetime, job: OutboxEntry, *, mailboxes: Sequence[str]) -> None:
        """The account is gone, its names are free, and the job that looks for the rest is due: all or nothing.

        Only if it is as it was read, and its time has come: of this and a login exactly one happens. Raises
        `StaleError`.
        """

    def find(self, user_id: str) -> Erased | None: ...
    def uses_of(self, email: str) -> list[AddressUse]:
        """Some of the records that have an address, consistently; none when there is none."""

    def forget_use(self, email: str, person_id: str) -> None: ...
    def forget_guest(self, person_id: str) -> None: ...
    def forget_sign_ups(self, erased: Erased) -> None:
        """Those with the address from before the account was gone: who signs up since is somebody new."""

    def forget_invitations(self, erased: Erased) -> None:
        """Those to teams that were never answered; the entries of the teams have no address and end by themselves."""

    def forget_team(self, scope: str) -> None:
        """A team in which nobody is any more."""

    def forget_messages(self, event_id: str) -> None: ...
    def forget_account(self, erased: Erased) -> None:
        """Everything that is kept under the account's id; what says that something is left goes last."""


class PersonalData(Protocol):
    """What no other port reads."""

    def beside_account(self, user_id: str) -> OtherFacts: ...
    def messages(self, event_id: str, *, start: str | None, limit: int) -> Slice[OrganizerMessage]: ...
