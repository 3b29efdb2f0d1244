"""Enrollment rows and the transactions that move them: T1 (enrol) and T6 (cancel) of docs/adr/0002."""

from collections.abc import Sequence

from pynamodb.expressions.condition import Condition

from chalicelib.domain.accounts import Claims
from chalicelib.domain.enrollments import Enrollment, EnrollmentKey, EnrollmentStatus
from chalicelib.domain.events import Event
from chalicelib.domain.mail import Due
from chalicelib.domain.seats import SeatMode, Seats, Shard
from chalicelib.domain.times import stamp
from chalicelib.services.signals import (
    AnsweredBeforeError,
    EnrolReads,
    Remember,
    RowExistsError,
    SeatRefusedError,
    Slice,
    StaleError,
)
from chalicelib.store import keys
from chalicelib.store.answers import DynamoAnswers
from chalicelib.store.due import join_due
from chalicelib.store.dynamo import Dynamo, Get, Raw
from chalicelib.store.queries import Query
from chalicelib.store.shapes.accounts import to_session
from chalicelib.store.shapes.enrollments import enrollment_item, to_enrollment
from chalicelib.store.shapes.events import to_event, to_seats, to_shard
from chalicelib.store.slices import Shelf, count, read_slice
from chalicelib.store.tables import AnswerItem, EnrollmentItem, EventItem, SeatItem, SessionItem
from chalicelib.store.transactions import RefusedError, Transaction

_ATTENDEE_INDEX = "by_attendee"


class DynamoEnrollments:
    def __init__(self, dynamo: Dynamo, answers: DynamoAnswers) -> None:
        self._dynamo = dynamo
        self._answers = answers

    def _begin(self) -> Transaction:
        return Transaction(self._dynamo)

    # -- enrolling -----------------------------------------------------------------------------------------------------

    def reads(
        self,
        claims: Claims,
        event_id: str,
        *,
        row: EnrollmentKey | None,
        with_seats: bool,
        answer_key: str | None,
        consistent_row: bool = False,
    ) -> EnrolReads:
        """Everything that is known from the request alone, in one batch read."""
        wanted: dict[str, Get] = {
            "session": Get(SessionItem, keys.session(claims.user_id, claims.session_id), consistent=True),
            "event": Get(EventItem, keys.event(event_id)),
        }
        if with_seats:
            wanted["seats"] = Get(SeatItem, keys.seat(event_id, 0))
        if row:
            wanted["row"] = Get(EnrollmentItem, keys.row(row), consistent=consistent_row)
        if answer_key:
            wanted["answer"] = Get(AnswerItem, keys.answer(answer_key))
        raw = dict(zip(wanted, self._dynamo.batch_get(list(wanted.values())), strict=True))
        session, event, seats, found = (raw.get(name) for name in ("session", "event", "seats", "row"))
        return EnrolReads(
            session=to_session(SessionItem.from_raw_data(session)) if session else None,
            event=to_event(EventItem.from_raw_data(event)) if event else None,
            seats=to_seats(seats) if seats else None,
            row=to_enrollment(EnrollmentItem.from_raw_data(found)) if found else None,
            answer=self._answers.from_raw(raw.get("answer")),
        )

    def enrol(
        self,
        enrollment: Enrollment,
        *,
        shard: int,
        before: Enrollment | None,
        intent: Due,
        remember: Remember | None,
    ) -> None:
        now = stamp(enrollment.updated_at)
        seats = enrollment.party_size
        open_ = SeatItem.mode == SeatMode.OPEN.value  # not fenced by a waitlist, not closed by its organizer
        seat_left = SeatItem.free >= seats  # the last seat may be gone
        has_opened = SeatItem.opens_at <= now
        not_over = SeatItem.closes_at > now
        actions = [SeatItem.free.set(SeatItem.free - seats)]
        if before is None:
            first: Condition = EnrollmentItem.pk.does_not_exist()  # one row a person and event, ever
        else:
            first = EnrollmentItem.version == before.version  # the dead row that was read is still the last word
            actions.append(SeatItem.cancelled.set(SeatItem.cancelled - before.party_size))
        transaction = self._begin()
        transaction.update(
            "seat",
            SeatItem,
            keys.seat(enrollment.key.event_id, shard),
            actions,
            open_ & seat_left & has_opened & not_over,
        )
        transaction.put("row", enrollment_item(enrollment), first)
        join_due(transaction, "mail", intent)
        self._answers.join(transaction, remember)
        try:
            transaction.commit_once()
        except RefusedError as refused:
            raise _why_not_enrolled(refused) from refused

    def cancel(
        self, before: Enrollment, after: Enrollment, *, shard: int, intent: Due, remember: Remember | None
    ) -> None:
        transaction = self._begin()
        transaction.put("row", enrollment_item(after), EnrollmentItem.version == before.version)
        not_fenced = SeatItem.mode != SeatMode.FENCED.value  # beside a waitlist a seat is handed over, never freed
        transaction.update(
            "seat",
            SeatItem,
            keys.seat(after.key.event_id, shard),
            [
                SeatItem.free.set(SeatItem.free + before.party_size),
                SeatItem.cancelled.set(SeatItem.cancelled + before.party_size),
            ],
            not_fenced,
        )
        join_due(transaction, "mail", intent)
        self._answers.join(transaction, remember)
        try:
            transaction.commit()
        except RefusedError as refused:
            self._answers.raise_if_answered(refused)
            raise StaleError from refused

    # -- reading -------------------------------------------------------------------------------------------------------

    def get(self, key: EnrollmentKey) -> Enrollment | None:
        item = self._dynamo.get(EnrollmentItem, keys.row(key), consistent=True)  # right after a 201 it must be there
        return to_enrollment(item) if item else None

    def seats_and_row(self, key: EnrollmentKey, shards: int) -> tuple[list[Shard], Enrollment | None]:
        gets = [Get(SeatItem, keys.seat(key.event_id, shard)) for shard in range(shards)]
        *seats, row = self._dynamo.transact_get([*gets, Get(EnrollmentItem, keys.row(key))])
        return [to_shard(SeatItem.from_raw_data(raw)) for raw in seats if raw], _row(row) if row else None

    def with_event(self, key: EnrollmentKey) -> tuple[Enrollment, Event, Seats] | None:
        row, event, seats = self._dynamo.batch_get(
            [
                Get(EnrollmentItem, keys.row(key), consistent=True),
                Get(EventItem, keys.event(key.event_id)),
                Get(SeatItem, keys.seat(key.event_id, 0)),
            ]
        )
        if not row or not event or not seats:
            return None
        return (
            to_enrollment(EnrollmentItem.from_raw_data(row)),
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
    ) -> Slice[Enrollment]:
        """Rows of one bucket in the order of their person's id, consistently: a fan-out must not miss the newest."""
        keep = EnrollmentItem.status == status.value if status else None
        shelf = Shelf(EnrollmentItem, keys.rows(event_id, bucket))
        return read_slice(
            self._dynamo, shelf, _row, start=start, forward=forward, limit=limit, keep=keep, consistent=True
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
        """A person's rows by the time of enrolling; the index names them, the rows themselves are read consistently."""
        shelf = Shelf(EnrollmentItem, attendee_id, place="enrolled_at", index=_ATTENDEE_INDEX)
        keep = EnrollmentItem.status.is_in(*(status.value for status in statuses)) if statuses else None
        named = read_slice(self._dynamo, shelf, _key, start=start, forward=forward, limit=limit, keep=keep)
        gets = [Get(EnrollmentItem, key, consistent=True) for _, key in named.items]
        rows = self._dynamo.batch_get(gets) if gets else []
        pairs = zip(named.items, rows, strict=True)
        return Slice([(place, _row(raw)) for (place, _), raw in pairs if raw], named.end)

    def count_of_attendee(self, attendee_id: str, statuses: Sequence[EnrollmentStatus]) -> tuple[int, bool]:
        """`(number, exact)`."""
        keep = EnrollmentItem.status.is_in(*(status.value for status in statuses)) if statuses else None
        query = Query(model=EnrollmentItem, partition=attendee_id, index=_ATTENDEE_INDEX, keep=keep)
        return count(self._dynamo, query)


def _row(raw: Raw) -> Enrollment:
    return to_enrollment(EnrollmentItem.from_raw_data(raw))


def _key(raw: Raw) -> keys.Key:
    return raw["pk"]["S"], raw["sk"]["S"]


def _why_not_enrolled(refused: RefusedError) -> Exception:
    """The precedence of refusals: an answer given before, then the person's own row, then the seat."""
    try:
        DynamoAnswers.raise_if_answered(refused)
    except AnsweredBeforeError as answered:
        return answered
    if refused.has("row"):
        raw = refused.items["row"]
        return RowExistsError(to_enrollment(EnrollmentItem.from_raw_data(raw))) if raw else StaleError()
    raw = refused.items.get("seat")
    return SeatRefusedError(to_shard(SeatItem.from_raw_data(raw)) if raw else None)
