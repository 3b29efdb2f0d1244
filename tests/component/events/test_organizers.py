"""Organizers: what they tell everybody of themselves, and to whom there is nobody."""

import pytest

from chalicelib.domain.accounts.account import Role
from tests.support.builders import Person, a_person
from tests.support.mails.mailed import BROWSER
from tests.support.people.admin import set_access
from tests.support.problems import faults, problem
from tests.support.web.pages import address, seen
from tests.support.world import World

TOLD = {"name": "Python Köln", "text": "Workshops since **2019**.", "link": "https://python.example.org/koeln"}


def told(world: World, person: Person, **fields: object) -> dict[str, object]:
    answer = world.patch("/organizers/me", fields, person.token)
    assert answer.status == 200, answer.text
    world.work()
    return dict(answer.json)


def test_everybody_reads_what_an_organizer_tells(world: World, olga: Person) -> None:
    world.an_event(olga.token)
    own = told(world, olga, **TOLD)

    shown = world.get(f"/organizers/{olga.id}")

    assert (
        shown.json
        == own
        == {
            "id": olga.id,
            **TOLD,
            "text_html": "<p>Workshops since <strong>2019</strong>.</p>",
            "events": {"published": 1, "cancelled": 0},
            "html_url": f"https://api.test/o/{olga.id}",
            "upcoming_url": f"https://api.test/events/upcoming?organizer={olga.id}",
            "calendar_url": f"https://api.test/organizers/{olga.id}/calendar.ics",
        }
    )
    assert shown.headers["Cache-Control"] == "public, max-age=5"
    assert world.get("/organizers/me", olga.token).json == own
    assert world.get(shown.json["upcoming_url"].removeprefix("https://api.test")).json["count"] == 1
    assert world.get(shown.json["calendar_url"].removeprefix("https://api.test")).status == 200


def test_who_has_told_nothing_has_the_name_of_their_account(world: World, olga: Person) -> None:
    world.an_event(olga.token)

    shown = world.get(f"/organizers/{olga.id}").json

    assert (shown["name"], shown["text"], shown["text_html"], shown["link"]) == ("Olga Organizer", "", "", None)


@pytest.mark.parametrize("who", ["unknown", "no id", "never published", "a draft only", "unlisted only", "seeker"])
def test_of_others_nobody_is_told_anything(world: World, olga: Person, who: str) -> None:
    told(world, olga, **TOLD)
    if who == "a draft only":
        world.an_event(olga.token, status="draft")
    if who == "unlisted only":
        world.an_event(olga.token, unlisted=True)
    ids = {"unknown": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "no id": "olga", "seeker": a_person(world, roles=(Role.SEEKER,)).id}

    answer = world.get(f"/organizers/{ids.get(who, olga.id)}")

    missing = world.get("/organizers/01JZ3V4Q8RS6K1W3N5P7T9VXYZ")
    assert problem(answer, 404, "not_found") == problem(missing, 404, "not_found")
    assert world.get(f"/o/{ids.get(who, olga.id)}", Accept=BROWSER).status == 404


def test_a_public_name_is_the_name_of_its_events_and_of_nobody_as_a_person(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    told(world, olga, name="Python Köln")

    assert world.get(f"/events/{event['id']}").json["organizer"]["name"] == "Python Köln"
    assert world.get("/events").json["results"][0]["organizer"]["name"] == "Python Köln"
    assert world.an_event(olga.token)["organizer"]["name"] == "Python Köln"
    assert "Python Köln" in world.get(f"/organizers/{olga.id}/calendar.ics").text
    assert world.get("/auth/me", olga.token).json["first_name"] == "Olga"
    other = world.an_event(a_person(world).token)
    row = world.post(f"/events/{other['id']}/enrollments", {}, olga.token).json
    assert row["attendee"]["name"] == "Olga Organizer"
    world.patch("/auth/me", {"first_name": "Olivia"}, olga.token)
    world.work()
    assert world.get(f"/events/{event['id']}").json["organizer"]["name"] == "Python Köln"

    assert told(world, olga, name=None)["name"] == "Olivia Organizer"
    assert world.get(f"/events/{event['id']}").json["organizer"]["name"] == "Olivia Organizer"


def test_what_is_not_named_stays_and_null_clears(world: World, olga: Person) -> None:
    told(world, olga, **TOLD)

    assert told(world, olga, link=None)["text"] == TOLD["text"]
    assert told(world, olga, text=None)["text"] == ""
    own = world.get("/organizers/me", olga.token).json
    assert (own["name"], own["text"], own["link"], own["html_url"]) == ("Python Köln", "", None, None)
    assert told(world, olga, **own) == own, "an answer may be sent back"


def test_the_name_of_the_account_sent_back_goes_on_following_it(world: World, olga: Person) -> None:
    told(world, olga, **world.get("/organizers/me", olga.token).json)

    world.patch("/auth/me", {"first_name": "Olivia"}, olga.token)

    assert world.get("/organizers/me", olga.token).json["name"] == "Olivia Organizer"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("link", "http://python.example.org"),
        ("link", "javascript:alert(1)"),
        ("link", "https://bank.example@example.org/"),
        ("link", f"https://example.org/{'a' * 500}"),
        ("name", "x" * 101),
        ("name", "two\nlines"),
        ("text", "ü" * 2049),
        ("motto", "x"),
    ],
    ids=["http", "script", "user", "long link", "long name", "lines", "long text", "unknown"],
)
def test_what_cannot_be_is_refused(world: World, olga: Person, field: str, value: str) -> None:
    answer = world.patch("/organizers/me", {field: value}, olga.token)

    assert [pointer for pointer, _ in faults(answer)] == [f"/{field}"]


def test_only_organizers_present_themselves(world: World) -> None:
    seeker = a_person(world, roles=(Role.SEEKER,))

    problem(world.patch("/organizers/me", TOLD, seeker.token), 403, "role_required")
    problem(world.patch("/organizers/me", TOLD), 401, "unauthenticated")
    problem(world.get("/organizers/me"), 401, "unauthenticated")


def test_their_page_shows_it_and_nothing_in_it_is_markup(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    told(world, olga, **TOLD | {"text": "Hi <script>alert(1)</script>, **we** meet."})

    page = seen(world, f"/o/{olga.id}?lang=en")

    assert {"Python Köln", "Hi <script>alert(1)</script>,", "we"} <= set(page.words)
    assert page.link("https://python.example.org/koeln") == TOLD["link"]
    assert "<script>alert" not in page.html
    described = [given["content"] for tag, given in page.tags if tag == "meta" and given.get("name") == "description"]
    assert described == ["Hi <script>alert(1)</script>, we meet."]
    assert seen(world, address(world, event)).link("Python Köln") == f"/o/{olga.id}"


def test_an_account_that_is_disabled_tells_nothing_any_more(world: World, olga: Person) -> None:
    admin = a_person(world, roles=(Role.SEEKER, Role.ADMIN))
    world.an_event(olga.token)
    told(world, olga, **TOLD)

    assert set_access(world, admin, olga, disabled=True).status == 200

    shown = world.get(f"/organizers/{olga.id}").json
    assert (shown["name"], shown["text"], shown["link"]) == ("Python Köln", "", None)
    assert "python.example.org" not in world.get(f"/o/{olga.id}", Accept=BROWSER).text
    assert set_access(world, admin, olga, disabled=False).status == 200
    assert world.get(f"/organizers/{olga.id}").json["text"] == TOLD["text"]
