"""What people read about their place: held, waiting, offered, given, lost; each with its link, word for word."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.enrollments.enrollment import Cause, EnrollmentKey
from chalicelib.domain.notifications.email_preferences import Category
from chalicelib.domain.outbox.entry import OutboxKind, OutboxState, new_entry
from chalicelib.services.notifications.ports import RenderedEmail
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.outbox.outbox import put_entry
from tests.support.builders import Person, a_person, enrolled
from tests.support.handles import key_named
from tests.support.mails.letters import Page
from tests.support.world import World

EVENT = "Python Workshop\nWednesday, 1 July 2026, 09:00 (UTC)\nOrganizer: Olga Organizer\n"


@pytest.fixture
def ada(world: World) -> Person:
    return a_person(world, "ada@example.org", first_name="Ada", last_name="")


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=1)


def asked(world: World, event: dict[str, Any], person: Person, **options: Any) -> dict[str, Any]:
    answer = world.post(f"/events/{event['id']}/enrollments", options, person.token)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def key_of(row: dict[str, Any]) -> EnrollmentKey:
    key = key_named(row["id"])
    assert key is not None
    return key


def url(world: World, row: dict[str, Any]) -> str:
    return world.container.security.links.url(key_of(row))


def not_me(world: World, address: str = "ada@example.org") -> str:
    """How a mail ends that somebody else caused."""
    link = world.container.notifications.unsubscribe_links.url(Category.BY_OTHERS, address)
    said = "Was this not you, or did you not want it? Stop all e-mails to this address that other people trigger"
    return f"{said}:\n{link}\n"


def last(world: World, address: str = "ada@example.org") -> RenderedEmail:
    world.work()
    mail = world.mailer.to(address)[-1]
    told = " ".join(Page(mail.html).words)
    for line in mail.text.splitlines():
        plain = line.rstrip(":") if not line.startswith("http") else ""
        assert plain.rstrip(".") in told, "the HTML says the same"
    return mail


def test_a_hold(world: World, event: dict[str, Any], ada: Person) -> None:
    row = asked(world, event, ada, confirm=False)

    mail = last(world)

    assert mail.subject == "Confirm your place: Python Workshop"
    assert mail.text == (
        "Hello Ada,\n\nA seat is kept for you.\n\nConfirm your place by Monday, 1 June 2026, 09:15 (UTC).\n\n"
        f"{EVENT}\n"
        "Confirm by then that you want to come, or say that you do not; "
        "after that the seat goes to somebody else:\n"
        f"{url(world, row)}\n\nTurnout\n"
    )
    assert Page(mail.html).links == [url(world, row)]


@pytest.mark.parametrize(
    ("mode", "promise"),
    [
        ("auto", "When it is your turn, the seat is yours at once, and we will let you know by e-mail."),
        ("offer", "When it is your turn, we will offer you a seat by e-mail, which you then have to accept in time."),
    ],
)
def test_a_place_in_the_waitlist(world: World, olga: Person, ada: Person, mode: str, promise: str) -> None:
    event = world.an_event(olga.token, capacity=1, waitlist_mode=mode)
    enrolled(world, event, a_person(world))
    row = asked(world, event, ada, waitlist=True)

    mail = last(world)

    assert mail.subject == "Waitlist: Python Workshop"
    assert mail.text == (
        f"Hello Ada,\n\nYou are on the waitlist.\n{promise}\n\n{EVENT}\n"
        f"See where you stand, or leave the waitlist:\n{url(world, row)}\n\nTurnout\n"
    )


def test_an_offer(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=1, waitlist_mode="offer", timezone="Europe/Berlin")
    first = enrolled(world, event, a_person(world))
    row = asked(world, event, ada, waitlist=True)
    world.delete(f"/enrollments/{first['id']}", olga.token)

    mail = last(world)

    assert mail.subject == "A seat for you: Python Workshop"
    assert mail.text.startswith(
        "Hello Ada,\n\nA seat has become free, and it is kept for you.\n\n"
        "Accept the seat by Monday, 1 June 2026, 23:00 (Berlin time).\n\n"
    )
    assert mail.text.endswith(
        "\nAccept it by then, or decline it; after that it is offered to the next in line:\n"
        f"{url(world, row)}\n\nTurnout\n"
    )


def test_a_promotion(world: World, event: dict[str, Any], olga: Person, ada: Person) -> None:
    first = enrolled(world, event, a_person(world))
    row = asked(world, event, ada, waitlist=True)
    world.delete(f"/enrollments/{first['id']}", olga.token)

    mail = last(world)

    assert mail.subject == "You have a place: Python Workshop"
    assert mail.text == (
        f"Hello Ada,\n\nA seat became free, and it is yours: your place is confirmed.\n\n{EVENT}\n"
        "If you cannot come, please cancel your enrollment so that the next in line can have the seat:\n"
        f"{url(world, row)}\n"
        f"Your ticket, to print or to show at the entrance:\n{url(world, row)}/ticket\n\n"
        "Declining the invitation in your calendar does not cancel your enrollment: use the link.\n\nTurnout\n"
    )


def test_a_party(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=6, party_max=4)
    asked(world, event, ada, party_size=3)

    assert f"{EVENT}For 3 people\n\nIf you cannot come" in last(world).text


def test_leaving_the_waitlist(world: World, event: dict[str, Any], ada: Person) -> None:
    enrolled(world, event, a_person(world))
    row = asked(world, event, ada, waitlist=True)
    world.delete(f"/enrollments/{row['id']}", ada.token)

    mail = last(world)

    assert mail.subject == "Cancelled: your enrollment for Python Workshop"
    assert mail.text == f"Hello Ada,\n\nYou have left the waitlist.\n\n{EVENT}\nTurnout\n"


def test_a_hold_that_ran_out(world: World, event: dict[str, Any], ada: Person) -> None:
    row = asked(world, event, ada, confirm=False)
    world.clock.advance(timedelta(minutes=16))
    assert world.container.seats.settlement.expire(key_of(row))

    mail = last(world)

    assert mail.subject == "Time is up: your enrollment for Python Workshop"
    assert mail.text == (
        "Hello Ada,\n\nThe time to confirm has run out, and the seat that was kept for you is free again.\n\n"
        f"{EVENT}\nSee here whether there is still a seat, or a place on the waitlist:\n"
        f"{url(world, row)}\n\nTurnout\n"
    )


REASONS = [
    (Cause.BY_KEEPER, "The person who enrolled you has cancelled your enrollment."),
    (
        Cause.OFFER_EXPIRED,
        "The time to accept the seat that was offered to you has run out, and it goes to the next in line.",
    ),
    (Cause.DECLINED, "You have declined the seat that was offered to you, and it goes to the next in line."),
    (Cause.HANDED_ON, "Your place was passed on to somebody else, and your enrollment is over."),
    (Cause.NO_SHOW, "You were not checked in in time, and your seat was given to somebody else."),
    (Cause.BY_ATTENDEE, "Your enrollment is cancelled and your seat is free again."),
]


def send(world: World, kind: OutboxKind, row: dict[str, Any], person_id: str, **about: str) -> OutboxState | None:
    """Deliver an intent that was not written by a transition here."""
    entry_id = world.container.new_id(world.clock())
    intent = new_entry(kind, person_id, {"enrollment": key_of(row).id, **about}, now=world.clock(), entry_id=entry_id)
    transaction = Transaction(world.container.store.dynamo)
    put_entry(transaction, "due", intent)
    transaction.commit()
    world.queue.waiting.clear()
    return world.container.notifications.deliver(intent.key)


@pytest.mark.parametrize(("cause", "sentence"), REASONS)
def test_a_cancellation_says_why(world: World, event: dict[str, Any], ada: Person, cause: Cause, sentence: str) -> None:
    row = enrolled(world, event, ada)
    world.delete(f"/enrollments/{row['id']}", ada.token)

    state = send(world, OutboxKind.ENROLLMENT_CANCELLED, row, ada.id, generation="1", cause=cause.value)

    assert state is OutboxState.DONE
    assert last(world).text.startswith(f"Hello Ada,\n\n{sentence}\n\n{EVENT}")


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        (Cause.TAKEN_OVER, "A place was passed on to you, and it is confirmed."),
        (Cause.HOLD_CONFIRMED, "Your place is confirmed."),
    ],
)
def test_a_confirmation_says_where_it_comes_from(
    world: World, event: dict[str, Any], ada: Person, cause: Cause, sentence: str
) -> None:
    row = enrolled(world, event, ada)

    send(world, OutboxKind.ENROLLMENT_CONFIRMED, row, ada.id, generation="1", cause=cause.value)

    assert f"\n\n{sentence}\n\n" in last(world).text


def test_a_promotion_by_the_organizer(world: World, event: dict[str, Any], ada: Person) -> None:
    row = enrolled(world, event, ada)

    send(world, OutboxKind.ENROLLMENT_PROMOTED, row, ada.id, generation="1", cause=Cause.CHOSEN.value)

    assert "The organizer has given you a seat: your place is confirmed." in last(world).text


# Guests


def test_a_guest_is_asked_to_confirm(world: World, event: dict[str, Any], ada: Person) -> None:
    row = asked(world, event, ada, confirm=False)

    send(world, OutboxKind.GUEST_LINK, row, ada.id)

    mail = last(world)
    assert mail.subject == "Confirm your place: Python Workshop"
    assert mail.text == (
        "Hello Ada,\n\nSomebody, presumably you, asked for a place at this event with this e-mail address. "
        "A seat is kept for you.\n\nConfirm your place by Monday, 1 June 2026, 09:15 (UTC).\n\n"
        f"{EVENT}\nConfirm my place:\n{url(world, row)}\n\nTurnout\n\n{not_me(world)}"
    )


def test_a_guest_without_a_seat_gets_the_link_too(world: World, event: dict[str, Any], ada: Person) -> None:
    key = EnrollmentKey.of(event["id"], 1, ada.id)

    assert send(world, OutboxKind.GUEST_LINK, {"id": key.id}, ada.id) is OutboxState.DONE

    mail = last(world)
    assert mail.subject == "Your enrollment: Python Workshop"
    assert "No seat is kept for you yet.\n" in mail.text
    assert mail.text.endswith(
        f"If a seat is free, you can take it here; otherwise there is the waitlist:\n{url(world, {'id': key.id})}"
        f"\n\nTurnout\n\n{not_me(world)}"
    )


def test_a_guest_who_is_in_already_is_told_so(world: World, event: dict[str, Any], ada: Person) -> None:
    row = enrolled(world, event, ada)

    send(world, OutboxKind.GUEST_LINK, row, ada.id)

    assert "You asked for this event again: you are enrolled already.\n" in last(world).text


def test_a_guests_hold_that_is_over_is_no_seat(world: World, event: dict[str, Any], ada: Person) -> None:
    row = asked(world, event, ada, confirm=False)
    world.clock.advance(timedelta(minutes=15))

    send(world, OutboxKind.GUEST_LINK, row, ada.id)

    assert "No seat is kept for you yet.\n" in last(world).text


# For others


def kept(world: World, keeper: Person, **fields: Any) -> str:
    answer = world.post("/attendees", {"first_name": "Kim", "last_name": "Kid", **fields}, keeper.token)
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def test_who_is_enrolled_by_somebody_is_told_by_whom(world: World, event: dict[str, Any], ada: Person) -> None:
    kim = kept(world, ada, email="kim@example.org")
    row = asked(world, event, ada, attendee_id=kim)

    mail = last(world, "kim@example.org")

    assert mail.text.startswith("Hello Kim Kid,\n\nAda has enrolled you, and your place is confirmed.\n\n")
    assert url(world, row) in mail.text
    assert world.mailer.to(ada.email) == []


def test_mail_for_somebody_without_an_address_goes_to_who_enrolled_them(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    row = asked(world, event, ada, attendee_id=kept(world, ada))

    mail = last(world)

    assert mail.text.startswith(
        "Hello Ada,\n\nThis e-mail is for Kim Kid, who has no e-mail address of their own: please pass it on.\n\n"
        "Your place is confirmed.\n\n"
    )
    assert url(world, row) in mail.text


@pytest.mark.parametrize("name", ["enrollment_waitlisted", "enrollment_pending"])
def test_the_same_of_the_other_kinds(world: World, event: dict[str, Any], ada: Person, name: str) -> None:
    options: dict[str, Any] = {"confirm": False} if name == "enrollment_pending" else {"waitlist": True}
    if "waitlist" in options:
        enrolled(world, event, a_person(world))
    asked(world, event, ada, attendee_id=kept(world, ada, email="kim@example.org"), **options)

    said = {"enrollment_pending": "Ada keeps a seat for you.", "enrollment_waitlisted": "Ada has put you on the"}
    assert said[name] in last(world, "kim@example.org").text
