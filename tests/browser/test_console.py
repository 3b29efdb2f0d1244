"""What organisers do in the console from end to end; axe-core finds nothing on its screens, and all fits."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.axe import OF_LOOKS, axe
from tests.browser.console_scenes import at_the_console, give_a_table
from tests.browser.pages import Opener, resized
from tests.browser.scenes import Scene
from tests.browser.test_accessibility import LOOKED_AT, misfits
from tests.browser.variants import NARROW, Variant
from tests.support.builders import Person, a_person, enrolled
from tests.support.world import PASSWORD, World


@pytest.fixture
def olga(world: World) -> Person:
    return a_person(world, first_name="Olga", last_name="Organizer")


def entered(page: Page, address: str, person: Person, screen: str) -> None:
    """A tab in which the person is logged in already."""
    page.add_init_script(f"sessionStorage.refresh ??= {json.dumps(json.dumps(person.refresh))}")
    page.goto(f"{address}/app/#/{screen}")


def write(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        page.locator(f"[name={name}]").fill(text)


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def test_an_organiser_goes_from_sign_up_to_the_door(world: World, address: str, page: Page) -> None:
    page.goto(f"{address}/app/#/sign-up")
    write(page, first_name="Olga", last_name="Organizer", email="olga@example.org", password=PASSWORD)
    press(page, "Create the account")
    expect(page.get_by_role("heading", name="Prove your address")).to_be_visible()
    write(page, otp=world.code_for("olga@example.org"))
    press(page, "Go on")
    page.get_by_role("link", name="New event").first.click()
    write(page, title="Python Workshop", starts_at="2026-07-01T09:00", timezone="Europe/Berlin", capacity="3")
    press(page, "Publish")
    expect(page.get_by_role("link", name="Open the page")).to_be_visible()
    _enrols_exports_and_imports(page)
    _writes(page)
    page.get_by_role("link", name="What happened").click()
    expect(page.get_by_role("listitem").filter(has_text="Grace Hopper")).to_contain_text("Enrolled")
    expect(page.get_by_role("figure").first).to_contain_text("1 enrolments")
    _lends_a_key(page)


def _enrols_exports_and_imports(page: Page) -> None:
    page.get_by_role("link", name="People", exact=True).click()
    press(page, "Enrol somebody")
    write(page, name="Grace Hopper", email="grace@example.org")
    press(page, "Enrol")
    expect(page.get_by_role("listitem").filter(has_text="Grace Hopper")).to_contain_text("Confirmed")
    with page.expect_download() as file:
        press(page, "Export as CSV")
    table = Path(file.value.path()).read_bytes()
    rows = table.decode("utf-8-sig").splitlines()
    assert (file.value.suggested_filename, len(rows)) == ("python-workshop.csv", 2)
    assert "grace@example.org" in rows[1]
    page.get_by_role("link", name="Import a table").click()
    give_a_table(page, table)
    press(page, "Go on")
    press(page, "What would come of it?")
    expect(page.get_by_role("listitem").filter(has_text="Grace Hopper")).to_contain_text("Was enrolled before")


def _writes(page: Page) -> None:
    page.get_by_role("link", name="Messages", exact=True).click()
    write(page, subject="Bring a laptop", body="We have no spare ones.")
    press(page, "A test to me")
    expect(page.get_by_text("The test is on its way to you.")).to_be_visible()
    press(page, "Preview")
    expect(page.get_by_text("This reaches 1 person.")).to_be_visible()
    press(page, "Send it")
    expect(page.get_by_text("Sent to 1 person.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Bring a laptop")).to_contain_text("Everybody with a seat")


def _lends_a_key(page: Page) -> None:
    page.get_by_role("link", name="Team & door").click()
    write(page, name="North entrance")
    press(page, "Make a key")
    opens = page.get_by_role("link", name="Open it here")
    expect(opens).to_have_attribute("href", re.compile("/app/check-in/#key=tk_"))
    code = page.get_by_role("img", name="QR code that opens the check-in")
    expect(code).to_be_visible()
    press(page, "Revoke")
    expect(page.get_by_role("button", name="Revoke")).to_have_count(0)
    expect(code).to_have_count(0)


def test_two_editors_choose_field_by_field(world: World, address: str, page: Page, olga: Person) -> None:
    event = world.an_event(olga.token)
    entered(page, address, olga, f"events/{event['id']}/edit")
    write(page, title="Mine", location="Neumarkt 1")
    path = f"/events/{event['id']}"
    assert world.patch(path, {"title": "Theirs", "capacity": 50}, olga.token).status == 200
    press(page, "Save")
    expect(page.get_by_role("heading", name="Somebody else has changed this event")).to_be_visible()
    page.get_by_role("radio", name="Theirs, saved already Theirs").check()
    press(page, "Save this choice")
    expect(page.get_by_text("Saved.")).to_be_visible()

    now = world.get(path, olga.token).json
    assert (now["title"], now["location"], now["capacity"]) == ("Theirs", "Neumarkt 1", 50)


def test_an_edit_is_seen_before_it_is_saved_and_so_is_whom_it_would_hurt(
    world: World, address: str, page: Page, olga: Person
) -> None:
    event = world.an_event(olga.token, capacity=2)
    path = f"/events/{event['id']}"
    for _ in range(2):
        enrolled(world, event, a_person(world))
    waits = {"name": "Zoë Zimmer", "email": "zoe@example.org", "waitlist": True}
    assert world.post(f"{path}/enrollments", waits, olga.token).status == 201
    entered(page, address, olga, f"events/{event['id']}/edit")
    write(page, description="Bring **a laptop**.", capacity="1")
    page.locator("[name=waitlist_mode]").select_option("off")
    press(page, "Preview")
    expect(page.get_by_role("dialog").locator("strong")).to_have_text("a laptop")
    press(page, "Close")
    press(page, "Save")
    asked = page.get_by_role("dialog", name="What that would do")
    expect(asked).to_contain_text("2 seats are taken.")
    expect(asked).to_contain_text("Zoë Zimmer")
    assert world.get(path).json["capacity"] == 2
    press(page, "Do it")
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert world.get(path).json["capacity"] == 1


def test_a_dead_network_loses_no_form_and_says_so(world: World, address: str, page: Page, olga: Person) -> None:
    event = world.an_event(olga.token)
    entered(page, address, olga, f"events/{event['id']}/edit")
    write(page, title="Written in a tunnel")
    page.context.set_offline(True)
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("What you typed is kept.")
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("[name=title]")).to_have_value("Written in a tunnel")
    press(page, "Save")
    expect(page.get_by_role("heading", name="Written in a tunnel").first).to_be_visible()
    assert world.get(f"/events/{event['id']}", olga.token).json["title"] == "Written in a tunnel"

    write(page, title="Nobody else is to read this")
    assert "Nobody else" in page.evaluate("JSON.stringify(sessionStorage)")
    press(page, "Log out")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("variant", [Variant(width=NARROW)], ids=["telephone"])
def test_an_event_is_made_by_keyboard_alone(world: World, address: str, page: Page, olga: Person) -> None:
    entered(page, address, olga, "events/new")
    page.locator("[name=title]").focus()
    page.keyboard.type("Typed")
    page.locator("[name=starts_at]").fill("2026-07-01T09:00")
    page.get_by_role("button", name="Save as a draft").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Typed")).to_be_focused()


def test_a_table_is_corrected_and_imported_although_the_network_dies(
    world: World, address: str, page: Page, olga: Person
) -> None:
    event = world.an_event(olga.token, capacity=50)
    entered(page, address, olga, f"events/{event['id']}/people/import")
    guests = "".join(f'"Guest {number}";guest{number}@example.org\n' for number in range(29))
    table = f'Name;E-Mail;Tisch\nGrace;nowhere;1\nNobody;nowhere else;2\n"Müller; ""Bo""";bo@example.org\n{guests}'
    give_a_table(page, table.encode("cp1252"))
    press(page, "Go on")
    press(page, "What would come of it?")
    expect(page.get_by_text('Müller; "Bo"')).to_be_visible()
    expect(page.get_by_text("must be an e-mail address").first).to_be_visible()
    page.get_by_label("E-mail address, row 1").fill("grace@example.org")
    page.get_by_role("checkbox", name="leave out").nth(1).check()
    press(page, "What would come of it?")

    sent: list[Route] = []

    def once(route: Route) -> None:
        sent.append(route)
        route.continue_() if len(sent) == 1 else route.abort()

    page.route("**/enrollments/import*", once)
    press(page, "Enrol 31 people")
    expect(page.get_by_role("alert")).to_contain_text("There was no answer.")
    expect(page.get_by_text("25 of 31 are done.")).to_be_visible()
    page.unroute("**/enrollments/import*")
    page.reload()
    press(page, "Enrol 6 people")
    expect(page.get_by_text("31 of 31 are done.")).to_be_visible()
    assert world.get(f"/events/{event['id']}/capacity").json["attendees_count"] == 31


def test_many_are_picked_by_keyboard_and_each_has_an_answer(
    world: World, address: str, page: Page, olga: Person
) -> None:
    event = world.an_event(olga.token)
    for name in ("Ada", "Kim", "Noor"):
        enrolled(world, event, a_person(world, first_name=name, last_name="Byron"))
    entered(page, address, olga, f"events/{event['id']}/people")
    with page.expect_response(lambda answer: "ordering=name" in answer.url):
        page.get_by_label("Order").select_option("by name")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.get_by_role("checkbox", name="Ada Byron").focus()
    for key in ("Space", "ArrowDown", "Space"):
        page.keyboard.press(key)
    press(page, "Cancel their enrolments")
    page.get_by_role("dialog").get_by_role("button", name="Cancel the enrolment", exact=True).click()
    answers = page.get_by_role("dialog", name="What came of it").get_by_role("listitem")
    expect(answers.filter(has_text="Cancelled")).to_have_count(2)
    expect(answers.filter(has_text="Kim Byron")).to_have_count(1)
    assert world.get(f"/events/{event['id']}/capacity").json["attendees_count"] == 1


@pytest.mark.parametrize(("lang", "looks"), LOOKED_AT)
def test_no_screen_keeps_anybody_out(
    world: World, address: str, opened: Opener, lang: str, looks: tuple[Variant, ...]
) -> None:
    page, found = opened(Variant(lang=lang)), {}
    for scene in at_the_console(world):
        shown(scene, page, address)
        for number, look in enumerate(looks):
            resized(page, look)
            found[scene.name, look.name] = [*axe(page, *(OF_LOOKS if number else ())), *misfits(page)]
    assert page.locator("html").get_attribute("lang") == lang
    assert {name: violations for name, violations in found.items() if violations} == {}


def test_german_screens_fit_a_telephone(world: World, address: str, opened: Opener) -> None:
    page, found = opened(Variant(lang="de", width=NARROW)), {}
    for scene in at_the_console(world):
        shown(scene, page, address)
        found[scene.name] = misfits(page)
    assert page.locator("html").get_attribute("lang") == "de"
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def shown(scene: Scene, page: Page, address: str) -> None:
    scene.show(page, address)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".waiting")).to_have_count(0)
