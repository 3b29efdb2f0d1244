"""Delivering one intent: claim, re-check the facts, send, mark. At least once, twice only when an answer was lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.accounts import Account
from chalicelib.domain.outbox import (
    COOLED,
    COOLING,
    LEASE,
    MAX_TRIES,
    OutboxEntry,
    OutboxKey,
    OutboxKind,
    OutboxState,
    Outcome,
)
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.accounts.ports import Accounts, Otps
from chalicelib.services.accounts.sign_up import OTP_LIFE, new_code, otp_mac
from chalicelib.services.notifications.announcement_emails import ANNOUNCEMENTS, AnnouncementMails
from chalicelib.services.notifications.contexts import AccountContext, CodeContext, Context, Letter
from chalicelib.services.notifications.enrollment_emails import TRUE_WHILE, EnrollmentMailPorts, EnrollmentMails
from chalicelib.services.notifications.ports import RenderedEmail, Renderer, SendLaterError, SendRefusedError
from chalicelib.services.notifications.reminder_emails import ReminderMails
from chalicelib.services.notifications.send import Sender
from chalicelib.services.shared.outcomes import Cool, PoisonError, Skip
from chalicelib.services.shared.ports import Clock, Macs, NewId, Outbox, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPorts:
    outbox: Outbox
    accounts: Accounts
    otps: Otps
    about_enrollments: EnrollmentMailPorts
    macs: Macs
    renderer: Renderer
    sender: Sender
    clock: Clock
    new_id: NewId
    reminders: ReminderMails
    announcements: AnnouncementMails
    report: Report


class Deliver:
    def __init__(self, ports: DeliveryPorts) -> None:
        self._ports = ports
        self._letters: Mapping[OutboxKind, Callable[[OutboxEntry, datetime], Letter]] = {
            **dict.fromkeys(TRUE_WHILE, EnrollmentMails(ports.about_enrollments).letter),
            OutboxKind.REMINDER: ports.reminders.letter,
            OutboxKind.FOLLOW_UP: ports.reminders.letter,
            **dict.fromkeys(ANNOUNCEMENTS, ports.announcements.letter),
        }
        self._to_accounts: Mapping[OutboxKind, Callable[[OutboxEntry, Account, datetime], RenderedEmail]] = {
            OutboxKind.VERIFY_EMAIL: self._verify_email,
            OutboxKind.ACCOUNT_EXISTS: self._account_exists,
        }

    def __call__(self, key: OutboxKey) -> OutboxState | None:
        """Deliver the intent, or record why not; None when there is nothing to do (done, or in other hands).

        WAITING when it has to wait: it is claimable again after a while, and the tick brings it back. Raises
        `PoisonError` for a kind of mail that only another version of the program knows.
        """
        now = to_milliseconds(self._ports.clock())
        if not self._ports.sender.breaker.lets_through(now):
            return OutboxState.WAITING
        try:
            return self._deliver(key, now)
        finally:
            self._ports.sender.breaker.rest()

    def _deliver(self, key: OutboxKey, now: datetime) -> OutboxState | None:
        claimed = self._ports.outbox.take(key, now, now + LEASE, self._ports.new_id(now))
        if claimed is None:
            return None
        if claimed.kind is OutboxKind.UNKNOWN:
            raise PoisonError("a kind of mail that this version does not know")
        try:
            outcome = self._attempt(claimed, now)
        except Cool:
            until = to_milliseconds(self._ports.clock()) + COOLING
            self._ports.outbox.advance(claimed, COOLED, until)  # the tick comes back to it
            return OutboxState.WAITING
        except SendLaterError:
            self._ports.outbox.release(claimed, now + self._ports.sender.wait(claimed, now))
            return OutboxState.WAITING
        self._ports.outbox.finish(claimed, outcome, to_milliseconds(self._ports.clock()))
        return outcome.state

    def _attempt(self, intent: OutboxEntry, now: datetime) -> Outcome:
        if intent.tries > MAX_TRIES:
            return Outcome(OutboxState.FAILED, "too many attempts")
        try:
            message = self._message(intent, now)
            return Outcome(OutboxState.DONE, self._ports.sender.send(intent, message, now))
        except Skip as reason:
            self._ports.report("mail skipped", kind=intent.kind.value, reason=str(reason))
            return Outcome(OutboxState.SKIPPED, str(reason))
        except SendRefusedError as error:
            return Outcome(OutboxState.FAILED, f"refused: {error}")

    def _message(self, intent: OutboxEntry, now: datetime) -> RenderedEmail:
        write = self._letters.get(intent.kind)
        if write is not None:
            return self._ports.renderer.render(intent.kind, write(intent, now), intent.id)
        person = self._ports.accounts.many([intent.recipient_id]).get(intent.recipient_id)
        if person is None:
            raise Skip("no such account")
        return self._to_accounts[intent.kind](intent, person, now)

    def _render(self, intent: OutboxEntry, person: Account, context: Context) -> RenderedEmail:
        letter = Letter(to=person.email, locale=person.locale, context=context)
        return self._ports.renderer.render(intent.kind, letter, intent.id)

    def _verify_email(self, intent: OutboxEntry, person: Account, now: datetime) -> RenderedEmail:
        """The code is made here, so that it is never stored: only its keyed digest is."""
        if person.email_verified:
            raise Skip("verified already")
        code = new_code()
        mac = otp_mac(self._ports.macs, person.id, code)
        if not self._ports.otps.arm(person.id, intent.about["request"], mac, now + OTP_LIFE, claim=intent.claims):
            raise Skip("a newer code was requested")
        return self._render(intent, person, CodeContext(code=code, minutes=OTP_LIFE // timedelta(minutes=1)))

    def _account_exists(self, intent: OutboxEntry, person: Account, now: datetime) -> RenderedEmail:  # noqa: ARG002 - one signature
        return self._render(intent, person, AccountContext(name=person.first_name))
