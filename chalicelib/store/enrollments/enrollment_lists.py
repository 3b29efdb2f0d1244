"""Lists of enrollments: of an event, of a person, and what waits or is held, each in its order."""

import functools
import operator
from collections.abc import Sequence

from pynamodb.expressions.condition import Condition

from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentStatus
from chalicelib.services.seats.enrollment_store import EVERY_ENROLLMENT, EnrollmentFilter, Hold
from chalicelib.services.shared.paging import Slice
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo, Get, Raw
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.pages import Shelf, count, read_slice
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import EnrollmentItem, HoldItem, WaitlistItem
from chalicelib.store.items.enrollments import enrollment_from, hold_from, waiting_from

_ATTENDEE_INDEX = "by_attendee"
_MAKER_INDEX = "by_maker"


class EnrollmentLists:
    _dynamo: Dynamo

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

    def of_event(
        self,
        event_id: str,
        bucket: int,
        *,
        start: str | None,
        forward: bool,
        limit: int,
        keep: EnrollmentFilter = EVERY_ENROLLMENT,
        consistent: bool = True,
    ) -> Slice[Enrollment]:
        """One bucket in the order of the person's id; consistently where the newest must not be missed."""
        shelf = Shelf(EnrollmentItem, keys.enrollments(event_id, bucket))
        return read_slice(
            self._dynamo,
            shelf,
            enrollment_from,
            start=start,
            forward=forward,
            limit=limit,
            keep=_condition(keep),
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
        keep = _kept(statuses)
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
        return count(self._dynamo, Query(model=EnrollmentItem, partition=person_id, index=index, keep=_kept(statuses)))


def _kept(statuses: Sequence[EnrollmentStatus]) -> Condition | None:
    """Those with one of these statuses; all without any."""
    return EnrollmentItem.status.is_in(*(status.value for status in statuses)) if statuses else None


def _condition(wanted: EnrollmentFilter) -> Condition | None:
    """What a stored row must be; whose time is up is told from those that are live by whoever shows them."""
    came, missed, bounced = EnrollmentItem.checked_in_at, EnrollmentItem.no_show_at, EnrollmentItem.bounced_at
    found = [_kept(wanted.statuses)]
    for flag, yes, no in (
        (wanted.checked_in, came.exists(), came.does_not_exist()),
        (wanted.no_show, missed.exists() & came.does_not_exist(), missed.does_not_exist() | came.exists()),
        (wanted.bounced, bounced.exists(), bounced.does_not_exist()),
    ):
        found.append(None if flag is None else yes if flag else no)
    conditions = [one for one in found if one is not None]
    return functools.reduce(operator.and_, conditions) if conditions else None


def _key(raw: Raw) -> Key:
    return raw["pk"]["S"], raw["sk"]["S"]
