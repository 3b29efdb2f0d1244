"""Values for the tests of the store."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.accounts import SELF_CHOSEN, Account, Session
from chalicelib.domain.enrollments import Cause, Enrollment, EnrollmentKey, EnrollmentStatus, Transition, enrolled
from chalicelib.domain.events import Event, EventFacts, EventStatus
from chalicelib.domain.ids import new_ulid
from chalicelib.domain.mail import Due, DueKind, new_due
from chalicelib.services.signals import OtpState
from tests.support.fakes import START

NOW = START
HOUR = timedelta(hours=1)


def an_id() -> str:
    return new_ulid(NOW)


def an_account(email: str = "ada@example.org", **fields: Any) -> Account:
    account = Account(
        id=an_id(),
        email=email,
        username=None,
        first_name="Ada",
        last_name="Lovelace",
        roles=SELF_CHOSEN,
        email_verified=False,
        locale="en",
        password_hash="hash",
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(account, **fields)


def an_otp(request_id: str = "request") -> OtpState:
    return OtpState(
        request_id=request_id,
        code_mac="0",
        expires_at=NOW,
        attempts=0,
        sent_at=NOW,
        day="2026-06-01",
        sent_today=1,
    )


def an_intent(kind: DueKind = DueKind.VERIFY_EMAIL, at: datetime = NOW) -> Due:
    return new_due(kind, an_id(), {"request": "x"}, now=at, row_id=new_ulid(at))


def a_session(account: Account, **fields: Any) -> Session:
    session = Session(
        user_id=account.id,
        id=an_id(),
        roles=account.roles,
        email_verified=account.email_verified,
        name=account.display_name,
        current="current",
        previous="-",
        rotated_at=NOW,
        created_at=NOW,
        expires_at=NOW + 24 * HOUR,
        version=account.version,
    )
    return replace(session, **fields)


def an_event(organizer_id: str = "", *, starts_at: datetime = NOW + 240 * HOUR, **fields: Any) -> Event:
    event = Event(
        id=an_id(),
        organizer_id=organizer_id or an_id(),
        facts=EventFacts(title="Python Workshop", starts_at=starts_at, ends_at=starts_at + HOUR, description="Text."),
        status=EventStatus.PUBLISHED,
        buckets=1,
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(event, **fields)


def a_row(
    event: Event, *, attempt: str = "attempt", before: Enrollment | None = None, at: datetime = NOW
) -> Enrollment:
    key = before.key if before else EnrollmentKey.of(event.id, event.buckets, an_id())
    by = Transition(at, EnrollmentStatus.CONFIRMED, key.attendee_id, Cause.ENROLLED, "request")
    return enrolled(key, attempt, by, before=before)


def left(row: Enrollment, at: datetime = NOW) -> Enrollment:
    return row.moved(Transition(at, EnrollmentStatus.CANCELLED, row.key.attendee_id, Cause.BY_ATTENDEE, "request"))
