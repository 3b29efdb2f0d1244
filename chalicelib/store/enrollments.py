"""Enrollments and the transactions that move them: T1 to T11 of docs/adr/0002 and 0009."""

from collections.abc import Sequence

from pynamodb.expressions.operand import Path, Value

from chalicelib.domain.accounts import Claims
from chalicelib.domain.enrollments import Enrollment, EnrollmentChange, EnrollmentKey, EnrollmentStatus
from chalicelib.domain.events import Event
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.seats import Seats, Shard, Step
from chalicelib.services.seats.store_port import EnrollmentExistsError, EnrolReads, Hold, SeatRefusedError
from chalicelib.services.shared.idempotency import AnsweredBeforeError, Remember
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.paging import Slice
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get, Raw
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.pages import Shelf, count, read_slice
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import (
    AnswerItem,
    EnrollmentItem,
    EventItem,
    HoldItem,
    SeatItem,
    SessionItem,
    WaitlistCounterItem,
    WaitlistItem,
)
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.enrollment_writes import join_changes, row_name
from chalicelib.store.idempotency import DynamoAnswers
from chalicelib.store.items.accounts import to_session
from chalicelib.store.items.enrollments import enrollment_from, hold_from, to_enrollment, waiting_from
from chalicelib.store.items.events import to_event, to_seats, to_shard
from chalicelib.store.outbox import put_entry
from chalicelib.store.seat_writes import join_steps

_ATTENDEE_INDEX = "by_attendee"
_MAKER_INDEX = "by_maker"


class DynamoEnrollments:
    def __init__(self, dynamo: Dynamo, answers: DynamoAnswers) -> None:
        self._dynamo = dynamo
        self._answers = answers

    def _begin(self) -> Transaction:
        return Transaction(self._dynamo)

    # -- enrolling -----------------------------------------------------------------------------------------------------

    def read_for_request(
        self,
        claims: Claims | None,
        event_id: str,
        *,
        enrollment: EnrollmentKey | None,
        with_seats: bool,
        answer_key: str | None,
        consistent_enrollment: bool = False,
        consistent_seats: bool = False,
    ) -> EnrolReads:
        """Everything that is known from the request alone, in one batch read."""
        wanted: dict[str, Get] = {"event": Get(EventItem, keys.event(event_id))}
        if claims:
            key = keys.session(claims.user_id, claims.session_id)
            wanted["session"] = Get(SessionItem, key, consistent=True)
        if with_seats:
            wanted["seats"] = Get(SeatItem, keys.seat(event_id, 0), consistent=consistent_seats)
        if enrollment:
            wanted["row"] = Get(EnrollmentItem, keys.enrollment(enrollment), consistent=consistent_enrollment)
        if answer_key:
            wanted["answer"] = Get(AnswerItem, keys.answer(answer_key))
        raw = dict(zip(wanted, self._dynamo.batch_get(list(wanted.values())), strict=True))
        session, event, seats, found = (raw.get(name) for name in ("session", "event", "seats", "row"))
        return EnrolReads(
            session=to_session(SessionItem.from_raw_data(session)) if session else None,
            event=to_event(EventItem.from_raw_data(event)) if event else None,
            seats=to_seats(seats) if seats else None,
            enrollment=to_enrollment(EnrollmentItem.from_raw_data(found)) if found else None,
            answer=self._answers.from_raw(raw.get("answer")),
        )

    def enrol(
        self,
        change: EnrollmentChange,
        steps: Sequence[Step],
        entries: Sequence[OutboxEntry],
        *,
        remember: Remember | None = None,
    ) -> None:
        try:
            self._transaction([change], steps, entries, remember).commit_once()
        except RefusedError as refused:
            raise _why_not_enrolled(refused) from refused

    def write(
        self,
        changes: Sequence[EnrollmentChange],
        steps: Sequence[Step],
        entries: Sequence[OutboxEntry],
        *,
        remember: Remember | None = None,
    ) -> None:
        try:
            self._transaction(changes, steps, entries, remember).commit()
        except RefusedError as refused:
            self._answers.raise_if_answered(refused)
            raise StaleError(", ".join(refused.items)) from refused

    def _transaction(
        self,
        changes: Sequence[EnrollmentChange],
        steps: Sequence[Step],
        entries: Sequence[OutboxEntry],
        remember: Remember | None,
    ) -> Transaction:
        transaction = self._begin()
        join_steps(transaction, changes[0].after.key.event_id, steps)
        join_changes(transaction, changes)
        for number, entry in enumerate(entries):
            put_entry(transaction, f"due {number}", entry)
        self._answers.join(transaction, remember)
        return transaction

    def write_outbox_only(self, entries: Sequence[OutboxEntry], *, remember: Remember | None = None) -> None:
        transaction = self._begin()
        for number, entry in enumerate(entries):
            put_entry(transaction, f"due {number}", entry)
        self._answers.join(transaction, remember)
        try:
            transaction.commit()
        except RefusedError as refused:
            self._answers.raise_if_answered(refused)
            raise StaleError(", ".join(refused.items)) from refused

    def write_seats_only(self, event_id: str, steps: Sequence[Step]) -> None:
        transaction = self._begin()
        join_steps(transaction, event_id, steps)
        try:
            transaction.commit()
        except RefusedError as refused:
            raise StaleError(", ".join(refused.items)) from refused

    # -- waitlists and holds -------------------------------------------------------------------------------------------

    def draw_waitlist_number(self, event_id: str) -> int:
        def attempt() -> int:
            actions = [Path(["last"]).add(Value(1))]
            return int(self._dynamo.update(WaitlistCounterItem, keys.waitlist_counter(event_id), actions, None).last)

        return self._dynamo.retries.run(attempt)  # a repeat after a lost response leaves a gap, which means nothing

    def first_waiting(self, event_id: str, limit: int) -> list[Enrollment]:
        query = Query(model=WaitlistItem, partition=keys.waitlist(event_id), limit=limit, consistent=True)
        return [waiting_from(raw) for raw in self._dynamo.query(query)["Items"]]

    def slice_of_waitlist(self, event_id: str, *, start: str | None, forward: bool, limit: int) -> Slice[Enrollment]:
        shelf = Shelf(WaitlistItem, keys.waitlist(event_id))
        return read_slice(self._dynamo, shelf, waiting_from, start=start, forward=forward, limit=limit, consistent=True)

    def count_waiting_before(self, event_id: str, waitlist_number: int, limit: int) -> int:
        up_to = f"{waitlist_number - 1:012d}"
        query = Query(
            model=WaitlistItem,
            partition=keys.waitlist(event_id),
            between=("0", up_to),
            limit=limit,
            count_only=True,
        )
        return int(self._dynamo.query(query)["Count"])

    def holds(self, event_id: str, limit: int) -> list[Hold]:
        query = Query(model=HoldItem, partition=keys.holds(event_id), limit=limit, consistent=True)
        return [hold_from(raw) for raw in self._dynamo.query(query)["Items"]]

    # -- reading -------------------------------------------------------------------------------------------------------

    def get(self, key: EnrollmentKey, *, consistent: bool = True) -> Enrollment | None:
        item = self._dynamo.get(
            EnrollmentItem, keys.enrollment(key), consistent=consistent
        )  # right after a 201 it must be there
        return to_enrollment(item) if item else None

    def by_keys(self, found: Sequence[EnrollmentKey]) -> dict[str, Enrollment]:
        raws = self._dynamo.batch_get([Get(EnrollmentItem, keys.enrollment(key), consistent=True) for key in found])
        enrollments = [enrollment_from(raw) for raw in raws if raw]
        return {enrollment.key.id: enrollment for enrollment in enrollments}

    def seats_and_enrollment(self, key: EnrollmentKey, shards: int) -> tuple[list[Shard], Enrollment | None]:
        gets = [Get(SeatItem, keys.seat(key.event_id, shard)) for shard in range(shards)]
        *seats, enrollment = self._dynamo.transact_get([*gets, Get(EnrollmentItem, keys.enrollment(key))])
        return [to_shard(raw) for raw in seats if raw], enrollment_from(enrollment) if enrollment else None

    def with_event(self, key: EnrollmentKey) -> tuple[Enrollment, Event, Seats] | None:
        enrollment, event, seats = self._dynamo.batch_get(
            [
                Get(EnrollmentItem, keys.enrollment(key), consistent=True),
                Get(EventItem, keys.event(key.event_id)),
                Get(SeatItem, keys.seat(key.event_id, 0)),
            ]
        )
        if not enrollment or not event or not seats:
            return None
        return (
            to_enrollment(EnrollmentItem.from_raw_data(enrollment)),
            to_event(EventItem.from_raw_data(event)),
            to_seats(seats),
        )

    def of_event(
        self,
        event_id: str,
        bucket: int,
        *,
        start: str | None,
        forward: bool,
        limit: int,
        status: EnrollmentStatus | None,
        consistent: bool = True,
    ) -> Slice[Enrollment]:
        """One bucket in the order of the person's id; consistently where the newest must not be missed."""
        keep = EnrollmentItem.status == status.value if status else None
        shelf = Shelf(EnrollmentItem, keys.enrollments(event_id, bucket))
        return read_slice(
            self._dynamo,
            shelf,
            enrollment_from,
            start=start,
            forward=forward,
            limit=limit,
            keep=keep,
            consistent=consistent,
        )

    def of_attendee(
        self,
        attendee_id: str,
        *,
        start: str | None,
        forward: bool,
        limit: int,
        statuses: Sequence[EnrollmentStatus],
    ) -> Slice[Enrollment]:
        """By the time of enrolling; the index names the enrollments, they themselves are read consistently."""
        return self._of_person(_ATTENDEE_INDEX, attendee_id, start, statuses, forward=forward, limit=limit)

    def made_by(
        self,
        maker_id: str,
        *,
        start: str | None,
        forward: bool,
        limit: int,
        statuses: Sequence[EnrollmentStatus],
    ) -> Slice[Enrollment]:
        """Enrollments that somebody made for others, like `of_attendee`."""
        return self._of_person(_MAKER_INDEX, maker_id, start, statuses, forward=forward, limit=limit)

    def _of_person(
        self,
        index: str,
        person_id: str,
        start: str | None,
        statuses: Sequence[EnrollmentStatus],
        *,
        forward: bool,
        limit: int,
    ) -> Slice[Enrollment]:
        shelf = Shelf(EnrollmentItem, person_id, place="enrolled_at", index=index)
        keep = EnrollmentItem.status.is_in(*(status.value for status in statuses)) if statuses else None
        named = read_slice(self._dynamo, shelf, _key, start=start, forward=forward, limit=limit, keep=keep)
        gets = [Get(EnrollmentItem, key, consistent=True) for _, key in named.items]
        enrollments = self._dynamo.batch_get(gets) if gets else []
        pairs = zip(named.items, enrollments, strict=True)
        return Slice([(place, enrollment_from(raw)) for (place, _), raw in pairs if raw], named.end)

    def count_of_attendee(self, attendee_id: str, statuses: Sequence[EnrollmentStatus]) -> tuple[int, bool]:
        """`(number, exact)`."""
        return self._count(_ATTENDEE_INDEX, attendee_id, statuses)

    def count_made_by(self, maker_id: str, statuses: Sequence[EnrollmentStatus]) -> tuple[int, bool]:
        return self._count(_MAKER_INDEX, maker_id, statuses)

    def _count(self, index: str, person_id: str, statuses: Sequence[EnrollmentStatus]) -> tuple[int, bool]:
        keep = EnrollmentItem.status.is_in(*(status.value for status in statuses)) if statuses else None
        return count(self._dynamo, Query(model=EnrollmentItem, partition=person_id, index=index, keep=keep))


def _key(raw: Raw) -> Key:
    return raw["pk"]["S"], raw["sk"]["S"]


def _why_not_enrolled(refused: RefusedError) -> Exception:
    """The precedence of refusals: an answer given before, then the person's own enrollment, then the seat."""
    try:
        DynamoAnswers.raise_if_answered(refused)
    except AnsweredBeforeError as answered:
        return answered
    if refused.has(row_name(0)):
        raw = refused.items[row_name(0)]
        return EnrollmentExistsError(enrollment_from(raw)) if raw else StaleError()
    seats = [raw for name, raw in refused.items.items() if name.startswith("seat ")]
    return SeatRefusedError(to_shard(seats[0]) if seats and seats[0] else None)
