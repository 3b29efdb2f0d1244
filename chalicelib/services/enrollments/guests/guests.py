"""Guests: who enrols with a name and an address, and proves it by mail (docs/contract.md#guests-and-links)."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.accounts.account import fold_email, mailbox_of
from chalicelib.domain.enrollments.enrollment import AskedName, EnrollmentKey
from chalicelib.domain.errors import (
    AlreadyEnrolledError,
    BusyError,
    EventFullError,
    NotFoundError,
)
from chalicelib.domain.events.event import Event
from chalicelib.domain.outbox.entry import OutboxKind, new_entry
from chalicelib.domain.seats import Seats
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.limits import RateLimits
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.enrollments.admission import open_to_guests
from chalicelib.services.seats.attempt import Attempt
from chalicelib.services.seats.request import SeatRequest
from chalicelib.services.seats.seat_result import SeatResult
from chalicelib.services.seats.seating_ports import SeatingPorts
from chalicelib.services.seats.settlement import Settlement
from chalicelib.services.shared.idempotency import Idempotency, Remember, stop_if_answered
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.services.shared.rate_limits import Limiter, Scope, of_actor


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestRequest:
    """Somebody without an account wants to come; `network` is where they ask from."""

    event_id: str
    request_id: str
    name: str
    email: str
    network: str
    locale: str | None = None  # of somebody new; who is known keeps theirs
    party_size: int = 1


class EnrolGuest:
    def __init__(self, ports: SeatingPorts, settlement: Settlement, limiter: Limiter, limits: RateLimits) -> None:
        self._ports = ports
        self._settlement = settlement
        self._limiter = limiter
        self._limits = limits

    def __call__(self, request: GuestRequest, idempotency: Idempotency[None] | None) -> None:
        """Keep a seat until the address is proven, if there is one, and mail the link to it in any case.

        Raises what everybody can see of the event, `UnauthenticatedError` where no guests are taken, and
        `TooManyRequestsError` for a network; `AnsweredBeforeError`. Nothing tells whether the address is known or
        enrolled, a seat was free, or a mail is sent. The calls are the same for all of them, but for two cases that
        say nothing about who somebody is: an address whose mails are used up is not written to, and the first guest
        with the address of an account that was never proven leaves one more record.
        """
        now = to_milliseconds(self._ports.clock())
        event_id = request.event_id if ids.is_ulid(request.event_id) else ids.NOBODYS
        key = idempotency.key if idempotency else None
        reads = self._ports.enrollments.read_for_request(
            None, event_id, enrollment=None, with_seats=True, answer_key=key
        )
        stop_if_answered(reads.answer)
        event = open_to_guests(reads.event, request.party_size, self._ports.clock)
        if reads.seats is None:
            raise NotFoundError
        self._limiter.count(Scope.MAIL_FROM, request.network, self._limits.mail_from)
        if self._may_write_to(fold_email(request.email), event, request.network):
            person = self._ports.people.guest(request.email, now, locale=request.locale)
            self._hold_or_tell(event, reads.seats, person.id, request, idempotency)
        elif idempotency:
            self._ports.enrollments.write_outbox_only([], remember=idempotency.remember(None))

    def _may_write_to(self, address: str, event: Event, network: str) -> bool:
        """Counted first, so that requests at the same time are no way around it.

        Each network has its own share: what a stranger asks for must not keep the owner's own request from its mail.
        """
        limiter, limits, asked = self._limiter, self._limits, of_actor(address, network)
        return (
            limiter.allows(Scope.GUEST_LINK, f"{event.id} {asked}", limits.guest_link)
            and limiter.allows(Scope.MAIL_TO, asked, limits.mail_to)
            and limiter.allows_share(Scope.MAIL_TO_A_DAY, limits.mail_to_a_day, target=address, actor=network)
        )

    def _hold_or_tell(
        self, event: Event, seats: Seats, person_id: str, request: GuestRequest, idempotency: Idempotency[None] | None
    ) -> None:
        seat_request = SeatRequest(
            event=event,
            person_id=person_id,
            actor=person_id,
            request_id=request.request_id,
            hold=True,
            party_size=request.party_size,
            unproven=True,
            name=request.name,
            typed_address=fold_email(request.email),
            asked_by=self._asked_by(request),
        )
        remember: Callable[[SeatResult], Remember] | None = None
        if idempotency:
            remember = lambda _: idempotency.remember(None)  # noqa: E731 - None without a key
        try:
            Attempt(self._ports, self._settlement, seat_request, remember).run(seats)
        except (AlreadyEnrolledError, EventFullError, BusyError, TryAgainError):
            # The link shows what there is, and gets a seat that is free when it is opened. Also when the event is too
            # busy: the request is counted already, and trying again would bring no mail for an hour.
            self._tell(seat_request.key, request, idempotency.remember(None) if idempotency else None)

    def _asked_by(self, request: GuestRequest) -> str:
        """Who is answerable for the mail: a network, which is not told, and is another one for every mailbox."""
        return self._limiter.alias(of_actor(mailbox_of(fold_email(request.email)), request.network))

    def _tell(self, key: EnrollmentKey, request: GuestRequest, remember: Remember | None) -> None:
        """Only the mail: it says what is true when it is sent."""
        now = to_milliseconds(self._ports.clock())
        about = {"enrollment": key.id, "party_size": str(request.party_size), "by": self._asked_by(request)}
        mail = new_entry(OutboxKind.GUEST_LINK, key.attendee_id, about, now=now, entry_id=self._ports.new_id(now))
        asked = AskedName(key, request.name, now)
        self._ports.enrollments.write_outbox_only([mail], remember=remember, asked=asked)
        self._ports.push([mail])
