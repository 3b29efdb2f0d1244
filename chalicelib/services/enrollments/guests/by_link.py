"""What the bearer of a mailed link sees and may do: one enrollment, also while there is none (yet, or any more)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.enrollments.deadlines import is_live
from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.errors import HoldExpiredError, NotFoundError
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.seats import Seats
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.enrollments.access import LinkBearer
from chalicelib.services.enrollments.changes.cancel import Cancel, CancelRequest
from chalicelib.services.enrollments.changes.confirm import Confirm
from chalicelib.services.enrollments.guest_name import GuestName, is_guest
from chalicelib.services.enrollments.guests.link_actions import BEARER, LinkAction, actions, asked_size
from chalicelib.services.enrollments.link_token import Links
from chalicelib.services.enrollments.load import ChangeRequest
from chalicelib.services.enrollments.rules import Case, ChangeKind, stop_if_refused
from chalicelib.services.enrollments.view import EnrollmentView, view_for
from chalicelib.services.seats.attempt import Attempt
from chalicelib.services.seats.kept_seats import over_enrollments
from chalicelib.services.seats.request import SeatRequest
from chalicelib.services.seats.seat_result import SeatResult
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.seats.waitlist_position import position_of
from chalicelib.services.shared.idempotency import Idempotency, Remember

_HOLDS = 64  # so many that are over are looked at; more change nothing for one who looks


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRequest:
    """A button of the page; `party_size` counts while there is no live enrollment."""

    action: LinkAction
    request_id: str
    party_size: int | None = None
    name: str | None = None  # what a guest calls themselves who proves the address by this


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """The event, the enrollment if there is one, and what its bearer can do now."""

    event: Event
    view: EnrollmentView | None
    organizer: str
    actions: tuple[LinkAction, ...]
    party_size: int = 1  # for so many, if the bearer enrols now
    name: str = ""  # of the bearer, if they enrol or confirm now


@dataclass(frozen=True, slots=True)
class _Found:
    enrollment: Enrollment | None
    event: Event
    seats: Seats


class ByLink:
    def __init__(self, ports: SeatingPorts, settlement: Settlement, confirm: Confirm, cancel: Cancel) -> None:
        self._ports = ports
        self._settlement = settlement
        self._confirm = confirm
        self._cancel = cancel

    def show(self, bearer: LinkBearer, party_size: int | None = None) -> Linked:
        """`party_size` is what a guest asked for who got no seat. Opening a link changes nothing.

        Raises `NotFoundError` when there is nothing to see any more: the event is gone, or over for a month.
        """
        now = self._ports.clock()
        found = self._find(bearer, now)
        is_kept = found.enrollment is not None and is_live(found.enrollment, found.event, now)
        seats = found.seats if is_kept else self._seats(found, now)
        party = asked_size(found.enrollment, found.event, party_size)
        return Linked(
            event=found.event,
            view=self._view(bearer, found.event, found.enrollment) if found.enrollment else None,
            organizer=seats.organizer_name,
            actions=actions(found.enrollment, found.event, seats, now, party),
            party_size=party,
            name=self._name(bearer, found, None),
        )

    def _name(self, bearer: LinkBearer, found: _Found, said: str | None) -> str:
        """What a guest is called who acts now; empty where a name is settled."""
        enrollment = found.enrollment
        if enrollment and enrollment.is_live and not enrollment.unproven:
            return ""
        return GuestName(said, self._ports.enrollments.asked_name(bearer.key)).of(enrollment)

    def _seats(self, found: _Found, now: datetime) -> Seats:
        """What somebody new would find: with all shards, and with the seats of holds that are over."""
        seats = found.seats
        if seats.shards > 1:
            seats = self._ports.seats.live(found.event.id) or seats
        if seats.free > 0:
            return seats
        over = over_enrollments(self._ports.enrollments, found.event, now, _HOLDS)
        return replace(seats, free=seats.free + sum(enrollment.seats for enrollment in over))

    def act(
        self, bearer: LinkBearer, link_request: LinkRequest, idempotency: Idempotency[EnrollmentView] | None
    ) -> EnrollmentView:
        """Do it, and return the enrollment after it. Raises what the use case of the action raises."""
        action, request_id = link_request.action, link_request.request_id
        now = to_milliseconds(self._ports.clock())
        found = self._find(bearer, now)
        if action is LinkAction.CANCEL:
            return self._cancel(
                bearer,
                CancelRequest(enrollment_id=self._ports.handles.of(bearer.key), request_id=request_id),
                idempotency,
            )
        is_kept = found.enrollment is not None and is_live(found.enrollment, found.event, now)
        if action is LinkAction.CONFIRM and is_kept:
            command = ChangeRequest(enrollment_id=self._ports.handles.of(bearer.key), request_id=request_id)
            try:
                return self._confirm(bearer, command, idempotency, said=link_request.name)
            except HoldExpiredError:
                pass  # in this very moment: what is free is still for who opened the link
        person = self._ports.people.by_ids([bearer.key.attendee_id]).get(bearer.key.attendee_id)
        if person is None:
            raise NotFoundError
        proves = is_guest(person)
        return self._enrol(
            bearer,
            found,
            SeatRequest(
                event=found.event,
                person_id=bearer.key.attendee_id,
                actor=bearer.key.attendee_id,
                request_id=request_id,
                waitlist=action is LinkAction.JOIN,
                party_size=asked_size(found.enrollment, found.event, link_request.party_size),
                name=(self._name(bearer, found, link_request.name) or person.name or None) if proves else None,
                proves=proves,
                kept_by=person.kept_by,
            ),
            idempotency,
        )

    def _enrol(
        self,
        bearer: LinkBearer,
        found: _Found,
        seat_request: SeatRequest,
        idempotency: Idempotency[EnrollmentView] | None,
    ) -> EnrollmentView:
        """A link that is opened late gets what is left; using it has proven the address."""
        kind = ChangeKind.JOIN if seat_request.waitlist else ChangeKind.ENROL
        case = Case(event=found.event, now=self._ports.clock(), by=BEARER, party_size=seat_request.party_size)
        stop_if_refused(kind, case)

        def show(result: SeatResult) -> EnrollmentView:
            return self._view(bearer, found.event, result.enrollment, result.position)

        remember: Callable[[SeatResult], Remember] | None = None
        if idempotency:
            remember = lambda result: idempotency.remember(show(result))  # noqa: E731 - None without a key
        return show(Attempt(self._ports, self._settlement, seat_request, remember).run(found.seats))

    def _find(self, bearer: LinkBearer, now: datetime) -> _Found:
        whole = self._ports.enrollments.with_event(bearer.key)
        if whole is not None:
            found = _Found(*whole)
        else:
            without = self._ports.events.with_seats(bearer.key.event_id)
            if without is None or without[0].status is EventStatus.DELETED:
                raise NotFoundError
            found = _Found(None, *without)
        if not Links.is_good(found.event, now):
            raise NotFoundError
        return found

    def _view(
        self, bearer: LinkBearer, event: Event, enrollment: Enrollment, position: int | None = None
    ) -> EnrollmentView:
        position = position or position_of(self._ports.enrollments, enrollment)
        people = self._ports.people.by_ids([enrollment.key.attendee_id])
        return view_for(
            self._ports.handles,
            bearer.principal,
            enrollment,
            event,
            people,
            now=self._ports.clock(),
            position=position,
        )
