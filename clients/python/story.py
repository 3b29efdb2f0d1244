"""`python story.py CLIENT API MAILBOX`: from a sign-up to a cancelled event, with the generated client alone."""

import io
import re
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta

import httpx

sys.path.insert(0, sys.argv[1])

from turnout_client import AuthenticatedClient, Client
from turnout_client.api.accounts import log_in, show_me
from turnout_client.api.attendance import export_enrollments
from turnout_client.api.enrollments import cancel_enrollment, enrol_in_event, list_my_enrollments
from turnout_client.api.events import (
    cancel_event,
    create_event,
    duplicate_event,
    list_events,
    list_my_events,
    show_event,
)
from turnout_client.api.people import import_enrollments
from turnout_client.api.problems import show_problem
from turnout_client.api.registration import sign_up, verify_email
from turnout_client.api.tickets import show_ticket
from turnout_client.models import (
    CreateEventRequest,
    DuplicateEventRequest,
    EnrolRequest,
    LoginRequest,
    Problem,
    ProblemCode,
    SignUpRequest,
    VerifyRequest,
)
from turnout_client.models.enrollment_status import EnrollmentStatus
from turnout_client.models.event_status import EventStatus
from turnout_client.types import UNSET, File

API, MAILBOX = sys.argv[2:4]
PASSWORD = "correct horse battery staple 7"
PATIENCE_SECONDS = 60


def mailed_code(address: str) -> str:
    """The code that was mailed to the address, as soon as it has come."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        for mail in httpx.get(f"{MAILBOX}/api/messages", params={"to": address}).json():
            found = re.search(r"\b\d{6}\b", mail["text"])
            if found:
                return found.group()
        time.sleep(0.1)
    raise SystemExit(f"no code came to {address}")


def signed_up(anyone: Client, name: str) -> AuthenticatedClient:
    address = f"{name.lower()}.{uuid.uuid4().hex[:8]}@example.org"
    begun = sign_up.sync(client=anyone, body=SignUpRequest(email=address, password=PASSWORD, first_name=name))
    assert begun.email == address, begun
    proof = VerifyRequest(email=address, otp=mailed_code(address), signup_id=begun.signup_id)
    assert verify_email.sync(client=anyone, body=proof).email == address
    login = log_in.sync(client=anyone, body=LoginRequest(email=address, password=PASSWORD))
    assert login.user.first_name == name, login
    return AuthenticatedClient(base_url=API, token=login.access)


def cancelled_for(person: AuthenticatedClient) -> None:
    """The one enrollment of the person follows its event."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        [entry] = list_my_enrollments.sync(client=person).results
        if entry.status is EnrollmentStatus.CANCELLED:
            return
        assert time.monotonic() < end, entry
        time.sleep(0.1)


def refused(answer: object, code: ProblemCode) -> Problem:
    assert isinstance(answer, Problem), answer
    assert answer.code is code, answer
    return answer


def main() -> None:
    anyone = Client(base_url=API)
    refused(
        log_in.sync(client=anyone, body=LoginRequest(username="nobody", password="x")), ProblemCode.CREDENTIALS_WRONG
    )
    olga, paul = signed_up(anyone, "Olga"), signed_up(anyone, "Paul")
    assert show_me.sync(client=paul).first_name == "Paul"

    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    title = f"Pottery {uuid.uuid4().hex[:8]}"
    event = create_event.sync(client=olga, body=CreateEventRequest(title=title, starts_at=starts, capacity=1))
    assert (event.title, event.status, event.starts_at) == (title, EventStatus.PUBLISHED, starts), event

    mine = enrol_in_event.sync(event.id, client=paul, body=EnrolRequest())
    assert mine.status is EnrollmentStatus.CONFIRMED, mine
    again = refused(enrol_in_event.sync(event.id, client=paul, body=EnrolRequest()), ProblemCode.ALREADY_ENROLLED)
    assert again.enrollment.id == mine.id
    full = refused(enrol_in_event.sync(event.id, client=olga, body=EnrolRequest()), ProblemCode.EVENT_FULL)
    assert full.next_step is not UNSET
    explained = show_problem.sync(full.code, client=anyone)
    assert (explained.code, explained.status) == ("event_full", 409), explained
    assert explained.type_ == full.type_
    assert show_event.sync(event.id, client=anyone).is_full
    assert show_ticket.sync(mine.id, client=paul).startswith("<svg")
    found = list_my_events.sync(client=olga)
    assert [one.title for one in found.results] == [title], found
    assert list_events.sync(client=anyone, page_size=1).count >= 1

    gone = cancel_enrollment.sync(mine.id, client=paul)
    assert gone.status is EnrollmentStatus.CANCELLED, gone
    back = enrol_in_event.sync(event.id, client=paul, body=EnrolRequest(party_size=1))
    assert (back.id, back.status) == (mine.id, EnrollmentStatus.CONFIRMED), back

    table = File(payload=io.BytesIO(b"name,email\nAda Byron,ada@example.org\n"))
    tried = import_enrollments.sync(event.id, client=olga, body=table, dry_run=True)
    assert [row.row for row in tried.results] == [1], tried
    assert b"Paul" in export_enrollments.sync(event.id, client=olga).payload.read()
    draft = duplicate_event.sync(
        event.id, client=olga, body=DuplicateEventRequest(starts_at=starts + timedelta(days=7))
    )
    assert (draft.title, draft.status) == (title, EventStatus.DRAFT), draft

    asked = refused(cancel_event.sync(event.id, client=olga), ProblemCode.CONFIRMATION_REQUIRED)
    assert asked.preview.people == 1, asked
    over = cancel_event.sync(event.id, client=olga, confirm=asked.confirm)
    assert over.status is EventStatus.CANCELLED, over
    cancelled_for(paul)


if __name__ == "__main__":
    main()
