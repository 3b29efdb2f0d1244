"""What one scan at the entrance says, which enrollment it means, and when it counts as made."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentKey
from chalicelib.domain.errors import FieldError, InvalidRequestError, NotFoundError
from chalicelib.domain.events.event import Event
from chalicelib.domain.shared.limits import SCANNERS_AHEAD
from chalicelib.domain.shared.times import localise
from chalicelib.services.checkin.note import Sighting
from chalicelib.services.checkin.ticket_code import Ticket, Tickets
from chalicelib.services.shared.handles import Handles, Named

GROUP = 25  # scans in one transaction
_APART = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One ticket at the entrance, or its undoing. `at` is when; None is now, a naive time is the event's."""

    code: str | None = None
    enrollment_id: str | None = None
    at: datetime | None = None
    undo: bool = False
    people: int | None = None  # None: all of the party who are not here yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A scan whose enrollment is known. `generation` is the ticket's, `latest` what a time in the future is taken for.

    `undone_at` is the last undo of the same enrollment among the scans that are handed in together.
    """

    index: int
    key: EnrollmentKey
    generation: int | None
    at: datetime | None
    undo: bool
    named: Named | None = None  # how a row without a ticket names it
    people: int | None = None
    latest: datetime | None = None
    undone_at: datetime | None = None

    def sighting(self, enrollment: Enrollment) -> Sighting:
        """What it says of this enrollment. Raises `InvalidRequestError` when it is about an earlier enrolment.

        It is when the ticket says so, or when it was made before the enrolment began; a clock that is a little slow is
        forgiven where no earlier enrolment can be meant.
        """
        if self.generation is not None and self.generation != enrollment.generation:
            raise InvalidRequestError(
                FieldError(_where(self.index, "code"), "ticket_invalid", "is of an earlier enrolment of the person")
            )
        at = self._moment(enrollment)
        stated = self.at if self._is_news_ahead(enrollment) else None
        return Sighting(at=at, people=self.people, undo=self.undo, stated=stated, where=self.where)

    @property
    def is_undone(self) -> bool:
        """Whether it takes somebody back, or one that is handed in with it does."""
        return self.undo or (self.at is not None and self.undone_at is not None and self.undone_at >= self.at)

    @property
    def where(self) -> str:
        return f"/rows/{self.index}"

    def _moment(self, enrollment: Enrollment) -> datetime | None:
        if self.at is None:
            return None
        at = enrollment.presence.meant(self.at) or self._not_ahead(enrollment)
        begin = enrollment.enrolled_at
        if any(arrival.at == at for arrival in enrollment.presence.arrivals):
            return at  # of somebody who had no seat then, and was enrolled again
        is_this_one = self.generation is not None or enrollment.generation == 1
        if at > begin or (is_this_one and at == begin):
            return at
        if is_this_one and begin - at <= SCANNERS_AHEAD:
            return begin
        raise InvalidRequestError(
            FieldError(_where(self.index, "checked_in_at"), "scanned_before", "is from before this enrolment")
        )

    def _is_news_ahead(self, enrollment: Enrollment) -> bool:
        """Whether its clock is ahead, and it has not been handed in before."""
        if self.at is None or self.latest is None or self.at <= self.latest:
            return False
        return enrollment.presence.meant(self.at) is None

    def _not_ahead(self, enrollment: Enrollment) -> datetime:
        """The time of a clock that is ahead is now, beside others who came in this very moment: it is another scan."""
        assert self.at is not None
        if not self._is_news_ahead(enrollment) or self.latest is None:
            return self.at
        at = self._beside_known(enrollment, self.at, self.latest)
        came = {arrival.at for arrival in enrollment.presence.arrivals}
        while at in came and not self.undo:
            at += _APART
        return at

    @staticmethod
    def _beside_known(enrollment: Enrollment, stated: datetime, latest: datetime) -> datetime:
        """Now, or as far before a later time of such a clock as it says, if that was handed in first."""
        known = enrollment.presence.corrected
        later = min((pair for pair in known if pair[0] > stated), default=None)
        if later is None:
            return latest
        earliest = max(at for at in (enrollment.enrolled_at, *(at for time, at in known if time < stated)))
        return min(max(later[1] - (later[0] - stated), earliest + _APART), later[1] - _APART, latest)


def plan(event: Event, index: int, scan: Scan, now: datetime, tickets: Tickets, handles: Handles) -> Plan:
    """Which enrollment of the event it means. Raises `InvalidRequestError`, `NotFoundError`."""
    if (scan.code is None) == (scan.enrollment_id is None):
        raise InvalidRequestError(
            FieldError(_where(index, "code"), "required", "or enrollment_id is required, not both")
        )
    at = localise(scan.at, event.facts.timezone) if scan.at else None
    if at is not None and at > now + SCANNERS_AHEAD:
        raise InvalidRequestError(
            FieldError(_where(index, "checked_in_at"), "scanned_in_future", "must not be in the future")
        )
    named = handles.read(scan.enrollment_id or "") if scan.code is None else None
    ticket = _ticket(index, scan.code, tickets) if scan.code is not None else None
    key = ticket.key if ticket else named.key if named else None
    if key is None or key.event_id != event.id:
        raise nobody()
    generation = ticket.generation if ticket else None
    return Plan(index=index, key=key, named=named, generation=generation, at=at, undo=scan.undo, people=scan.people)


def _ticket(index: int, code: str, tickets: Tickets) -> Ticket:
    ticket = tickets.read(code)
    if ticket is None:
        raise InvalidRequestError(FieldError(_where(index, "code"), "ticket_invalid", "is not a ticket"))
    return ticket


def _where(index: int, field: str) -> str:
    return f"/rows/{index}/{field}"


def nobody() -> NotFoundError:
    return NotFoundError("This enrollment is none of this event.")


def in_order(plans: Sequence[Plan], now: datetime) -> list[Plan]:
    """In the order of their times, whatever order they came in; what has none happens now.

    Times of a clock that is ahead become now, and stay in their order by a millisecond each.
    """
    ordered = sorted(plans, key=lambda plan: plan.at or now)
    undone: dict[EnrollmentKey, datetime] = {plan.key: plan.at or now for plan in ordered if plan.undo}
    later: Counter[EnrollmentKey] = Counter()
    found = []
    for plan in reversed(ordered):
        latest = now - later[plan.key] * _APART
        later[plan.key] += plan.at is not None and plan.at > now
        found.append(replace(plan, latest=latest, undone_at=undone.get(plan.key)))
    return list(reversed(found))


def groups(plans: Sequence[Plan]) -> Iterator[list[Plan]]:
    """In their order, nobody twice in a group: each can be one transaction."""
    group: list[Plan] = []
    for plan in plans:
        if len(group) == GROUP or any(plan.key == other.key for other in group):
            yield group
            group = []
        group.append(plan)
    if group:
        yield group
