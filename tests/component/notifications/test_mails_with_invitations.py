"""What mails do to calendars: put a place in, change it, take it out, in an order that calendars can tell."""

from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest

from chalicelib.domain.enrollments.enrollment import Cause, EnrollmentKey, EnrollmentStatus, Transition, enrolled
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.mail.ses import to_mime
from chalicelib.services.notifications.mails.invitations import method_of, was_confirmed
from chalicelib.services.notifications.mails.kinds import MAIL_KINDS
from chalicelib.services.notifications.ports import RenderedEmail
from tests.support import builders
from tests.support.builders import Person, a_person
from tests.support.fakes import START
from tests.support.mails.ics import Read, read
from tests.support.mails.mailed import link_of
from tests.support.mails.mailparsers import read_mail
from tests.support.world import World


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=1, timezone="Europe/Berlin")


def mails(world: World, address: str) -> list[RenderedEmail]:
    world.work()
    return world.mailer.to(address)


def calendar_of(mail: RenderedEmail) -> Read:
    [attachment] = mail.attachments
    assert (attachment.name, attachment.content_type) == ("invite.ics", "text/calendar")
    seen = read(attachment.text)
    assert seen.method == attachment.method
    return seen


def left(world: World, row: dict[str, Any], person: Person) -> None:
    assert world.delete(f"/enrollments/{row['id']}", person.token).status in {200, 204}


def test_a_confirmation_puts_the_event_into_the_readers_calendar(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    builders.enrolled(world, event, ada)

    [mail] = mails(world, ada.email)
    seen = calendar_of(mail)

    assert seen.method == "REQUEST"
    assert seen.only.uid == f"{event['id']}@api.test"
    assert seen.only.sequence == 0
    assert seen.only.local[0] == "2026-07-01 11:00"
    assert "CN=Ada Lovelace:mailto:ada@example.org" in mail.attachments[0].text.replace("\r\n ", "")
    assert "CN=Olga Organizer:mailto:no-reply@turnout.example" in mail.attachments[0].text.replace("\r\n ", "")
    assert "person" not in mail.attachments[0].text, "the organizer's address is nobody's business"


def test_leaving_takes_it_out_and_coming_back_puts_it_in_again(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    for _ in range(2):
        row = builders.enrolled(world, event, ada)
        world.work()
        left(world, row, ada)
        world.work()
    builders.enrolled(world, event, ada)

    seen = [calendar_of(mail) for mail in mails(world, ada.email)]

    assert [one.method for one in seen] == ["REQUEST", "CANCEL", "REQUEST", "CANCEL", "REQUEST"]
    assert [one.only.sequence for one in seen] == [0, 1, 2, 3, 4]
    assert {one.only.uid for one in seen} == {f"{event['id']}@api.test"}


def test_what_comes_later_is_newer_whatever_happens(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    row = builders.enrolled(world, event, ada)
    world.work()
    for place in ("Berlin", "Paris"):
        world.clock.advance(timedelta(minutes=10))
        assert world.patch(f"/events/{event['id']}", {"location": place}, olga.token).status == 200
        world.clock.advance(timedelta(minutes=6))
        world.tick()
        world.work()
    left(world, row, ada)
    world.work()
    builders.enrolled(world, event, ada)
    world.work()
    builders.cancelled(world, event, olga)

    told = [mail for mail in mails(world, ada.email) if mail.attachments]
    seen = [calendar_of(mail) for mail in told]

    assert [one.method for one in seen] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL", "REQUEST", "CANCEL"]
    assert [one.only.sequence for one in seen] == [0, 1, 2, 3, 4, 6], "the event and the place were both cancelled"
    assert [one.only.fields.get("LOCATION") for one in seen][:3] == [None, "Berlin", "Paris"]
    assert len({one.only.uid for one in seen}) == 1
    assert shown_sequence(world, event) == 3


def shown_sequence(world: World, event: dict[str, Any]) -> int:
    return read(world.get(f"/events/{event['id']}/calendar.ics").text).only.sequence


def test_a_cancelled_event_is_taken_out_of_every_calendar(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    builders.enrolled(world, event, ada)
    world.work()
    builders.cancelled(world, event, olga)

    put, taken = (calendar_of(mail) for mail in mails(world, ada.email))

    assert (put.method, taken.method) == ("REQUEST", "CANCEL")
    assert taken.only.uid == put.only.uid
    assert taken.only.sequence > put.only.sequence
    assert taken.only.status == "CANCELLED"


def test_who_never_had_a_place_has_nothing_in_the_calendar(
    world: World, event: dict[str, Any], olga: Person, ada: Person
) -> None:
    builders.enrolled(world, event, a_person(world))
    row = world.post(f"/events/{event['id']}/enrollments", {"waitlist": True}, ada.token).json
    world.work()
    left(world, row, ada)
    held = world.post(f"/events/{world.an_event(olga.token)['id']}/enrollments", {"confirm": False}, ada.token)
    assert held.json["status"] == "pending"

    told = mails(world, ada.email)

    assert len(told) == 3
    assert [mail.attachments for mail in told] == [(), (), ()]


def test_a_promotion_puts_it_in(world: World, event: dict[str, Any], ada: Person) -> None:
    first = a_person(world)
    row = builders.enrolled(world, event, first)
    assert world.post(f"/events/{event['id']}/enrollments", {"waitlist": True}, ada.token).status == 201
    world.work()
    left(world, row, first)

    assert calendar_of(mails(world, ada.email)[-1]).method == "REQUEST"
    assert calendar_of(mails(world, first.email)[-1]).method == "CANCEL"


def test_who_reads_for_others_keeps_their_own_entry_when_one_of_them_leaves(
    world: World, olga: Person, ada: Person
) -> None:
    event = world.an_event(olga.token, capacity=5)
    child = world.post("/attendees", {"first_name": "Grace"}, ada.token).json["id"]
    builders.enrolled(world, event, ada)
    row = world.post(f"/events/{event['id']}/enrollments", {"attendee_id": child}, ada.token).json
    world.work()
    left(world, row, ada)

    own, put, taken = (calendar_of(mail) for mail in mails(world, ada.email))

    assert own.only.uid == f"{event['id']}@api.test"
    assert put.only.uid == taken.only.uid == f"{event['id']}-{child}@api.test"
    assert (put.method, taken.method) == ("REQUEST", "CANCEL")
    assert put.only.title == "Python Workshop (Grace)"


def test_the_link_of_a_guest_who_has_a_place_brings_it_along(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2, timezone="Europe/Berlin")  # half of it may be held for guests
    url = f"/events/{event['id']}/enrollments"
    body = {"name": "Gil", "email": "gil@example.org"}
    assert world.post(url, body).status == 202
    [asked] = mails(world, "gil@example.org")
    assert asked.attachments == (), "the address is not proven yet"

    person = world.container.store.people.by_email("gil@example.org")
    assert person
    key = EnrollmentKey.of(event["id"], 1, person.id)
    confirmed = world.post(f"/g/{link_of(world, {'id': key.id})}", {"action": "confirm"}, Accept="application/json")
    assert confirmed.json["status"] == "confirmed"
    assert calendar_of(mails(world, "gil@example.org")[-1]).method == "REQUEST"

    assert world.post(url, body).status == 202
    again = mails(world, "gil@example.org")[-1]
    assert calendar_of(again).only.sequence == 1, "the hold was confirmed once"
    assert "Gil" not in again.attachments[0].text


def test_the_mail_on_the_wire_has_the_invitation_that_calendars_act_upon(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    builders.enrolled(world, event, ada)
    [mail] = mails(world, ada.email)

    mime = message_from_bytes(to_mime(mail, "Turnout <no-reply@turnout.example>"), policy=policy.default)
    [part] = [one for one in mime.walk() if one.get_content_type() == "text/calendar"]

    assert part["Content-Type"].params["method"] == "REQUEST"
    assert part.get_content().replace("\r\n", "\n") == mail.attachments[0].text.replace("\r\n", "\n")


# The rules by themselves


def row_with(*statuses: EnrollmentStatus) -> Any:
    """An enrollment that went through these states; one that is live after a dead one was enrolled again."""
    key = EnrollmentKey("0" * 26, 0, "1" * 26)
    row = None
    for status in statuses:
        step = Transition(START, status, "somebody", Cause.ENROLLED, "request")
        row = enrolled(key, "attempt", step, before=row) if row is None or not row.is_live else row.moved(step)
    return row


C, W, P, X, E = (
    EnrollmentStatus.CONFIRMED,
    EnrollmentStatus.WAITLISTED,
    EnrollmentStatus.PENDING,
    EnrollmentStatus.CANCELLED,
    EnrollmentStatus.EXPIRED,
)


@pytest.mark.parametrize(
    ("statuses", "had_a_place"),
    [
        ((C, X), True),
        ((W, C, X), True),
        ((P, C, C, C, C, C, C, C, X), True),
        ((W, X), False),
        ((P, E), False),
        ((P, X), False),
        ((C, X, W, X), False),
        ((C, X, P, E), False),
        ((C, X, W, C, X), True),
    ],
)
def test_only_who_had_a_confirmed_place_loses_an_entry(
    statuses: tuple[EnrollmentStatus, ...],
    had_a_place: bool,  # noqa: FBT001 - a parameter of pytest
) -> None:
    row = row_with(*statuses)

    assert was_confirmed(row) is had_a_place
    assert method_of(MAIL_KINDS[OutboxKind.ENROLLMENT_CANCELLED].calendar, row) == ("CANCEL" if had_a_place else None)
    assert method_of(MAIL_KINDS[OutboxKind.EVENT_CANCELLED].calendar, row) == ("CANCEL" if had_a_place else None)
    assert method_of(MAIL_KINDS[OutboxKind.ENROLLMENT_CONFIRMED].calendar, row) is None


@pytest.mark.parametrize(
    "kind", [OutboxKind.ENROLLMENT_CONFIRMED, OutboxKind.ENROLLMENT_PROMOTED, OutboxKind.EVENT_CHANGED]
)
def test_only_a_confirmed_place_is_put_in(kind: OutboxKind) -> None:
    assert method_of(MAIL_KINDS[kind].calendar, row_with(C)) == "REQUEST"
    assert method_of(MAIL_KINDS[kind].calendar, row_with(W)) is None
    assert method_of(MAIL_KINDS[kind].calendar, None) is None


@pytest.mark.parametrize("kind", [OutboxKind.REMINDER, OutboxKind.FOLLOW_UP, OutboxKind.ORGANIZER_MESSAGE])
def test_other_mails_leave_calendars_alone(kind: OutboxKind) -> None:
    assert method_of(MAIL_KINDS[kind].calendar, row_with(C)) is None
    assert method_of(MAIL_KINDS[kind].calendar, row_with(C, X)) is None


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("is_whole", [False, True])
def test_the_bytes_that_were_sent_are_read_alike_by_five_programs(
    world: World, language: str, *, is_whole: bool
) -> None:
    """Two read the mail, three the calendar in it."""
    host = a_person(world, first_name='Zoë "the ^', last_name="host; of, all")
    ada = a_person(world, "ada@bücher.example", first_name='Ada "^n"', last_name="Byron", locale=language)
    event = world.an_event(
        host.token,
        title='Grüße, "alle" ^ =?utf-8?q?=0A?=',
        timezone="America/New_York",
        starts_at="2026-10-30T18:00:00",
        ends_at="2026-11-02T12:00:00",
        all_day=is_whole,
        location="Bücherstraße 1; Köln",
        price="12.50",
    )
    row = builders.enrolled(world, event, ada)
    world.work()
    assert world.patch(f"/events/{event['id']}", {"location": "القاهرة"}, host.token).status == 200
    world.clock.advance(timedelta(minutes=6))
    world.tick()
    world.work()
    left(world, row, ada)

    seen = []
    for mail in mails(world, ada.email):
        letter = read_mail(to_mime(mail, "Turnout <no-reply@turnout.example>"))
        assert (letter.subject, letter.text) == (mail.subject, mail.text)
        assert event["title"] in letter.text
        entry = read(letter.calendar).only
        assert entry.title == event["title"]
        assert entry.names == {"ORGANIZER": 'Zoë "the ^ host; of, all', "ATTENDEE": 'Ada "^n" Byron'}
        assert entry.local == (("2026-10-30", "2026-11-03") if is_whole else ("2026-10-30 18:00", "2026-11-02 12:00"))
        seen.append((read(letter.calendar).method, entry.sequence, entry.fields["LOCATION"]))

    assert seen == [
        ("REQUEST", 0, "Bücherstraße 1; Köln"),
        ("REQUEST", 1, "القاهرة"),
        ("CANCEL", 2, "القاهرة"),
    ]
