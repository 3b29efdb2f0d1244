"""What a pass in a wallet says of a ticket: no more than the page of the mailed link shows, and no name."""

from dataclasses import dataclass

from chalicelib.domain.enrollments.enrollment import EnrollmentStatus
from chalicelib.domain.errors import NotConfirmedError
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.services.checkin.ticket_code import Tickets
from chalicelib.services.enrollments.guests.by_link import Linked


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletTicket:
    """`serial` is the id of the enrollment: whoever enrols again replaces the pass of before."""

    event: Event
    serial: str
    generation: int
    code: str
    party_size: int
    organizer: str
    is_void: bool


def wallet_ticket(tickets: Tickets, linked: Linked) -> WalletTicket:
    """The ticket behind a link. One that was given back, or whose event is cancelled, is void: the pass says so.

    Raises `NotConfirmedError` while there is none.
    """
    enrollment = linked.view.enrollment if linked.view else None
    if linked.view is None or enrollment is None:
        raise NotConfirmedError
    if enrollment.status not in {EnrollmentStatus.CONFIRMED, EnrollmentStatus.CANCELLED}:
        raise NotConfirmedError
    return WalletTicket(
        event=linked.event,
        serial=linked.view.id,
        generation=enrollment.generation,
        code=tickets.code(enrollment),
        party_size=enrollment.party_size,
        organizer=linked.organizer,
        is_void=enrollment.status is EnrollmentStatus.CANCELLED or linked.event.status is not EventStatus.PUBLISHED,
    )
