"""Erasing an account whose owner has not come back: first it is gone, then everything that is left of it.

The first job takes the account away in one transaction, so that of it and a login of the last second exactly one
happens. Two minutes later, when no request that began before is under way any more, the second one goes through what is
left, a page at a time; every step finds out by itself what is still to be done, so that any of them may be repeated.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.accounts.account import UNNAMED, fold_email
from chalicelib.domain.accounts.people import ERASED_NAME, Attendee, AttendeeFacts
from chalicelib.domain.enrollments.enrollment import Cause, Enrollment, EnrollmentChange, EnrollmentStatus, Transition
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.notifications.reminders import Pace
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind, new_entry
from chalicelib.domain.shared.times import stamp, to_milliseconds
from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.attendees.ports import AttendeeRecords
from chalicelib.services.events.cancel import close
from chalicelib.services.events.change import EventView
from chalicelib.services.events.ports import EventLists
from chalicelib.services.privacy.ports import AddressUse, Erased, Erasures
from chalicelib.services.privacy.teams import ErasedTeams
from chalicelib.services.seats.enrollment_store import Enrollments
from chalicelib.services.seats.event_store import Events, SeatReads
from chalicelib.services.seats.release import SeatRelease
from chalicelib.services.shared.outcomes import OutdatedError, StaleError, TryAgainError
from chalicelib.services.shared.ports import Clock, NewId, Queue
from chalicelib.services.teams.ports import Teams

PAGE = 25
_RACES = 10
_NAMELESS = {"name": None, "corrected_name": None, "typed_address": None, "note": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasurePorts:
    accounts: Accounts
    erasures: Erasures
    attendees: AttendeeRecords
    enrollments: Enrollments
    events: Events
    lists: EventLists
    seats: SeatReads
    release: SeatRelease
    teams: Teams
    queue: Queue
    clock: Clock
    new_id: NewId
    pace: Pace


class Erasure:
    def __init__(self, ports: ErasurePorts) -> None:
        self._ports = ports
        self._teams = ErasedTeams(ports.teams, ports.accounts, ports.erasures, lambda: to_milliseconds(ports.clock()))
        # In this order: what the others are found by goes last.
        self._stages: Mapping[str, Callable[[Erased, str], str | None]] = {
            "places": lambda erased, start: self._forget_places(erased.user_id, start),
            "kept": lambda erased, _: self._forget_a_kept_record(erased),
            "addressed": lambda erased, _: self._forget_uses(erased),
            "teams": lambda erased, _: self._forget_teams(erased),
            "events": self._forget_events,
            "account": lambda erased, _: self._forget_account(erased),
        }

    def take(self, job: OutboxEntry) -> None:
        """The account is gone, unless its owner has kept it. Raises `OutdatedError`, `TryAgainError`."""
        ports, user_id = self._ports, job.recipient_id
        for _ in range(_RACES):
            details = ports.accounts.details(user_id)
            if details is None:
                if ports.erasures.find(user_id) is None:
                    raise OutdatedError("no such account")
                return  # taken by an earlier run
            account, now = details.account, to_milliseconds(ports.clock())
            if account.erases_at is None or stamp(account.erases_at) != job.about["until"]:
                raise OutdatedError("its owner has kept it")
            if now < account.erases_at:
                raise TryAgainError("its time has not come")
            rest = new_entry(OutboxKind.ERASE_DATA, user_id, {}, now=now, entry_id=ports.new_id(now))
            try:
                ports.erasures.take(account, now, rest, mailboxes=job.about.get("mailboxes", "").split())
            except StaleError:
                continue
            return
        raise TryAgainError("the account keeps changing")

    def work_on(self, job: OutboxEntry) -> str | None:
        """One page of what is left of an account; returns the cursor of the next one. Raises `TryAgainError`."""
        erased = self._ports.erasures.find(job.recipient_id)
        if erased is None:
            return None
        names = list(self._stages)
        stage, _, start = (job.cursor or names[0]).partition(" ")
        following = self._stages[stage](erased, start)
        if following is not None:
            return f"{stage} {following}"
        after = names.index(stage) + 1
        return names[after] if after < len(names) else None

    # -- enrollments ---------------------------------------------------------------------------------------------------

    def _forget_places(self, person_id: str, start: str) -> str | None:
        """One page of a person's enrollments: places to come are given up, the others say nothing of the person."""
        part = self._ports.enrollments.of_attendee(
            person_id, start=start or None, forward=True, limit=PAGE, statuses=()
        )
        self._forget_each((row for _, row in part.items), gives_up=True)
        return part.end

    def _forget_all_places(self, person_id: str, *, gives_up: bool) -> None:
        start: str | None = None
        while True:
            part = self._ports.enrollments.of_attendee(person_id, start=start, forward=True, limit=PAGE, statuses=())
            self._forget_each((row for _, row in part.items), gives_up=gives_up)
            start = part.end
            if start is None:
                return

    def _forget_each(self, rows: Iterable[Enrollment], *, gives_up: bool) -> None:
        for row in rows:
            self._forget(row, gives_up=gives_up)

    def _forget(self, row: Enrollment, *, gives_up: bool) -> None:
        """Whoever repeats this finds it done. Seats and sums stay right: a place goes to whoever is next."""
        for _ in range(_RACES):
            found = self._ports.enrollments.with_event(row.key)
            if found is None:
                return
            present, event, seats = found
            now = to_milliseconds(self._ports.clock())
            is_to_come = event.status is EventStatus.PUBLISHED and not event.is_past(now)
            try:
                if gives_up and present.is_live and is_to_come:
                    entry_id = self._ports.new_id(now)
                    by = Transition(
                        now, EnrollmentStatus.CANCELLED, present.key.attendee_id, Cause.BY_ATTENDEE, f"job-{entry_id}"
                    )
                    change = EnrollmentChange(present, present.moved(by, **_NAMELESS))
                    self._ports.release.give_back(event, seats, change, [])
                elif any(getattr(present, name) is not None for name in _NAMELESS):
                    change = EnrollmentChange(present, present.but(now, **_NAMELESS))
                    self._ports.enrollments.write([change], [], [])
            except StaleError:
                continue
            return
        raise TryAgainError("the enrollment keeps changing")

    # -- records -------------------------------------------------------------------------------------------------------

    def _forget_a_kept_record(self, erased: Erased) -> str | None:
        """The first record that the account keeps: its person's places to come, what past ones say, and itself."""
        part = self._ports.attendees.of_keeper(erased.user_id, start=None, forward=True, limit=1, words=())
        for _, record in part.items:
            self._forget_all_places(record.id, gives_up=True)
            self._remove(record)
        return "" if part.items else None

    def _remove(self, record: Attendee) -> None:
        for _ in range(_RACES):
            present = self._ports.attendees.get(record.id) or record
            uses = self._ports.attendees.uses(record.id)
            self._forget_each(self._ports.enrollments.by_keys(uses.keys).values(), gives_up=True)
            try:
                self._ports.attendees.remove(present, uses, to_milliseconds(self._ports.clock()))
            except StaleError:
                continue
            return
        raise TryAgainError("the record keeps changing")

    def _forget_uses(self, erased: Erased) -> str | None:
        """Some of the records with the address: of others', what they say of the person; of guests, all."""
        found = self._ports.erasures.uses_of(erased.email)
        for use in found:
            if use.kept_by is None:
                self._forget_all_places(use.person_id, gives_up=True)
                self._ports.erasures.forget_guest(use.person_id)
            else:
                self._forget_all_places(use.person_id, gives_up=False)
                self._blank(use, erased)
            self._ports.erasures.forget_use(erased.email, use.person_id)
        return "" if found else None

    def _blank(self, use: AddressUse, erased: Erased) -> None:
        """Somebody else's record stays theirs, with the places that they have taken by it, and names nobody."""
        for _ in range(_RACES):
            present = self._ports.attendees.get(use.person_id)
            if present is None or fold_email(present.facts.email or "") != fold_email(erased.email):
                return
            now = to_milliseconds(self._ports.clock())
            facts = AttendeeFacts(first_name=ERASED_NAME)
            after = replace(present, facts=facts, version=present.version + 1, updated_at=now)
            try:
                self._ports.attendees.replace(present, after)
            except StaleError:
                continue
            return
        raise TryAgainError("the record keeps changing")

    # -- events --------------------------------------------------------------------------------------------------------

    def _forget_events(self, erased: Erased, start: str) -> str | None:
        """One page of the events: what was public stays, without a name; drafts go; nobody waits for what has none."""
        part = self._ports.lists.of_organizer(erased.user_id, start=start or None, forward=True, limit=PAGE)
        for _, event in part.items:
            self._ports.events.rename_organizer(event.id, UNNAMED)
            self._ports.erasures.forget_messages(event.id)
            self._teams.dissolve(event.id)
            self._close(event)
        return part.end

    def _close(self, event: Event) -> None:
        """Published while the account was being closed, or by somebody else in charge since."""
        for _ in range(_RACES):
            found = self._ports.events.with_seats(event.id, consistent=True)
            now = to_milliseconds(self._ports.clock())
            status = _closes_as(found[0], now) if found else None
            if found is None or status is None:
                return
            view = EventView(*found)
            shards = self._ports.seats.shards(event.id, view.seats.shards)
            try:
                close(self._ports, view, shards, status, now)
            except StaleError:
                continue
            return
        raise TryAgainError("the event keeps changing")

    def _forget_teams(self, erased: Erased) -> None:
        self._teams.leave_all(erased)
        self._teams.dissolve(erased.user_id)

    def _forget_account(self, erased: Erased) -> None:
        self._ports.erasures.forget_sign_ups(erased)
        self._ports.erasures.forget_invitations(erased)
        self._ports.erasures.forget_account(erased)


def _closes_as(event: Event, now: datetime) -> EventStatus | None:
    if event.status is EventStatus.DRAFT:
        return EventStatus.DELETED
    if event.status is EventStatus.PUBLISHED and not event.is_past(now):
        return EventStatus.CANCELLED
    return None
