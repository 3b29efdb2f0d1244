"""The check-in app: devices without a network that meet later, a link that is ended, a list that goes away."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import segno

from chalicelib.domain.shared.limits import DOOR_KEEPS
from tests.browser.axe import axe
from tests.browser.variants import LOOKS, NARROW, Variant
from tests.support.builders import Person, a_person, an_api_key, enrolled
from tests.support.handles import key_named
from tests.support.web.chromium import program
from tests.support.world import World

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.pages import Opener

PHONE = Variant(width=NARROW)


class Door:
    """An event with people, whose names say what is to be seen of them, and links to its door."""

    def __init__(self, world: World, address: str, opened: "Opener") -> None:
        self.world = world
        self.address = address
        self.opened = opened
        self.olga = a_person(world)
        self.event = world.an_event(self.olga.token, title="Cellar concert", capacity=5, party_max=4)
        self.keys: list[dict[str, Any]] = []

    def somebody(self, name: str, **request: Any) -> tuple[Person, dict[str, Any]]:
        person = a_person(self.world, first_name=name, last_name="Byron")
        answer = self.world.post(f"/events/{self.event['id']}/enrollments", request, person.token)
        assert answer.status == 201, answer.text
        return person, answer.json

    def code(self, row: dict[str, Any], generation: int = 1) -> str:
        key = key_named(row["id"])
        assert key
        return self.world.container.security.tickets.code_of(key, generation, row["party_size"])

    def device(self, variant: Variant = PHONE) -> "Page":
        """A device that was opened by a link of its own, with the list and the app on it."""
        key = an_api_key(self.world, self.olga, "check-in", event_id=self.event["id"])
        self.keys.append(key)
        page = self.opened(variant)
        page.goto(f"{self.address}/app/check-in/#key={key['secret']}&event={self.event['id']}")
        page.get_by_role("searchbox").wait_for()
        assert page.url == f"{self.address}/app/check-in/"  # no key is left in the address
        return page

    def row(self, enrollment: dict[str, Any]) -> dict[str, Any]:
        answer = self.world.get(f"/enrollments/{enrollment['id']}", self.olga.token)
        found: dict[str, Any] = answer.json
        return found


@pytest.fixture
def door(world: World, address: str, opened: "Opener") -> Door:
    return Door(world, address, opened)


def scan(page: "Page", text: str, kind: str) -> str:
    """As a scanner that types; what is said."""
    field = page.get_by_role("searchbox")
    before = page.locator(".said").get_attribute("data-at")
    field.fill(text)
    field.press("Enter")
    said = page.locator(f'.said[data-kind={kind}]:not([data-at="{before}"])')
    said.wait_for()
    return said.inner_text()


def cut_off(page: "Page") -> "Page":
    """Its network is gone, also while the app is opened again."""
    page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
    page.reload()  # from now on the worker gives the files out
    page.get_by_role("searchbox").wait_for()
    page.context.set_offline(True)
    page.reload()
    page.get_by_text("Offline").wait_for()
    return page


def handed_in(page: "Page") -> None:
    page.get_by_text("Online", exact=True).wait_for()


def test_two_devices_without_a_network_lose_and_count_nobody_twice(door: Door) -> None:
    _, both = door.somebody("Ada")
    kim, gone = door.somebody("Kim")
    _, family = door.somebody("Eve", party_size=3)
    first = cut_off(door.device())
    assert "Ada Byron" in scan(first, door.code(both), "welcome")
    assert "Used before" in scan(first, door.code(both), "used")
    door.world.clock.advance(timedelta(minutes=2))
    second = cut_off(door.device())
    cancelled = door.world.post(f"/enrollments/{gone['id']}/cancel", None, kim.token)
    assert cancelled.status == 200
    scan(second, door.code(both), "welcome")  # it cannot know
    scan(second, door.code(gone), "welcome")
    assert "3 of 3" in scan(second, door.code(family), "welcome")
    second.get_by_role("button", name="2", exact=True).click()
    second.get_by_text("2 of 3").wait_for()
    assert "to hand in" in second.get_by_role("status").first.inner_text()
    second.reload()  # a battery that was empty
    second.get_by_text("to hand in").wait_for()

    door.world.clock.advance(timedelta(minutes=2))
    second.context.set_offline(False)
    handed_in(second)
    first.context.set_offline(False)
    handed_in(first)
    for page in (first, second):
        page.reload()
        handed_in(page)

    second.get_by_text("2 scans turned out otherwise").wait_for()
    told = second.locator(".notice.bad").inner_text()
    assert "Ada Byron went in here, and was in already since" in told
    assert "Kim Byron went in here, and had no good place any more" in told
    assert first.locator(".notice.bad").count() == 0
    assert [first.get_by_test_id("in").inner_text(), second.get_by_test_id("in").inner_text()] == ["3", "3"]
    assert door.row(both)["checked_in_people"] == 1
    assert door.row(family)["checked_in_people"] == 2
    assert door.row(gone)["checked_in_at"] is None


def test_everything_that_a_code_can_be_is_said_in_a_word(door: Door) -> None:
    _, seat = door.somebody("Ada", party_size=4)
    _, kept = door.somebody("Bob", confirm=False)
    _, waits = door.somebody("Eve", waitlist=True)
    other = door.world.an_event(door.olga.token)
    elsewhere = enrolled(door.world, other, a_person(door.world))
    page = door.device()
    forged = door.code(seat)[:-1] + ("A" if door.code(seat)[-1] != "A" else "B")

    assert "Not this event" in scan(page, door.code(elsewhere), "foreign")
    assert "On the waitlist" in scan(page, door.code(waits), "waiting")
    assert "Not confirmed" in scan(page, door.code(kept), "held")
    assert "Unknown" in scan(page, forged, "unknown")
    assert "Welcome" in scan(page, door.code(seat, generation=2), "unlisted")
    page.get_by_role("searchbox").fill("byr ad")
    page.get_by_role("button", name="Let in Ada Byron").click()
    page.locator(".said[data-kind=welcome]").wait_for()
    page.locator(".said").get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back").first.wait_for()


def enrol_here(page: "Page", name: str, **more: str) -> None:
    page.get_by_text("Enrol somebody here").click()
    page.get_by_label("Name", exact=True).fill(name)
    if "people" in more:
        page.get_by_label("People").select_option(more["people"])
    if "email" in more:
        page.get_by_label("E-mail address").fill(more["email"])
    page.get_by_role("button", name="Enrol and let in").click()


def test_who_stands_at_the_door_is_enrolled_and_what_was_typed_waits_for_the_network(door: Door) -> None:
    hours = {"starts_at": "2026-06-01T11:00:00Z", "ends_at": "2026-06-01T15:00:00Z"}
    changed = door.world.patch(f"/events/{door.event['id']}", {"walk_ins": True, **hours}, door.olga.token)
    assert changed.status == 200, changed.text
    page = door.device()
    enrol_here(page, "Walter Walker", people="3")
    page.locator(".said[data-kind=walkin]").wait_for()
    assert "Walter Walker" in page.locator(".said").inner_text()
    page.wait_for_function("() => document.querySelector('[data-testid=in]')?.textContent === '3'")

    page.context.set_offline(True)
    enrol_here(page, "Wilma Walker", people="2")
    page.get_by_role("alert").get_by_text("Enrolling needs the network").wait_for()
    page.context.set_offline(False)
    page.reload()
    assert page.get_by_label("Name", exact=True).input_value() == "Wilma Walker"
    page.get_by_role("button", name="Enrol and let in").click()
    page.locator(".said[data-kind=walkin]").wait_for()
    page.wait_for_function("() => document.querySelector('[data-testid=in]')?.textContent === '5'")

    enrol_here(page, "Wendy Walker", email="wendy@example.org")
    page.locator(".said[data-kind=full]").wait_for()
    assert page.get_by_label("Name", exact=True).input_value() == "Wendy Walker"
    listed = door.world.get(f"/events/{door.event['id']}/enrollments", door.olga.token).json["results"]
    assert sorted((one["attendee"]["name"], one["checked_in_people"]) for one in listed) == [
        ("Walter Walker", 3),
        ("Wilma Walker", 2),
    ]


def test_a_link_that_is_ended_stops_at_its_next_request_and_a_new_one_hands_in_what_was_left(door: Door) -> None:
    _, row = door.somebody("Ada")
    page = door.device()
    page.context.set_offline(True)
    scan(page, door.code(row), "welcome")
    door.world.clock.advance(timedelta(minutes=2))
    assert door.world.delete(f"/auth/api-keys/{door.keys[0]['id']}", door.olga.token).status == 204

    page.context.set_offline(False)
    page.get_by_text("This link is no longer good").wait_for()
    assert stored(page, "people") == 0
    assert stored(page, "door") == 0
    assert stored(page, "queue") == 1
    assert door.row(row)["checked_in_at"] is None

    key = an_api_key(door.world, door.olga, "check-in", event_id=door.event["id"])
    page.goto(f"{door.address}/app/check-in/#key={key['secret']}&event={door.event['id']}")
    handed_in(page)
    page.wait_for_function("() => document.querySelector('[data-testid=in]')?.textContent === '1'")
    assert door.row(row)["checked_in_people"] == 1


def test_it_can_be_installed_and_opens_without_a_network(door: Door) -> None:
    """By what Chromium says, and the checks that Lighthouse had; tests/web/test_installable.py has the others."""
    page = door.device()
    page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
    page.reload()
    page.get_by_role("searchbox").wait_for()
    browser = page.context.new_cdp_session(page)
    found = browser.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in found if one["errorId"] != "in-incognito"] == []
    assert browser.send("Page.getAppManifest")["errors"] == []

    page.context.set_offline(True)
    start = page.evaluate("async () => (await fetch('./')).status")
    assert (start, page.evaluate("() => navigator.serviceWorker.controller?.state")) == (200, "activated")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.context.set_offline(False)


def test_a_day_after_the_end_nothing_is_left(door: Door) -> None:
    door.somebody("Ada")
    page = door.device()
    assert stored(page, "people") == 1

    door.world.clock.advance(timedelta(days=31) + DOOR_KEEPS + timedelta(hours=2))
    page.reload()
    page.get_by_role("searchbox").wait_for()
    page.evaluate("() => dispatchEvent(new Event('online'))")  # the next look at the clock comes at once

    page.get_by_text("This event is over").wait_for()
    assert [stored(page, name) for name in ("door", "people", "queue", "log")] == [0, 0, 0, 0]


@pytest.mark.deep
def test_a_camera_reads_a_ticket(browser: "Browser", world: World, address: str, tmp_path: Path) -> None:
    """Where the browser has no BarcodeDetector, as here, by the vendored reader."""
    from tests.browser.pages import Opener

    film = tmp_path / "ticket.y4m"
    seeing = browser.browser_type.launch(
        executable_path=program(),
        args=[
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ],
        chromium_sandbox=False,
    )
    opener = Opener(seeing)
    door = Door(world, address, opener)
    _, row = door.somebody("Ada")
    film.write_bytes(filmed(door.code(row)))
    page = door.device()

    page.get_by_role("button", name="Scan with the camera").click()

    page.locator(".said[data-kind=welcome]").wait_for()
    handed_in(page)
    page.wait_for_function("() => document.querySelector('[data-testid=in]')?.textContent === '1'")
    assert door.row(row)["checked_in_people"] == 1
    opener.close()
    seeing.close()
    assert opener.complaints == []


def filmed(code: str, side: int = 480, wide: int = 640) -> bytes:
    """One picture of a QR code as a film that a browser takes for its camera: YUV4MPEG2."""
    modules = [list(line) for line in segno.make(code, error="m", micro=False).matrix_iter(scale=8, border=4)]
    top, left = (side - len(modules)) // 2, (wide - len(modules)) // 2
    light = bytearray(b"\xe0" * (wide * side))
    for number, line in enumerate(modules):
        at = (top + number) * wide + left
        light[at : at + len(line)] = bytes(0x10 if dark else 0xE0 for dark in line)
    frame = b"FRAME\n" + bytes(light) + b"\x80" * (wide * side // 2)
    return f"YUV4MPEG2 W{wide} H{side} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 2


@pytest.mark.parametrize("language", ["en", pytest.param("de", marks=pytest.mark.deep)])
def test_nothing_is_wrong_for_ears_keyboards_and_eyes_that_see_less(door: Door, language: str) -> None:
    soon = {"walk_ins": True, "starts_at": "2026-06-01T11:00:00Z", "ends_at": "2026-06-01T15:00:00Z"}
    assert door.world.patch(f"/events/{door.event['id']}", soon, door.olga.token).status == 200
    _, row = door.somebody("Ada", party_size=3)
    page = door.device(Variant(lang=language, width=NARROW))
    found = axe(page)
    for text, kind in ((door.code(row), "welcome"), (door.code(row), "used"), ("T1:no", "unknown")):
        scan(page, text, kind)
        found += axe(page, "color-contrast")
        for look in LOOKS[1:] if language == "en" else ():
            page.emulate_media(color_scheme="dark" if look.dark else "light")
            page.set_viewport_size({"width": look.width, "height": 900})
            found += axe(page, "color-contrast", "target-size")
    page.locator(".walkin summary").click()
    page.locator("#walkin-name").wait_for()
    found += axe(page)
    page.get_by_role("searchbox").fill("ada")
    page.locator(".found li").wait_for()
    assert found + axe(page) == []


_COUNT = """name => new Promise((resolve, reject) => {
  const request = indexedDB.open("turnout-check-in", 1);
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const counting = request.result.transaction(name).objectStore(name).count();
    counting.onsuccess = () => { request.result.close(); resolve(counting.result); };
  };
})"""


def stored(page: "Page", name: str) -> int:
    """How much of a kind is on the device."""
    found: int = page.evaluate(_COUNT, name)
    return found
