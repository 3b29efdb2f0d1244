"""What people do on the site from end to end, with a pointer and by keyboard alone, on the complete local stack."""

import itertools
import re
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import Hands, Keyboard, Pointer
from tests.browser.variants import NARROW, Variant
from tests.e2e.client import Client
from tests.e2e.site import Site, User, eventually
from tests.e2e.tables import Tables

_numbers = itertools.count(1)
BY_POINTER, BY_KEYBOARD = Variant(), Variant(width=NARROW, scripts=False)
pytestmark = [
    pytest.mark.engine,
    pytest.mark.parametrize("variant", [BY_POINTER, BY_KEYBOARD], ids=["pointer", "keyboard-without-scripts"]),
]


@pytest.fixture
def hands(page: Page, variant: Variant) -> Hands:
    return Pointer(page) if variant == BY_POINTER else Keyboard(page)


@pytest.fixture(scope="module")
def people(tables: Tables) -> list[User]:
    return tables.people(2)


@pytest.fixture
def desk(site: Site, people: list[User]) -> Iterator[Client]:
    with site.client(people[0].token) as client:
        yield client


def guest() -> str:
    return f"visitor{next(_numbers)}@example.org"


def open_link(page: Page, site: Site, address: str, subject: str) -> None:
    """What a press on the link of the mail opens."""
    link = re.search(r"http\S+/g/\S+", site.mail(address, subject)["text"])
    assert link
    page.goto(link[0])


def is_found(desk: Client, word: str) -> bool:
    return bool(desk.get(f"/events?q={word}").json["results"])


def test_a_guest_goes_from_the_front_page_to_the_ticket(site: Site, desk: Client, page: Page, hands: Hands) -> None:
    word, address = f"glassblowing{next(_numbers)}", guest()
    site.an_event(desk, title=f"An evening of {word}", capacity=3, party_max=2)
    eventually(partial(is_found, desk, word), "The event in the index")

    page.goto(f"{site.api_url}/")
    hands.write("What", word)
    hands.press("Search")
    hands.follow(f"An evening of {word}")
    hands.write("Your name", "Grace Hopper")
    hands.write("Your e-mail address", address)
    hands.write("How many people (up to 2)", "2")
    hands.press("Enrol")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your inbox")

    open_link(page, site, address, f"^Your enrollment: An evening of {word}$")
    hands.press("Enrol")  # of three seats none are kept for an address that nobody has proved

    expect(page.get_by_text("Your place is confirmed.")).to_be_visible()
    expect(page.get_by_text("Grace Hopper")).to_be_visible()
    expect(page.get_by_text("2 people")).to_be_visible()
    expect(page.locator("figure svg")).to_be_visible()
    assert desk.get(f"/events?q={word}").json["results"][0]["available_spots"] == 1


def test_whoever_waits_gets_the_seat_of_somebody_who_cancels(
    site: Site, desk: Client, people: list[User], page: Page, hands: Hands
) -> None:
    event, address = site.an_event(desk, title=f"Bookbinding {next(_numbers)}", capacity=1), guest()
    seated = desk.post(f"/events/{event['id']}/enrollments", {}, token=people[1].token).json

    page.goto(f"{site.api_url}/e/{event['id']}")
    expect(page.get_by_text("Fully booked")).to_be_visible()
    hands.write("Your name", "Grace Hopper")
    hands.write("Your e-mail address", address)
    hands.press("Join the waitlist")
    open_link(page, site, address, f": {event['title']}$")
    hands.press("Join the waitlist")
    expect(page.get_by_text("You are number 1 on the waitlist.")).to_be_visible()

    assert desk.post(f"/enrollments/{seated['id']}/cancel", token=people[1].token).status == 200
    open_link(page, site, address, f"^You have a place: {event['title']}$")
    expect(page.get_by_text("Your place is confirmed.")).to_be_visible()
    expect(page.locator("figure svg")).to_be_visible()

    hands.unfold("I cannot come")
    hands.press("Cancel my enrollment")
    expect(page.get_by_text("Your enrollment is cancelled.")).to_be_visible()
    assert desk.get(f"/events/{event['id']}").json["available_spots"] == 1


def test_a_wrong_form_keeps_what_was_typed_and_says_beside_the_field_what_is_wrong(
    site: Site, desk: Client, page: Page, hands: Hands
) -> None:
    event, address = site.an_event(desk, capacity=5, party_max=3), guest()
    page.goto(f"{site.api_url}/e/{event['id']}")
    hands.write("Your name", "Grace Hopper")
    hands.write("Your e-mail address", "grace@nowhere")  # an address to the browser, and none to a mail server
    hands.write("How many people (up to 3)", "2")
    hands.press("Enrol")

    field = page.get_by_label("Your e-mail address", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_value("grace@nowhere")
    expect(field).to_have_accessible_description(re.compile("^This is not an e-mail address that we can write to"))
    assert field.get_attribute("aria-invalid") == "true"
    fault = page.locator(f"#{field.get_attribute('aria-describedby')}")
    above, below = field.bounding_box(), fault.bounding_box()
    assert above
    assert below
    assert 0 <= below["y"] - (above["y"] + above["height"]) <= 20, "it stands beside the field"
    expect(page.get_by_label("Your name", exact=True)).to_have_value("Grace Hopper")
    expect(page.get_by_label("How many people (up to 3)", exact=True)).to_have_value("2")

    hands.write("Your e-mail address", address)
    hands.press("Enrol")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your inbox")
    site.mail(address, f"^Confirm your place: {event['title']}$")
