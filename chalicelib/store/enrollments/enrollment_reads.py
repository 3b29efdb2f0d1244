"""Enrollments by key, with what is read beside them in the same request."""

from collections.abc import Sequence

from chalicelib.domain.accounts.account import Claims
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentKey
from chalicelib.domain.events.event import Event
from chalicelib.domain.seats import Seats, Shard
from chalicelib.services.seats.enrollment_store import EnrolReads
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get
from chalicelib.store.dynamo.tables import (
    AnswerItem,
    EnrollmentItem,
    EventItem,
    SeatItem,
    SessionItem,
)
from chalicelib.store.items.accounts import to_session
from chalicelib.store.items.enrollments import enrollment_from, to_enrollment
from chalicelib.store.items.events import to_event, to_seats, to_shard, with_capacity
from chalicelib.store.shared.idempotency import DynamoAnswers


class EnrollmentReads:
    _dynamo: Dynamo
    _answers: DynamoAnswers

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
        session, raw_event, raw_seats, found = (raw.get(name) for name in ("session", "event", "seats", "row"))
        event = to_event(EventItem.from_raw_data(raw_event)) if raw_event else None
        seats = to_seats(raw_seats) if raw_seats else None
        return EnrolReads(
            session=to_session(SessionItem.from_raw_data(session)) if session else None,
            event=with_capacity(event, seats) if event and seats else event,
            seats=seats,
            enrollment=to_enrollment(EnrollmentItem.from_raw_data(found)) if found else None,
            answer=self._answers.from_raw(raw.get("answer")),
        )

    def by_key(self, key: EnrollmentKey, *, consistent: bool = True) -> Enrollment | None:
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
