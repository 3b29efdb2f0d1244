"""Attendee records: one's own, and those that one keeps of others in order to enrol them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.accounts.people import Attendee, AttendeeFacts, findable_words
from chalicelib.domain.enrollments.deadlines import is_live
from chalicelib.domain.enrollments.enrollment import LIVE, Enrollment
from chalicelib.domain.errors import (
    BusyError,
    FieldError,
    ForbiddenError,
    HasEnrollmentsError,
    InvalidRequestError,
    NotFoundError,
)
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.attendees.ports import AttendeeRecords, Uses
from chalicelib.services.seats.enrollment_store import Enrollments
from chalicelib.services.seats.event_store import Events
from chalicelib.services.shared.idempotency import Idempotency
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.paging import Cursor, Page, neighbours
from chalicelib.services.shared.ports import Clock, NewId
from chalicelib.services.shared.preconditions import UNCONDITIONAL, Precondition

_TRIES = 5
_LISTED = 100  # enrollments that are looked at together


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendeeChange:
    """Which record, and the version that it must have."""

    attendee_id: str
    if_match: Precondition = UNCONDITIONAL


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFilter:
    """`words` begin words of the name; `email` is the whole address in any case."""

    words: Sequence[str] = ()
    email: str | None = None


class Attendees:
    """A record is seen by its keeper and, where it is a user's own, by that user; to all others it does not exist."""

    def __init__(
        self, records: AttendeeRecords, enrollments: Enrollments, events: Events, clock: Clock, new_id: NewId
    ) -> None:
        self._records = records
        self._enrollments = enrollments
        self._events = events
        self._clock = clock
        self._new_id = new_id

    def kept(self, principal: Principal, wanted: KeptFilter, cursor: Cursor | None, size: int) -> Page[Attendee]:
        """The records that the caller keeps of others, in the order in which they were made."""
        if wanted.email is not None:
            return self._with_email(principal, wanted.email, wanted.words)
        part = self._records.of_keeper(
            principal.user_id,
            start=cursor.place if cursor else None,
            forward=cursor is None or cursor.forward,
            limit=size,
            words=wanted.words,
        )
        items, following, before = neighbours(part, cursor)
        count, exact = self._records.count_of_keeper(principal.user_id, wanted.words)
        return Page(items=items, count=count, count_exact=exact, next=following, previous=before)

    def _with_email(self, principal: Principal, email: str, words: Sequence[str]) -> Page[Attendee]:
        found = self._records.with_email(principal.user_id, email)
        items = [found] if found and _is_named(found, words) else []
        return Page(items=items, count=len(items))

    def create(self, principal: Principal, facts: AttendeeFacts, idempotency: Idempotency[Attendee] | None) -> Attendee:
        """Keep a record of somebody. Raises `EmailTakenError` when the caller keeps another one with this address."""
        now = to_milliseconds(self._clock())
        _check_birth(facts, now)
        attendee = Attendee(
            id=self._new_id(now),
            facts=facts,
            kept_by=principal.user_id,
            version=1,
            created_at=now,
            updated_at=now,
        )
        self._records.add(attendee, idempotency.remember(attendee) if idempotency else None)
        return attendee

    def show(self, principal: Principal, attendee_id: str) -> Attendee:
        """Raises `NotFoundError` for everybody but the keeper and the person."""
        found = None
        if attendee_id == principal.user_id:
            found = self._records.own(attendee_id)
        elif ids.is_ulid(attendee_id):
            found = self._records.get(attendee_id)
        if found is None or principal.user_id not in {found.kept_by, found.id}:
            raise NotFoundError
        return found

    def edit(
        self, principal: Principal, change: AttendeeChange, rewrite: Callable[[Attendee], AttendeeFacts]
    ) -> Attendee:
        """Write what `rewrite` makes of the present record. Raises `PreconditionFailedError`, `EmailTakenError`."""

        def step(present: Attendee, now: datetime) -> Attendee:
            facts = rewrite(present)
            _check_birth(facts, now)
            after = replace(present, facts=facts, version=present.version + 1, updated_at=now)
            self._records.replace(present, after)
            return after

        return self._retrying(principal, change, step)

    def delete(self, principal: Principal, change: AttendeeChange) -> None:
        """Forget somebody who has no live enrollment to come; their past ones stay, without anything personal.

        Of an enrolment at the same moment exactly one of the two happens: the other finds `HasEnrollmentsError`, or
        nobody to enrol.
        """

        def step(present: Attendee, now: datetime) -> Attendee:
            if present.kept_by is None:
                raise ForbiddenError("Your own record belongs to your account and goes with it.")
            uses = self._records.uses(present.id)
            if self._is_enrolled(present, uses, now):
                raise HasEnrollmentsError
            self._records.remove(present, uses, now)
            return present

        self._retrying(principal, change, step)

    def _is_enrolled(self, attendee: Attendee, uses: Uses, now: datetime) -> bool:
        """Whether the person is awaited. The list, which may lag, knows those from before uses were kept."""
        if self._is_awaited(self._enrollments.by_keys(uses.keys).values(), now):
            return True
        start: str | None = None
        while True:
            part = self._enrollments.of_attendee(
                attendee.id, start=start, forward=False, limit=_LISTED, statuses=tuple(sorted(LIVE))
            )
            if self._is_awaited([row for _, row in part.items], now):
                return True
            start = part.end
            if start is None:
                return False

    def _is_awaited(self, rows: Iterable[Enrollment], now: datetime) -> bool:
        """Whether one of these is live at an event that is not over: after it nobody could cancel any more."""
        live = [row for row in rows if row.is_live]
        events = self._events.by_ids([row.key.event_id for row in live]) if live else {}
        found = [(row, events.get(row.key.event_id)) for row in live]
        return any(event is None or (is_live(row, event, now) and not event.is_past(now)) for row, event in found)

    def _retrying(
        self, principal: Principal, change: AttendeeChange, step: Callable[[Attendee, datetime], Attendee]
    ) -> Attendee:
        """Read, decide, write under the version; again when somebody was faster."""
        for _ in range(_TRIES):
            present = self.show(principal, change.attendee_id)
            change.if_match.stop_unless_met(present.version)
            try:
                return step(present, to_milliseconds(self._clock()))
            except StaleError:
                continue
        raise BusyError


def _is_named(attendee: Attendee, words: Sequence[str]) -> bool:
    there = findable_words(attendee.name)
    return all(any(known.startswith(word) for known in there) for word in words)


def _check_birth(facts: AttendeeFacts, now: datetime) -> None:
    if facts.date_of_birth is not None and facts.date_of_birth >= now.date():
        raise InvalidRequestError(FieldError("/date_of_birth", "invalid", "must be in the past"))
