"""What the provider reports about mails: addresses that must not be written to, and what becomes of each mail."""

import random
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentChange, EnrollmentKey, tally
from chalicelib.domain.notifications.delivery_report import Feedback
from chalicelib.domain.notifications.email_preferences import Suppression
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKey
from chalicelib.domain.seats import Step
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.notifications.ports import Mailboxes, MailLogs
from chalicelib.services.seats.enrollment_store import Enrollments
from chalicelib.services.seats.event_store import SeatReads
from chalicelib.services.shared.outcomes import StaleError, TryAgainError
from chalicelib.services.shared.ports import Clock, Outbox

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """One notice. `intent` is missing when the mail was none of ours, or sent before its notices named it."""

    feedback: Feedback
    at: datetime
    addresses: tuple[str, ...] = ()
    intent: OutboxKey | None = None
    suppression: Suppression | None = None  # the address must not be written to any more
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReportPorts:
    mailboxes: Mailboxes
    logs: MailLogs
    outbox: Outbox
    enrollments: Enrollments
    seats: SeatReads
    clock: Clock
    rng: random.Random


class DeliveryReports:
    """Every step may be repeated and come in any order: notices do."""

    def __init__(self, ports: DeliveryReportPorts) -> None:
        self._ports = ports

    def record(self, report: DeliveryReport) -> Feedback:
        """The address first, because it protects the sender; then the mail; then the enrollment that it is about.

        Raises `TryAgainError`: the same notice is to be taken again.
        """
        if report.suppression is not None:
            for address in report.addresses:
                self._ports.mailboxes.suppress(address, report.suppression, report.at)
        if report.intent is not None:
            self._ports.logs.record(report.intent, report.feedback, report.at, report.detail)
            if report.feedback is Feedback.BOUNCED:
                self._mark(report.intent, report.at)
        return report.feedback

    def _mark(self, key: OutboxKey, at: datetime) -> None:
        """The enrollment of a mail that came back for good, as long as no newer mail was sent about it."""
        intent = self._ports.outbox.get(key)
        enrollment = EnrollmentKey.parse(intent.about.get("enrollment", "")) if intent else None
        if intent is None or enrollment is None:
            return
        for _ in range(_TRIES):
            found = self._ports.enrollments.with_event(enrollment)
            if found is None or not self._concerns(found[0], intent):
                return
            row, _, seats = found
            change = EnrollmentChange(row, row.but(to_milliseconds(at), bounced_at=to_milliseconds(at)))
            step = Step(shard=self._ports.rng.randrange(seats.shards), counts=tally([change]))
            try:
                self._ports.enrollments.write([change], [step], [])
            except StaleError:
                continue
            self._sum(enrollment.event_id, seats.shards)
            return
        raise TryAgainError("the enrollment keeps changing")

    @staticmethod
    def _concerns(row: Enrollment, intent: OutboxEntry) -> bool:
        """Whether the mail belongs to this enrolment, and no newer one was sent about it: that one decides then."""
        same = str(row.generation) == intent.about.get("generation", str(row.generation))
        return row.is_live and row.bounced_at is None and same and intent.key.place >= (row.mail_place or "")

    def _sum(self, event_id: str, shards: int) -> None:
        """The organizer's list shows the sum over the shards, and no mail follows whose sender would take it."""
        if shards == 1:
            return
        try:
            self._ports.seats.sum_shards(event_id, shards, to_milliseconds(self._ports.clock()))
        except TryAgainError:
            return  # it is counted; the next sum has it
