"""Pages and mails in the language that a browser asks for: the best liked one that there is."""

import inspect
import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.api.enrollments import link_routes
from chalicelib.api.http.response import pages
from chalicelib.api.openapi.errors import codes
from chalicelib.api.resources import RESOURCES
from chalicelib.domain.notifications.email_preferences import Category
from chalicelib.mail.languages import language
from tests.support.builders import Person, a_person, enrolled
from tests.support.http import Answer
from tests.support.mails.mailed import BROWSER, Shown, link_for, link_of
from tests.support.problems import problem
from tests.support.world import PASSWORD, World

WISHES = [
    ("fr, de;q=0.8, en;q=0.2", "de"),
    ("gsw, de", "de"),
    ("de-AT", "de"),
    ("en-GB,en;q=0.9,de;q=0.8", "en"),
    ("fr", None),
    ("*", None),
    ("de;q=0", "en"),
    ("", None),
    ("junk;;;,", None),
]


def seen(world: World, path: str, wish: str, accept: str = BROWSER) -> Answer:
    return world.get(path, Accept=accept, Accept_Language=wish)


def shown_in(answer: Answer) -> str:
    """The language of a page, which all that declares it agrees upon."""
    Shown(answer)
    declared = re.search(r'<html lang="([^"]+)" dir="ltr">', answer.text)
    assert declared
    assert answer.headers["Content-Language"] == declared[1]
    assert answer.headers["Vary"] == "Accept, Accept-Language"
    return declared[1]


def signed_up(world: World, wish: str, **fields: Any) -> tuple[str, str]:
    """The subject of the mail with the code, and the locale of the account."""
    body = {"email": "ada@example.org", "password": PASSWORD, **fields}
    answer = world.post("/auth/signup", body, Accept_Language=wish)
    assert answer.status == 201, answer.text
    world.work()
    proof = {"email": body["email"], "otp": world.code_for(body["email"]), "password": PASSWORD}
    assert world.post("/auth/verify-email", proof).status == 200
    [account] = [item for item in world.db.snapshot_all("turnout-accounts") if item["sk"]["S"] == "account"]
    return world.mailer.to(body["email"])[-1].subject, account["locale"]["S"]


@pytest.mark.parametrize(("wish", "tag"), WISHES)
def test_a_code_is_in_the_language_of_the_browser_that_signs_up(world: World, wish: str, tag: str | None) -> None:
    subject, _ = signed_up(world, wish)

    assert subject.endswith(" ist Ihr Code für Turnout" if tag == "de" else " is your Turnout code")


@pytest.mark.parametrize(
    ("wish", "fields", "locale"),
    [
        ("de-CH, fr", {}, "de-CH"),
        ("fr-CA, de;q=0.5", {}, "de"),
        ("fr-CA, it;q=0.5", {}, "fr-CA"),
        ("", {}, "en"),
        ("de", {"locale": "en-GB"}, "en-GB"),
        ("de", {"locale": None}, "de"),
    ],
)
def test_the_account_keeps_what_mails_can_be_written_in_or_what_is_liked_best(
    world: World, wish: str, fields: dict[str, Any], locale: str
) -> None:
    assert signed_up(world, wish, **fields)[1] == locale


@pytest.mark.parametrize("of_event", [None, "de-CH", "en", "ja"])
@pytest.mark.parametrize(("wish", "tag"), WISHES)
def test_a_guest_reads_what_the_browser_likes_else_the_language_of_the_event(
    world: World, olga: Person, wish: str, tag: str | None, of_event: str | None
) -> None:
    event = world.an_event(olga.token, capacity=30, language=of_event)
    body = {"name": "Gil", "email": "gil@example.org"}

    assert world.post(f"/events/{event['id']}/enrollments", body, Accept_Language=wish).status == 202
    world.work()

    expected = tag or ("de" if of_event == "de-CH" else "en")
    assert world.mailer.to("gil@example.org")[-1].headers["Content-Language"] == expected


def test_a_stranger_who_is_enrolled_by_the_organizer_reads_the_language_of_each_event(
    world: World, olga: Person
) -> None:
    for tag, subject in (("de", "Bestätigt: Python Workshop"), ("en", "Confirmed: Python Workshop")):
        event = world.an_event(olga.token, language=tag)
        body = {"name": "Uma", "email": "uma@example.org"}
        assert world.post(f"/events/{event['id']}/enrollments", body, olga.token, Accept_Language="fr").status == 201
        world.work()
        assert world.mailer.to("uma@example.org")[-1].subject == subject


def test_who_has_an_account_reads_its_language_whatever_the_event_is_in(world: World, olga: Person) -> None:
    ada = a_person(world, "ada@example.org", locale="en")
    enrolled(world, world.an_event(olga.token, language="de"), ada)
    world.work()

    assert world.mailer.to(ada.email)[-1].headers["Content-Language"] == "en"


@pytest.mark.parametrize("of_event", [None, "de"])
@pytest.mark.parametrize(("wish", "tag"), WISHES)
def test_the_page_of_a_link(
    world: World, olga: Person, ada: Person, wish: str, tag: str | None, of_event: str | None
) -> None:
    row = enrolled(world, world.an_event(olga.token, language=of_event), ada)

    answer = seen(world, f"/g/{link_of(world, row)}", wish)

    assert shown_in(answer) == (tag or of_event or "en")
    assert ("Ihr Platz ist bestätigt." in answer.text) == (shown_in(answer) == "de")


def test_a_page_in_german_has_no_english_word(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(
        olga.token,
        title="Титул",
        capacity=1,
        timezone="Europe/Vienna",
        price="12.50",
        currency="EUR",
        location="Ring",
        online=True,
        url="https://example.org",
    )
    row = world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, ada.token).json
    page = Shown(seen(world, f"/g/{link_of(world, row)}", "de"))

    assert page.words == [
        "Turnout", "Титул",
        "Ihnen wird bis Montag, 1. Juni 2026, 11:15 Uhr (Ortszeit Wien) ein Platz freigehalten. Bestätigen Sie ihn bis dahin.",  # noqa: E501
        "Wann", "Mittwoch, 1. Juli 2026, 11:00 Uhr (Ortszeit Wien)", "Wo", "Online", "Vor Ort", "Ring",
        "Mehr", "https://example.org", "Preis", "12,50 EUR", "Veranstalter", "Olga Organizer", "Für", "Ada Lovelace",
        "Dieser Link ist Ihr Schlüssel zu dieser Anmeldung: Bitte geben Sie ihn nicht weiter.",
    ]  # fmt: skip
    assert page.buttons == ["Platz bestätigen", "Ich komme nicht"]


def test_what_people_wrote_has_its_own_direction_and_the_title_the_language_of_the_event(
    world: World, olga: Person, ada: Person
) -> None:
    event = world.an_event(olga.token, title="مؤتمر", language="ar", location="القاهرة")
    row = enrolled(world, event, ada)
    world.work()

    page = seen(world, f"/g/{link_of(world, row)}", "de").text
    mail = world.mailer.to(ada.email)[-1].html

    assert f'<h1 dir="auto" lang="ar"><a href="/e/{event["id"]}">مؤتمر</a></h1>' in page
    assert "<dd><bdi>القاهرة</bdi></dd>" in page
    assert re.search(r'<div dir="auto" lang="ar"[^>]*>مؤتمر</div>', mail)
    assert '<div dir="auto">القاهرة</div>' in mail
    for text in (page, mail):
        assert '<meta name="color-scheme" content="light dark">' in text


def test_when_enrolling_opens_is_told_as_people_read_it(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, enrollment_opens_at="2026-06-20T10:00:00Z", timezone="Europe/Berlin")
    path = f"/g/{link_for(world, event, ada)}"

    assert "Enrollment opens on Saturday, 20 June 2026, 12:00 (Berlin time)." in seen(world, path, "en").text
    assert (
        "Die Anmeldung beginnt am Samstag, 20. Juni 2026, 12:00 Uhr (Ortszeit Berlin)." in seen(world, path, "de").text
    )


def test_what_a_button_is_refused_is_told_in_the_language_of_the_page(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=1)
    token = link_for(world, event, ada)
    enrolled(world, event, a_person(world))
    form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": BROWSER, "Accept-Language": "gsw, de"}

    answer = world.send("POST", f"/g/{token}", raw="action=confirm", headers=form)

    assert answer.status == 409
    assert shown_in(answer) == "de"
    assert "Alle Plätze sind vergeben." in Shown(answer).words


@pytest.mark.parametrize("path", ["/g/g_junk", "/unsubscribe/junk", "/team-invitations/junk"])
@pytest.mark.parametrize(("wish", "tag"), WISHES)
def test_a_refusal_that_people_see(world: World, path: str, wish: str, tag: str | None) -> None:
    answer = seen(world, path, wish)

    assert answer.status == 404
    assert shown_in(answer) == (tag or "en")
    said = language(tag or "en").texts["refused.not_found.said"]
    assert said in Shown(answer).words
    refused = seen(world, path, wish, "application/json")
    problem(refused, 404, "not_found")
    assert refused.headers["Vary"] == "Accept"


@pytest.mark.parametrize(("wish", "tag"), WISHES)
def test_the_page_of_unsubscribing(world: World, wish: str, tag: str | None) -> None:
    url = world.container.notifications.unsubscribe_links.url(Category.FOLLOW_UPS, "ada@example.org")

    answer = seen(world, urlsplit(url).path, wish)

    assert shown_in(answer) == (tag or "en")
    assert Shown(answer).buttons == ["Abbestellen" if tag == "de" else "Unsubscribe"]


@pytest.mark.parametrize(("wish", "tag"), WISHES)
def test_the_page_of_an_invitation(world: World, olga: Person, wish: str, tag: str | None) -> None:
    event = world.an_event(olga.token, title="Night of the Pythons")
    body = {"email": "door@example.org", "role": "check_in"}
    invited = world.post(f"/events/{event['id']}/team", body, olga.token)
    assert invited.status == 201
    world.work()
    text = world.mailer.to("door@example.org")[-1].text
    url = next(line for line in text.splitlines() if "/team-invitations/" in line)

    answer = seen(world, urlsplit(url).path, wish)

    assert shown_in(answer) == (tag or "en")
    assert Shown(answer).buttons == ["Ablehnen" if tag == "de" else "Decline"]
    assert any("Night of the Pythons" in word for word in Shown(answer).words)


def test_every_text_of_pages_is_said_by_some_page() -> None:
    templates = "\n".join(path.read_text(encoding="utf-8") for path in pages.FOLDER.glob("*.html"))
    asked = set(re.findall(r"page(?:\.\w+)+", templates + inspect.getsource(link_routes)))
    asked |= {f"page.unsubscribe.{name}.{state}" for name in ("title", *Category) for state in ("wanted", "unwanted")}
    asked |= {f"page.team_invitation.title.{state}" for state in ("invited", "declined")}
    for part in ("state", "fact", "button"):
        asked |= {f"page.{part}.{word}" for word in re.findall(r'"(\w+)"', templates)}

    assert {key for key in language("en").texts if key.startswith("page.")} - asked == set()


def test_a_page_has_a_sentence_for_each_refusal_that_it_may_show() -> None:
    every = [endpoint for resource in RESOURCES for endpoint in resource.endpoints]
    endpoints = [endpoint for endpoint in every if endpoint.refusal_page is pages.refusal]
    texts = language("en")
    told = {key.split(".")[1] for key in texts.texts if key.startswith("refused.")}

    assert {pages.refusal_of(code, texts) for endpoint in endpoints for code in codes(endpoint)} == told - {"other"}
    assert pages.refusal_of("capacity_below_taken", texts) == "other", (
        "no page shows it, and if one did it would answer"
    )
