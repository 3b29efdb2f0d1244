"""Every page that the application shows, in each of its states, in a world in memory."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chalicelib.domain.notifications.email_preferences import Category
from chalicelib.domain.shared.times import rfc3339
from tests.support.builders import Person, a_person, an_api_key, cancelled, enrolled
from tests.support.handles import key_named
from tests.support.mails.mailed import link_for, link_of
from tests.support.people.guests import asked
from tests.support.web.pages import address as address_of
from tests.support.web.site import filled
from tests.support.world import World

if TYPE_CHECKING:
    from playwright.sync_api import Page

VILLAGE = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"


@dataclass(frozen=True, slots=True)
class Scene:
    """A page by its address, and what to do there until it is as it is meant."""

    name: str
    path: str
    act: Callable[["Page"], None] | None = None
    only_in: str | None = None  # one language: it is for programmers

    def show(self, page: "Page", address: str) -> None:
        page.goto(f"{address}{self.path}")
        if self.act:
            self.act(page)


def scenes(world: World) -> list[Scene]:
    """In the order in which a reader might come across them."""
    olga = a_person(world, first_name="Olga", last_name="Organizer")
    over = world.an_event(olga.token, title="The workshop of last week", starts_at="2026-06-02T18:00:00+02:00")
    was_there = link_of(world, enrolled(world, over, a_person(world)))
    world.clock.advance(timedelta(days=7))
    olga, events = filled(world)
    off = world.an_event(olga.token, title="An event that does not take place", capacity=5)
    was_coming = link_of(world, enrolled(world, off, a_person(world)))
    cancelled(world, off, olga)
    return [
        *_public(world, olga, events, over, off),
        *_links(world, olga, events),
        Scene("link-over", f"/g/{was_there}"),
        Scene("link-off", f"/g/{was_coming}"),
        Scene("link-broken", "/g/g_x"),
        *_subscriptions(world),
    ]


def _public(
    world: World, olga: Person, events: list[dict[str, Any]], over: dict[str, Any], off: dict[str, Any]
) -> list[Scene]:
    later = world.an_event(olga.token, title="Tickets from tomorrow on", enrollment_opens_at="2026-06-20T09:00:00Z")
    long = world.an_event(olga.token, title="w" * 200, location=f"{VILLAGE} " * 3, url=f"https://a.b/{'u' * 480}",
                          description="d" * 4000, tags=["t" * 40], starts_at="2026-12-01T18:00:00Z")  # fmt: skip
    world.index()
    event = address_of(world, events[0])
    return [
        Scene("home", "/"),
        Scene("search", "/search?q=conference"),
        Scene("search-nothing", "/search?q=nothingofthekind"),
        Scene("search-wrong", "/search?q=!"),
        Scene("month", "/months/2026-07"),
        Scene("month-empty", "/months/2027-03"),
        Scene("event", event),
        Scene("event-full", address_of(world, events[1])),
        Scene("event-days", address_of(world, events[2])),
        Scene("event-german", address_of(world, events[3])),
        Scene("event-long", address_of(world, long)),
        Scene("event-later", address_of(world, later)),
        Scene("event-over", address_of(world, over)),
        Scene("event-off", address_of(world, off)),
        Scene("event-wrong", event, _send_a_wrong_form),
        Scene("mailed", f"{event}/mailed"),
        Scene("organizer", f"/o/{olga.id}"),
        Scene("missing", "/e/x"),
        *_told_by_others(world),
        Scene("problem", "/problems/invalid_request", only_in="en"),
    ]


def _told_by_others(world: World) -> list[Scene]:
    """What an organizer says of themselves, and an event of theirs that is held in two places, in another script."""
    told = "# Who we are\nA society of **makers**.\n\n- Workshops\n- Evenings\n"
    society = a_person(world, first_name="Society", last_name="of Makers")
    profile = {"text": told, "link": f"https://example.org/{'x' * 200}"}
    assert world.patch("/organizers/me", profile, society.token).status == 200
    event = world.an_event(
        society.token, title="مؤتمر بايثون للمطورين (PyCon) في القاهرة", location="القاهرة، مصر", country="EG",
        language="ar", online=True, coordinates={"latitude": 30.04, "longitude": 31.24},
        starts_at="2027-01-01T18:00:00Z", capacity=1_000_000, price="1250.50", party_max=20, tags=["بايثون"],
    )  # fmt: skip
    ticket = link_of(world, enrolled(world, event, a_person(world, first_name="محمد", last_name="علي"), party_size=3))
    invitation = {"email": "ada@example.org", "role": "check_in"}
    assert world.post(f"/events/{event['id']}/team", invitation, society.token).status == 201
    world.work()
    invited = world.mailer.to("ada@example.org")[-1].text
    return [
        Scene("organizer-told", f"/o/{society.id}"),
        Scene("event-two-places", f"{address_of(world, event)}?zone=America/New_York"),
        Scene("embed", f"/e/{event['id']}/embed"),
        Scene("ticket", f"/g/{ticket}/ticket"),
        Scene("invitation", urlsplit(next(line for line in invited.split() if "/team-invitations/" in line)).path),
    ]


def _send_a_wrong_form(page: "Page") -> None:
    page.locator("#name").fill("Grace Hopper")
    page.locator("#email").fill("grace@nowhere")
    with page.expect_navigation():
        page.locator("form[method=post] button").click()


def _press_under_a_wrong_name(page: "Page") -> None:
    page.locator("input[name=name]").first.fill(" ")
    with page.expect_navigation():
        page.locator("form button").first.click()


def _links(world: World, olga: Person, events: list[dict[str, Any]]) -> list[Scene]:
    """The page of a mailed link in each of its states."""
    workshop, full = events[0], events[1]
    ada = a_person(world, first_name="Ada", last_name="Lovelace")
    left = enrolled(world, workshop, a_person(world))
    assert world.post(f"/enrollments/{left['id']}/cancel", token=olga.token).status == 200
    waiting = world.post(f"/events/{full['id']}/enrollments", {"waitlist": True}, a_person(world).token).json
    offering = world.an_event(olga.token, title="A seat on offer", capacity=1, waitlist_mode="offer")
    first = enrolled(world, offering, a_person(world))
    next_one = world.post(f"/events/{offering['id']}/enrollments", {"waitlist": True}, a_person(world).token).json
    assert world.post(f"/enrollments/{first['id']}/cancel", token=olga.token).status == 200
    pending = asked(world, workshop, "grace@example.org")
    return [
        Scene("link-pending", f"/g/{pending}"),
        Scene("link-pending-wrong", f"/g/{pending}", _press_under_a_wrong_name),
        Scene("link-confirmed", f"/g/{link_of(world, enrolled(world, workshop, ada))}"),
        Scene("link-waitlisted", f"/g/{link_of(world, waiting)}"),
        Scene("link-offered", f"/g/{link_of(world, next_one)}"),
        Scene("link-cancelled", f"/g/{link_of(world, left)}"),
        Scene("link-full", f"/g/{link_for(world, full, a_person(world))}"),
    ]


def _subscriptions(world: World) -> list[Scene]:
    links = world.container.notifications.unsubscribe_links
    ada, grace = (links.token(Category.REMINDERS, f"{name}@example.org") for name in ("ada", "grace"))
    assert world.post(f"/unsubscribe/{grace}").status in {200, 303}
    return [Scene("unsubscribe", f"/unsubscribe/{ada}"), Scene("unsubscribed", f"/unsubscribe/{grace}")]


def at_the_door(world: World) -> list[Scene]:
    """The check-in app on a device of the door, in the order in which its evening goes."""
    olga = a_person(world, first_name="Olga", last_name="Organizer")
    start = world.clock() + timedelta(hours=2)
    hours = {"starts_at": rfc3339(start), "ends_at": rfc3339(start + timedelta(hours=4))}
    event = world.an_event(olga.token, title="Concert in the cellar", capacity=9, party_max=4, walk_ins=True, **hours)
    guests = [a_person(world, first_name=name, last_name="Byron") for name in ("Ada", "Kim", "Noor", "Tomás")]
    url = f"/events/{event['id']}/enrollments"
    rows = [
        world.post(url, {"party_size": size}, one.token).json for one, size in zip(guests, (3, 1, 2, 1), strict=True)
    ]
    key = key_named(rows[0]["id"])
    assert key
    code = world.container.security.tickets.code_of(key, 1, rows[0]["party_size"])
    secret = an_api_key(world, olga, "check-in", event_id=event["id"])["secret"]

    def typed(text: str, seen: str, *, entered: bool = True) -> Callable[["Page"], None]:
        def act(page: "Page") -> None:
            field = page.get_by_role("searchbox")
            field.fill(text)
            if entered:
                field.press("Enter")
            page.locator(seen).wait_for()

        return act

    def enrolled_here(name: str, seen: str | None) -> Callable[["Page"], None]:
        def act(page: "Page") -> None:
            page.get_by_role("searchbox").fill("")
            if page.locator(".walkin[open]").count() == 0:
                page.locator(".walkin summary").click()
            page.locator("#walkin-name").fill(name)
            page.locator("#walkin-people").select_option("2")
            if seen:
                page.locator(".walkin [type=submit]").click()
                page.locator(seen).wait_for()

        return act

    path = f"/app/check-in/#key={secret}&event={event['id']}"
    return [
        Scene("check-in-ready", path, lambda page: page.get_by_role("searchbox").wait_for()),
        Scene("check-in-welcome", path, typed(code, ".said[data-kind=welcome]")),
        Scene("check-in-used", path, typed(code, ".said[data-kind=used]")),
        Scene("check-in-unknown", path, typed("T1:junk", ".said[data-kind=unknown]")),
        Scene("check-in-names", path, typed("byr", ".found li >> nth=3", entered=False)),
        Scene("check-in-walk-in-form", path, enrolled_here("Wilma Walker", None)),
        Scene("check-in-walk-in", path, enrolled_here("Wilma Walker", ".said[data-kind=walkin]")),
        Scene("check-in-walk-in-full", path, enrolled_here("Walter Walker", ".said[data-kind=full]")),
    ]
