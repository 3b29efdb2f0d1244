"""The organiser's console: every screen, with an evening in it that has something to show."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.browser.scenes import Scene
from tests.support.builders import Person, a_person, enrolled, signed_in
from tests.support.web.site import DESCRIPTION
from tests.support.world import World

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAMES = ("Ada Byron", "Grace Hopper", "Kim Tran", "Noor Haddad", "Tomás Ortega", "Wangari Otieno")
TABLE = """Vorname;Nachname;E-Mail;Plätze;Tisch
Anna;Beispiel;anna@example.org;2;4
Bert;Muster;bert@example;1;7
Cem;Yilmaz;cem@example.org;12;1
Dora;Probst;dora@example.org;;3
"""


def at_the_console(world: World) -> list[Scene]:
    """From the way in to the account; the third scene logs in, and those behind it are hers."""
    olga = a_person(world, first_name="Olga", last_name="Organizer")
    event, waiting = an_evening(world, olga)
    olga = signed_in(world, olga.account)
    one = f"/app/#/events/{event['id']}"

    def meets_another(page: "Page") -> None:
        page.keyboard.press("Escape")
        page.locator("[name=title]").fill("Short films in the hall")
        assert (
            world.patch(
                f"/events/{event['id']}", {"title": "Short films in the yard, with soup", "notify": False}, olga.token
            ).status
            == 200
        )
        page.locator(".sticky button").first.click()
        page.locator(".versions").first.wait_for()

    return [
        Scene("console-login", "/app/#/"),
        Scene("console-sign-up", "/app/#/sign-up"),
        Scene("console-events", "/app/#/forgotten", lambda page: log_in(page, olga)),
        Scene("console-event", one, lambda page: page.locator(".figures").wait_for()),
        Scene("console-new", "/app/#/events/new"),
        Scene("console-edit", f"{one}/edit", lambda page: page.locator("[name=title]").wait_for()),
        Scene("console-preview", f"{one}/edit", _look_at_it),
        Scene("console-fewer-seats", f"{one}/edit", _save_with_fewer_seats),
        Scene("console-conflict", f"{one}/edit", meets_another),
        Scene("console-person", f"{one}/people/{waiting}", lambda page: page.locator("dialog .plain").wait_for()),
        Scene("console-people", f"{one}/people", _pick_two),
        Scene("console-answers", f"{one}/people", _write_to_two),
        Scene("console-import", f"{one}/people/import", _read_a_table),
        Scene("console-import-rows", f"{one}/people/import", _look_through_it),
        Scene("console-waitlist", f"{one}/waitlist", lambda page: page.locator(".card").first.wait_for()),
        Scene("console-messages", f"{one}/messages", lambda page: page.locator(".counts").wait_for()),
        Scene("console-activity", f"{one}/activity", lambda page: page.locator(".plots").wait_for()),
        Scene("console-team", f"{one}/team", _make_a_key),
        Scene("console-account", "/app/#/account", lambda page: page.locator(".secret").wait_for()),
    ]


def an_evening(world: World, olga: Person) -> tuple[dict[str, Any], str]:
    """An event that is full, with people in most states and a message; and the enrollment of somebody who waits."""
    world.an_event(olga.token, title="Breakfast of the maintainers", starts_at="2026-08-08T09:00:00+02:00")
    event = world.an_event(
        olga.token, title="Short films in the yard", description=DESCRIPTION, capacity=6, party_max=4,
        waitlist_mode="offer", location="Alter Markt 5, Köln", country="DE", timezone="Europe/Berlin", price="12.50",
    )  # fmt: skip
    rows = []
    for number, name in enumerate(NAMES):
        first, last = name.split()
        world.clock.advance(timedelta(days=1 if number % 3 else 0))
        rows.append(enrolled(world, event, a_person(world, first_name=first, last_name=last)))
    olga = signed_in(world, olga.account)
    url = f"/events/{event['id']}"
    message = {"subject": "Bring a blanket", "body": "The yard is cold at night.", "segment": "confirmed"}
    confirm = world.post(f"{url}/messages", message, olga.token).json["confirm"]
    assert world.post(f"{url}/messages?confirm={confirm}", message, olga.token).status == 202
    world.work()
    assert world.post(f"/enrollments/{rows[0]['id']}/check-in", {}, olga.token).status == 200
    assert world.post(f"/enrollments/{rows[1]['id']}/cancel", {"hand_over": False}, olga.token).status == 200
    waits = {"name": "Zoë Zimmer", "email": "zoe@example.org", "party_size": 4, "waitlist": True}
    waiting = world.post(f"{url}/enrollments", waits, olga.token)
    assert waiting.status == 201
    return event, waiting.json["id"]


def log_in(page: "Page", person: Person) -> None:
    """The rest of this tab is theirs."""
    page.evaluate(f"sessionStorage.refresh = {json.dumps(json.dumps(person.refresh))}")
    page.goto(page.url.partition("#")[0])
    page.reload()
    page.locator(".event-row").first.wait_for()


def _look_at_it(page: "Page") -> None:
    page.locator("[name=description]").fill("## Programme\nShort films from *four* countries.")
    page.locator(".sticky button").nth(1).click()
    page.locator("dialog .description").wait_for()


def _save_with_fewer_seats(page: "Page") -> None:
    page.keyboard.press("Escape")
    page.locator("[name=capacity]").fill("4")
    page.locator("[name=waitlist_mode]").select_option("off")
    page.locator(".sticky button").first.click()
    page.locator("dialog .after").first.wait_for()


def _pick_two(page: "Page") -> None:
    boxes = page.locator(".pick input")
    boxes.nth(1).check()
    boxes.nth(2).check()


def _write_to_two(page: "Page") -> None:
    page.locator(".sticky .act button").click()
    page.locator("dialog .line").first.wait_for()


def give_a_table(page: "Page", table: bytes) -> None:
    page.locator("input[type=file]").set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": table})
    page.locator("select[name=last_name]").wait_for()


def _read_a_table(page: "Page") -> None:
    give_a_table(page, TABLE.encode())


def _look_through_it(page: "Page") -> None:
    page.locator(".card form .buttons button").first.click()
    page.locator("[name=waitlist]").check()
    page.locator(".card .act button").click()
    page.locator(".plain .fault").first.wait_for()


def _make_a_key(page: "Page") -> None:
    page.locator("[name=name]").fill("Door, north entrance")
    page.locator("form:has([name=expires_at]) button").click()
    page.locator(".qr").wait_for()
