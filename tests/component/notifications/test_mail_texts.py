"""What people read: each kind of mail, word for word, as text and as HTML."""

from typing import Any

import pytest

from chalicelib.services.notifications.ports import RenderedEmail
from chalicelib.settings import Settings
from tests.support.builders import Person, a_person, cancelled, due_rows, enrolled
from tests.support.handles import key_named
from tests.support.mails.letters import Page
from tests.support.world import PASSWORD, SETTINGS, World

RICH = {
    "title": "Grüße & <b>Tags</b>",
    "timezone": "Europe/Berlin",
    "starts_at": "2026-07-01T11:00:00",
    "ends_at": "2026-07-01T17:00:00",
    "location": "Alter Markt 1, Köln",
    "url": "https://example.org/?a=1&b=2",
    "online": True,
}
RICH_TEXT = """\
Grüße & <b>Tags</b>
Wednesday, 1 July 2026, 11:00 to 17:00 (Berlin time)
Online
Alter Markt 1, Köln
https://example.org/?a=1&b=2
Organizer: Olga Organizer
"""
CALENDAR = "Declining the invitation in your calendar does not cancel your enrollment: use the link."
PLAIN_TEXT = """\
Python Workshop
Wednesday, 1 July 2026, 09:00 (UTC)
Organizer: Olga Organizer
"""


@pytest.fixture
def ada(world: World) -> Person:
    return a_person(world, "ada@example.org", first_name="Ada", last_name="")


def link(world: World, row: dict[str, Any]) -> str:
    key = key_named(row["id"])
    assert key
    return world.container.security.links.url(key)


def last(world: World, person: Person) -> RenderedEmail:
    world.work()
    return world.mailer.to(person.email)[-1]


def test_a_confirmation(world: World, olga: Person, ada: Person) -> None:
    row = enrolled(world, world.an_event(olga.token, **RICH), ada)

    mail = last(world, ada)

    assert mail.subject == "Confirmed: Grüße & <b>Tags</b>"
    assert mail.text == (
        f"Hello Ada,\n\nYour place is confirmed.\n\n{RICH_TEXT}\n"
        "If you cannot come, please cancel your enrollment so that somebody else can have the seat:\n"
        f"{link(world, row)}\nYour ticket, to print or to show at the entrance:\n"
        f"{link(world, row)}/ticket\n\n{CALENDAR}\n\nTurnout\n"
    )


def test_a_cancellation_of_ones_own(world: World, olga: Person, ada: Person) -> None:
    row = enrolled(world, world.an_event(olga.token), ada)
    world.delete(f"/enrollments/{row['id']}", ada.token)

    mail = last(world, ada)

    assert mail.subject == "Cancelled: your enrollment for Python Workshop"
    assert mail.text == (
        f"Hello Ada,\n\nYour enrollment is cancelled and your seat is free again.\n\n{PLAIN_TEXT}\nTurnout\n"
    )


@pytest.mark.parametrize("note", ["The room is <too> small.", None])
def test_a_cancellation_by_the_organizer(world: World, olga: Person, ada: Person, note: str | None) -> None:
    row = enrolled(world, world.an_event(olga.token), ada)
    world.post(f"/enrollments/{row['id']}/cancel", {"note": note}, olga.token)

    mail = last(world, ada)

    written = f"The organizer writes: {note}\n\n" if note else ""
    assert mail.text == (
        f"Hello Ada,\n\nThe organizer has cancelled your enrollment.\n\n{written}{PLAIN_TEXT}\nTurnout\n"
    )


def test_a_cancelled_event(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token)
    enrolled(world, event, ada)
    cancelled(world, event, olga)

    mail = last(world, ada)

    assert mail.subject == "Cancelled: Python Workshop will not take place"
    assert mail.text == (
        "Hello Ada,\n\nWe are sorry: this event will not take place, and your enrollment is cancelled.\n\n"
        f"{PLAIN_TEXT}\nTurnout\n"
    )


def test_a_code(world: World) -> None:
    ada = a_person(world, "ada@example.org", first_name="", email_verified=False)
    world.post("/auth/resend-otp", {"email": ada.email})

    mail = last(world, ada)

    code = mail.subject[:6]
    assert code.isdecimal()
    assert mail.subject == f"{code} is your Turnout code"
    assert mail.text == (
        f"Hello,\n\nYour code to confirm this e-mail address is\n\n    {code}\n\n"
        "It is valid for 5 minutes and three attempts.\n"
        "If you did not ask for it, ignore this e-mail: nothing happens without the code.\n\nTurnout\n"
    )
    assert code in Page(mail.html).words


def test_a_known_address_at_sign_up() -> None:
    with World(Settings(key_ring=SETTINGS.key_ring, sign_up_profile="strict", log_level="ERROR")) as world:
        ada = a_person(world, "ada@example.org", first_name="Ada")
        world.post("/auth/signup", {"email": ada.email, "password": PASSWORD})

        mail = last(world, ada)

    assert mail.subject == "You already have a Turnout account"
    assert mail.text == (
        "Hello Ada,\n\nSomebody, perhaps you, tried to use this e-mail address for an account. It already has "
        "one, so nothing was changed: sign in with your password instead.\n"
        "If it was not you, ignore this e-mail.\n\nTurnout\n"
    )


def test_html_shows_what_the_text_says_and_escapes_what_people_wrote(world: World, olga: Person, ada: Person) -> None:
    row = enrolled(world, world.an_event(olga.token, **RICH), ada)

    page = Page(last(world, ada).html)

    assert page.words == [
        "Turnout",
        "Hello Ada,",
        "Your place is confirmed.",
        "Grüße & <b>Tags</b>",
        "Wednesday, 1 July 2026, 11:00 to 17:00 (Berlin time)",
        "Online",
        "Alter Markt 1, Köln",
        "https://example.org/?a=1&b=2",
        "Organizer: Olga Organizer",
        "If you cannot come, please cancel your enrollment so that somebody else can have the seat.",
        "See or cancel your enrollment",
        "Your ticket, to print or to show at the entrance",
        CALENDAR,
        "You are receiving this e-mail because of an enrollment with Turnout.",
    ]
    assert page.links == ["https://example.org/?a=1&b=2", link(world, row), f"{link(world, row)}/ticket"]
    assert not {"b", "script", "img", "link"} & set(page.tags), "nothing is loaded from elsewhere"


def test_markup_in_names_and_notes_stays_text(world: World, olga: Person) -> None:
    eve = a_person(world, first_name="<script>alert(1)</script>", last_name="")
    row = enrolled(world, world.an_event(olga.token, title='"><img src=x>'), eve)
    world.post(f"/enrollments/{row['id']}/cancel", {"note": "<a href='https://evil.example'>x</a>"}, olga.token)

    page = Page(last(world, eve).html)

    assert not {"script", "img", "a"} & set(page.tags)
    assert "Hello <script>alert(1)</script>," in page.words


MOMENTS = [
    ({}, "Wednesday, 1 July 2026, 09:00 (UTC)"),
    ({"ends_at": "2026-07-01T10:00:00Z"}, "Wednesday, 1 July 2026, 09:00 to 10:00 (UTC)"),
    ({"timezone": "Asia/Tokyo"}, "Wednesday, 1 July 2026, 18:00 (Tokyo time)"),
    ({"timezone": "America/Los_Angeles"}, "Wednesday, 1 July 2026, 02:00 (Los Angeles time)"),
    ({"timezone": "Europe/Berlin", "all_day": True}, "Wednesday, 1 July 2026"),
    (
        {"timezone": "Europe/Berlin", "all_day": True, "ends_at": "2026-07-03T17:00:00"},
        "Wednesday, 1 July 2026 to Friday, 3 July 2026",
    ),
    (
        {"timezone": "Europe/Berlin", "starts_at": "2026-10-25T00:45:00Z", "ends_at": "2026-10-25T01:15:00Z"},
        "Sunday, 25 October 2026, 02:45 (UTC+2) to 02:15 (UTC+1) (Berlin time)",
    ),
    ({"price": "1250", "currency": "EUR"}, "Price: EUR 1,250.00"),
    (
        {"timezone": "Europe/Berlin", "starts_at": "2026-10-23T18:00:00", "ends_at": "2026-10-25T18:00:00"},
        "Friday, 23 October 2026, 18:00 to Sunday, 25 October 2026, 18:00 (Berlin time)",
    ),
    (
        {"timezone": "Asia/Tokyo", "starts_at": "2026-07-01T14:30:00Z", "ends_at": "2026-07-01T15:30:00Z"},
        "Wednesday, 1 July 2026, 23:30 to Thursday, 2 July 2026, 00:30 (Tokyo time)",
    ),
]


@pytest.mark.parametrize(("fields", "line"), MOMENTS, ids=[line for _, line in MOMENTS])
def test_times_are_those_of_the_place(
    world: World, olga: Person, ada: Person, fields: dict[str, Any], line: str
) -> None:
    enrolled(world, world.an_event(olga.token, **fields), ada)

    mail = last(world, ada)

    assert line in mail.text.splitlines()
    assert line in Page(mail.html).words


def test_every_mail_is_marked_as_automatic_and_names_its_intent(world: World, olga: Person, ada: Person) -> None:
    enrolled(world, world.an_event(olga.token), ada)

    mail = last(world, ada)

    [row] = due_rows(world, "enrollment_confirmed")
    assert dict(mail.headers) == {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Turnout-Intent": row["sk"].split("#")[1],
        "Content-Language": "en",
    }


def test_the_product_may_have_another_name() -> None:
    with World(Settings(key_ring=SETTINGS.key_ring, product_name="Meetings", log_level="ERROR")) as world:
        ada = a_person(world, email_verified=False)
        world.post("/auth/resend-otp", {"email": ada.email})

        mail = last(world, ada)

    assert mail.subject.endswith(" is your Meetings code")
    assert mail.text.endswith("\n\nMeetings\n")
    assert "Turnout" not in mail.html


def test_mail_is_in_the_language_of_its_reader_whoever_caused_it(world: World, olga: Person) -> None:
    resi = a_person(world, first_name="Resi", last_name="", locale="de-AT")
    row = enrolled(world, world.an_event(olga.token, **RICH), resi)

    mail = last(world, resi)

    assert mail.subject == "Bestätigt: Grüße & <b>Tags</b>"
    assert mail.text == (
        "Guten Tag Resi,\n\nIhr Platz ist bestätigt.\n\n"
        "Grüße & <b>Tags</b>\nMittwoch, 1. Juli 2026, 11:00 bis 17:00 Uhr (Ortszeit Berlin)\nOnline\n"
        "Alter Markt 1, Köln\nhttps://example.org/?a=1&b=2\nVeranstaltet von: Olga Organizer\n\n"
        "Wenn Sie nicht kommen können, stornieren Sie bitte Ihre Anmeldung, damit jemand anderes den Platz bekommt:\n"
        f"{link(world, row)}\nIhr Ticket, zum Drucken oder zum Vorzeigen am Eingang:\n{link(world, row)}/ticket\n\n"
        "Wenn Sie in Ihrem Kalender absagen, ist Ihre Anmeldung noch nicht storniert: "
        "Bitte benutzen Sie dafür den Link.\n\nTurnout\n"
    )
    assert mail.headers["Content-Language"] == "de"


def test_a_code_is_told_in_the_language_of_the_account(world: World) -> None:
    resi = a_person(world, email_verified=False, locale="de")
    world.post("/auth/resend-otp", {"email": resi.email})

    assert last(world, resi).subject.endswith(" ist Ihr Code für Turnout")


def test_a_known_address_is_told_in_the_language_of_the_account_and_not_of_who_tries_it() -> None:
    with World(Settings(key_ring=SETTINGS.key_ring, sign_up_profile="strict", log_level="ERROR")) as world:
        resi = a_person(world, locale="de-CH")
        world.post("/auth/signup", {"email": resi.email, "password": PASSWORD, "locale": "en"})

        assert last(world, resi).subject == "Sie haben bereits ein Konto bei Turnout"
