"""Delivering one intent: claim, re-check the facts, send, mark. At least once, twice only when an answer was lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.accounts import Account
from chalicelib.domain.enrollments import Enrollment, EnrollmentKey, EnrollmentStatus
from chalicelib.domain.events import Event, EventStatus
from chalicelib.domain.mail import LEASE, MAX_TRIES, Due, DueKey, DueKind, DueState, Outcome
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.ports import Accounts, Clock, DueTable, Enrollments, Macs, Mailer, Otps, Renderer, SeatReads
from chalicelib.services.signals import Message, SendLaterError, SendRefusedError
from chalicelib.services.signing_up import OTP_LIFE, new_code, otp_mac

LATER = timedelta(seconds=30)


class Skip(Exception):  # noqa: N818 - a decision, not a failure
    """The facts no longer call for this mail; the reason is kept on the row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPorts:
    due: DueTable
    accounts: Accounts
    otps: Otps
    enrollments: Enrollments
    seats: SeatReads
    macs: Macs
    renderer: Renderer
    mailer: Mailer
    clock: Clock


class Delivering:
    def __init__(self, ports: DeliveryPorts) -> None:
        self._ports = ports
        self._compose: Mapping[DueKind, Callable[[Due, Account, datetime], Message]] = {
            DueKind.VERIFY_EMAIL: self._verify_email,
            DueKind.ACCOUNT_EXISTS: self._account_exists,
            DueKind.ENROLLMENT_CONFIRMED: self._enrollment,
            DueKind.ENROLLMENT_CANCELLED: self._enrollment,
            DueKind.EVENT_CANCELLED: self._enrollment,
        }

    def deliver(self, key: DueKey) -> DueState | None:
        """Deliver the intent, or record why not; None when there is nothing to do (done, or in other hands).

        Raises `SendLaterError` after giving the claim back: the same message is to be delivered again later.
        """
        now = to_milliseconds(self._ports.clock())
        intent = self._ports.due.get(key)
        if intent is None or not intent.is_claimable(now):
            return None
        claimed = self._ports.due.claim(intent, now, now + LEASE)
        if claimed is None:
            return None
        outcome = self._attempt(claimed, now)
        self._ports.due.finish(claimed, outcome, to_milliseconds(self._ports.clock()))
        return outcome.state

    def _attempt(self, intent: Due, now: datetime) -> Outcome:
        if intent.tries > MAX_TRIES:
            return Outcome(DueState.FAILED, "too many attempts")
        try:
            message = self._message(intent, now)
            return Outcome(DueState.DONE, self._ports.mailer.send(message))
        except Skip as reason:
            return Outcome(DueState.SKIPPED, str(reason))
        except SendRefusedError as error:
            return Outcome(DueState.FAILED, f"refused: {error}")
        except SendLaterError:
            self._ports.due.release(intent, now + LATER)
            raise

    def _message(self, intent: Due, now: datetime) -> Message:
        person = self._ports.accounts.many([intent.recipient_id]).get(intent.recipient_id)
        if person is None:
            raise Skip("no such account")
        return self._compose[intent.kind](intent, person, now)

    def _render(self, intent: Due, person: Account, context: Mapping[str, object]) -> Message:
        return self._ports.renderer.render(intent.kind, person.email, context, intent.id)

    def _verify_email(self, intent: Due, person: Account, now: datetime) -> Message:
        """The code is made here, so that it is never stored: only its keyed digest is."""
        if person.email_verified:
            raise Skip("verified already")
        code = new_code()
        mac = otp_mac(self._ports.macs, person.id, code)
        if not self._ports.otps.arm(person.id, intent.about["request"], mac, now + OTP_LIFE, claim=intent.claims):
            raise Skip("a newer code was requested")
        context = {"code": code, "minutes": OTP_LIFE // timedelta(minutes=1), "name": person.first_name}
        return self._render(intent, person, context)

    def _account_exists(self, intent: Due, person: Account, now: datetime) -> Message:  # noqa: ARG002 - one signature
        return self._render(intent, person, {"name": person.first_name})

    def _enrollment(self, intent: Due, person: Account, now: datetime) -> Message:
        enrollment, event = self._facts(intent, now)
        context = {
            "name": person.first_name,
            "event": event,
            "organizer": self._organizer_name(event),
            "cause": intent.about.get("cause", ""),
            "note": enrollment.note,
        }
        return self._render(intent, person, context)

    def _facts(self, intent: Due, now: datetime) -> tuple[Enrollment, Event]:
        """The enrollment as it is now; skips what a later step has overtaken, and keeps the shards' sum current."""
        key = EnrollmentKey.parse(intent.about["enrollment"])
        found = self._ports.enrollments.with_event(key) if key else None
        if found is None:
            raise Skip("no such enrollment")
        enrollment, event, seats = found
        if seats.shards > 1 and (seats.as_of is None or seats.as_of <= intent.created_at + timedelta(seconds=2)):
            self._ports.seats.roll_up(event.id, seats.shards, now)
        if str(enrollment.generation) != intent.about["generation"]:
            raise Skip("enrolled again since")
        if enrollment.is_live is not (intent.kind is DueKind.ENROLLMENT_CONFIRMED):
            raise Skip(f"the enrollment is {EnrollmentStatus(enrollment.status)} now")
        if intent.kind is DueKind.ENROLLMENT_CONFIRMED and event.status is not EventStatus.PUBLISHED:
            raise Skip(f"the event is {event.status} now")  # its job is about to cancel the enrollment
        if intent.kind is not DueKind.ENROLLMENT_CANCELLED and event.is_past(now):
            raise Skip("the event is over")
        return enrollment, event

    def _organizer_name(self, event: Event) -> str:
        organizer = self._ports.accounts.many([event.organizer_id]).get(event.organizer_id)
        return organizer.name if organizer else ""
