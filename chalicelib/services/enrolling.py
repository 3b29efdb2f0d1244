"""The capacity engine: one transaction seats a person or nobody, under any race (docs/adr/0002).

The checks before the transaction make good messages; the conditions inside it decide.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain import ids
from chalicelib.domain.accounts import Claims, Principal, Role
from chalicelib.domain.enrollments import Cause, Enrollment, EnrollmentKey, EnrollmentStatus, Transition, enrolled
from chalicelib.domain.errors import (
    AlreadyEnrolledError,
    BusyError,
    ConflictError,
    EmailNotVerifiedError,
    EnrollmentClosedError,
    EventFullError,
    NotFoundError,
    RoleRequiredError,
    TurnoutError,
)
from chalicelib.domain.events import Event
from chalicelib.domain.mail import Due, DueKind, new_due
from chalicelib.domain.seats import SeatMode, Shard
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.entries import Entry, entry_for
from chalicelib.services.full_hints import FullHints
from chalicelib.services.idempotency import Idempotency, stop_if_answered
from chalicelib.services.ports import Accounts, Clock, Enrollments, Events, NewId, Queue
from chalicelib.services.signals import EnrolReads, OutcomeUnknownError, RowExistsError, SeatRefusedError, TryAgainError
from chalicelib.services.signing_in import principal_of

_ROW_CHANGES = 3


class Tries(Protocol):
    def tries(self) -> Iterator[int]:
        """Try numbers, with the waits between them; ends when the tries are used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatingPorts:
    """What enrolling and leaving work with."""

    enrollments: Enrollments
    events: Events
    accounts: Accounts
    queue: Queue
    clock: Clock
    new_id: NewId
    retries: Tries
    rng: random.Random
    hints: FullHints


class Enrolling:
    def __init__(self, ports: SeatingPorts) -> None:
        self._ports = ports

    def enrol(self, claims: Claims, event_id: str, *, request_id: str, idempotency: Idempotency[Entry] | None) -> Entry:
        """Seat the caller. Raises what `Event.refuses` says, `EventFullError`, `AlreadyEnrolledError` or `BusyError`.

        "Full" was true at some moment between one second before the request and the answer.
        """
        now = to_milliseconds(self._ports.clock())
        event_id = event_id if ids.is_ulid(event_id) else ids.NOBODYS  # 401 comes before 404
        buckets = self._ports.hints.buckets_if_full(event_id, now)
        row_if_full = None if buckets is None else EnrollmentKey.of(event_id, buckets, claims.user_id)
        reads = self._ports.enrollments.reads(
            claims,
            event_id,
            row=row_if_full,
            with_seats=row_if_full is None,
            answer_key=idempotency.key if idempotency else None,
        )
        principal = principal_of(reads.session, now)
        stop_if_answered(reads.answer)
        event = _open_event(reads, principal, now)
        if row_if_full:
            raise _full_or_already(reads.row)
        return _Attempt(self._ports, event, principal, request_id, idempotency).run(reads)


def _open_event(reads: EnrolReads, principal: Principal, now: datetime) -> Event:
    """The event, if this caller may enrol in it now: 404 before 403 before 409."""
    event = reads.event
    if event is None or not event.visible_to(principal.user_id):
        raise NotFoundError
    if not principal.email_verified:
        raise EmailNotVerifiedError
    if not principal.has(Role.SEEKER):
        raise RoleRequiredError(Role.SEEKER)
    refusal = event.refuses(now)
    if refusal:
        raise refusal
    return event


def _full_or_already(row: Enrollment | None) -> TurnoutError:
    """Somebody who is enrolled already is told so, even when the event is full."""
    return AlreadyEnrolledError(row.key.id, row.status) if row and row.is_live else EventFullError()


class _Attempt:
    """One request's way to a seat: its tries share one attempt id, by which a lost response is recognised."""

    def __init__(
        self,
        ports: SeatingPorts,
        event: Event,
        principal: Principal,
        request_id: str,
        idempotency: Idempotency[Entry] | None,
    ) -> None:
        self._ports = ports
        self._event = event
        self._principal = principal
        self._request_id = request_id
        self._idempotency = idempotency
        self._id = ports.new_id(ports.clock())
        self._key = EnrollmentKey.of(event.id, event.buckets, principal.user_id)
        self._before: Enrollment | None = None
        self._unsure = False  # the answer to one of the tries was lost: it may still happen

    def run(self, reads: EnrolReads) -> Entry:
        """Seat, or the reason why not. After a lost answer no refusal is certain: the lost try may yet find a seat."""
        try:
            return self._run(reads)
        except AlreadyEnrolledError:
            raise
        except ConflictError as refusal:
            if self._unsure:
                raise BusyError from refusal
            raise

    def _run(self, reads: EnrolReads) -> Entry:
        if reads.seats is None:
            raise NotFoundError
        shards = reads.seats.shards
        shard = self._ports.rng.randrange(shards)
        if shards == 1 and reads.seats.is_full:
            shard = self._shard_with_room(shards)
        for _ in self._ports.retries.tries():
            try:
                return self._entry(self._enrol(shard))
            except SeatRefusedError as refused:
                shard = self._other_shard(refused.shard, shards)
            except TryAgainError as again:
                self._unsure = self._unsure or isinstance(again, OutcomeUnknownError)
                shard = self._ports.rng.randrange(shards)  # a conflict is about one shard; another one may be quiet
        raise BusyError

    def _enrol(self, shard: int) -> Enrollment:
        """The transaction. A dead row of the same person is written over; the own row of a lost response is success."""
        for _ in range(_ROW_CHANGES):
            now = to_milliseconds(self._ports.clock())
            by = Transition(now, EnrollmentStatus.CONFIRMED, self._principal.user_id, Cause.ENROLLED, self._request_id)
            row = enrolled(self._key, self._id, by, before=self._before)
            remember = self._idempotency.remember(self._entry(row)) if self._idempotency else None
            try:
                self._ports.enrollments.enrol(
                    row, shard=shard, before=self._before, intent=self._intent(row), remember=remember
                )
            except RowExistsError as exists:
                row = exists.row
                if row.attempt_id != self._id:
                    if row.is_live:
                        raise AlreadyEnrolledError(row.key.id, row.status) from exists
                    self._before = row
                    continue
            self._ports.queue.push(self._intent(row))
            return row
        raise TryAgainError

    def _entry(self, row: Enrollment) -> Entry:
        return entry_for(self._principal, row, self._event, {})

    def _intent(self, row: Enrollment) -> Due:
        """The same row gives the same intent, so that a try after a lost response can still push it."""
        about = {"enrollment": row.key.id, "generation": str(row.generation)}
        return new_due(
            DueKind.ENROLLMENT_CONFIRMED, self._principal.user_id, about, now=row.enrolled_at, row_id=self._id
        )

    def _other_shard(self, refused: Shard | None, shards: int) -> int:
        """Where to try next, or the reason why nowhere."""
        now = self._ports.clock()
        if refused is None or not _takes_people(refused, now):
            raise self._why_closed(now)
        return self._shard_with_room(shards)

    def _shard_with_room(self, shards: int) -> int:
        """A shard with a free seat, all read at one moment with the own row; `EventFullError` when there is none."""
        found, row = self._ports.enrollments.seats_and_row(self._key, shards)
        free = [number for number, shard in enumerate(found) if shard.free > 0]
        if free:
            return self._ports.rng.choice(free)
        if row is None or row.attempt_id != self._id:
            self._ports.hints.remember(self._event, self._ports.clock())
            raise _full_or_already(row)
        return 0  # the last seat is this attempt's own and its response was lost: the next try finds the row

    def _why_closed(self, now: datetime) -> TurnoutError:
        """What happened to the event since it was read."""
        found = self._ports.events.get(self._event.id, consistent=True)
        if found is None or not found[0].visible_to(self._principal.user_id):
            return NotFoundError()
        return found[0].refuses(now) or EnrollmentClosedError()


def _takes_people(shard: Shard, now: datetime) -> bool:
    return (
        shard.mode is SeatMode.OPEN
        and (shard.opens_at is None or shard.opens_at <= now)
        and (shard.closes_at is None or shard.closes_at > now)
    )
