"""An account that is erased: closed at once, kept by a login for two weeks, and after that nowhere any more."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Principal, Role
from chalicelib.domain.errors import UnauthenticatedError
from chalicelib.domain.outbox.entry import OutboxKey, OutboxKind
from chalicelib.domain.shared.limits import ERASURE_GRACE
from tests.support.builders import Person, a_person, cancelled, due_rows, enrolled, free_seats, signed_in
from tests.support.problems import problem
from tests.support.stories.busy import EMAIL, TRACES, Busy, closed, erased, expire, fresh, items, pass_time, traces
from tests.support.world import PASSWORD, World

ADA = "ada@example.org"
LATER = timedelta(days=20)


@pytest.fixture
def ada(world: World) -> Person:
    return a_person(world, ADA, username="ada", first_name="Ada")


@pytest.fixture
def event(world: World) -> dict[str, Any]:
    return world.an_event(a_person(world, "olga@example.org").token, capacity=1)


def login(world: World, email: str = ADA) -> int:
    return world.post("/auth/login", {"email": email, "password": PASSWORD}).status


def test_an_account_that_did_everything_is_nowhere_any_more(world: World) -> None:
    ada = Busy(world)
    places = {found.split(": ")[0] for found in traces(world, *TRACES)}
    assert len(places) > 25, "nothing would be looked for"
    pass_time(world, timedelta(days=8))

    erased(world, fresh(world))
    pass_time(world, timedelta(days=4))
    expire(world)

    assert traces(world, *TRACES) == []
    gone = {ada.id, ada.guest_id, ada.child["id"]}
    assert [
        where for where, text in items(world) if "-accounts " in where and any(one.lower() in text for one in gone)
    ] == []
    assert world.dead_letters.letters == []


def test_everything_ends_at_once(world: World, ada: Person) -> None:
    other = signed_in(world, ada.account)
    feed = world.get("/auth/me/feeds", ada.token).json["url"].removeprefix("https://api.test")
    assert world.get(feed).status == 200

    answer = closed(world, ada.token)

    assert answer.json["erased_at"] == "2026-06-15T09:00:00Z"
    assert [world.get("/auth/me", one.token).status for one in (ada, other)] == [401, 401]
    assert world.post("/auth/refresh", {"refresh": other.refresh}).status == 401
    assert world.get(feed).status == 404


def test_the_mail_says_until_when_a_login_keeps_it(world: World, ada: Person) -> None:
    closed(world, ada.token)

    [mail] = world.mailer.to(ADA)
    assert mail.subject == "Your Turnout account will be erased"
    assert "15 June 2026" in mail.text.replace("\n", " ") or "2026-06-15" in mail.text


def test_it_needs_a_login_of_a_moment_ago(world: World, ada: Person) -> None:
    world.clock.advance(timedelta(minutes=10))

    problem(world.delete("/auth/me", ada.token), 403, "fresh_login_required")
    assert world.get("/auth/me", ada.token).status == 200


def test_a_login_keeps_it_as_it_was_and_its_owner_is_told(world: World, ada: Person, event: dict[str, Any]) -> None:
    place = enrolled(world, event, ada)
    closed(world, ada.token)
    pass_time(world, ERASURE_GRACE - timedelta(hours=1))

    token = world.logged_in(ADA)["access"]
    world.work()

    assert world.mailer.to(ADA)[-1].subject == "Your Turnout account will not be erased"
    pass_time(world, LATER)
    assert login(world) == 200
    token = world.logged_in(ADA)["access"]
    assert world.get(f"/enrollments/{place['id']}", token).json["status"] == "confirmed"
    assert [row["state"] for row in due_rows(world, "job_erase_account")] == ["skipped"]


def test_who_wants_it_twice_has_the_days_of_the_second_time(world: World, ada: Person) -> None:
    closed(world, ada.token)
    pass_time(world, timedelta(days=7))
    closed(world, world.logged_in(ADA)["access"])

    pass_time(world, timedelta(days=8))
    assert login(world) == 200, "the first time was taken back"


def test_a_login_after_the_last_moment_is_refused_though_the_job_is_late(world: World, ada: Person) -> None:
    closed(world, ada.token)
    world.clock.advance(ERASURE_GRACE)

    problem(world.post("/auth/login", {"email": ADA, "password": PASSWORD}), 401, "credentials_wrong")
    pass_time(world, timedelta(hours=1))
    assert ADA not in str(list(items(world)))


def test_a_forgotten_password_is_reset_meanwhile(world: World, ada: Person) -> None:
    closed(world, ada.token)
    world.post("/auth/forgot-password", {"email": ADA})
    world.work()
    key = next(line.strip() for line in world.mailer.to(ADA)[-1].text.splitlines() if line.startswith("    "))

    assert world.post("/auth/reset-password", {"token": key, "new_password": "another password"}).status == 200
    assert world.post("/auth/login", {"email": ADA, "password": "another password"}).status == 200
    pass_time(world, LATER)
    assert world.post("/auth/login", {"email": ADA, "password": "another password"}).status == 200


def test_a_change_of_the_password_that_was_under_way_leaves_no_login_behind(world: World, ada: Person) -> None:
    closed(world, ada.token)

    caller = Principal(ada.id, ada.refresh.split(".")[1], ada.account.roles, email_verified=True)
    with pytest.raises(UnauthenticatedError):
        world.container.accounts.profile.change_password(caller, old_password=PASSWORD, new_password="x" * 20)


def test_the_names_are_free_for_somebody_else(world: World, ada: Person) -> None:
    erased(world, ada.token)

    again = world.get("/auth/me", world.signed_up(ADA, username="ada")).json
    assert again["id"] != ada.id
    assert again["username"] == "ada"


def test_who_signs_up_with_the_address_while_the_rest_is_forgotten_is_somebody_new(world: World, ada: Person) -> None:
    world.post("/auth/signup", {"email": ADA, "password": PASSWORD, "first_name": "Mallory"})
    closed(world, ada.token)
    world.clock.advance(ERASURE_GRACE)
    world.tick()
    world.work()  # the account is gone, and the rest is to be forgotten in two minutes
    made = world.post("/auth/signup", {"email": ADA, "password": PASSWORD})
    assert made.status == 201

    pass_time(world, timedelta(minutes=3))

    asked = {"email": ADA, "signup_id": made.json["signup_id"]}
    assert world.post("/auth/resend-otp", asked).status in {200, 202}
    proof = {**asked, "otp": world.code_for(ADA)}
    assert world.post("/auth/verify-email", proof).status == 200
    assert "mallory" not in str(list(items(world)))


def test_no_mail_follows(world: World, ada: Person, event: dict[str, Any]) -> None:
    enrolled(world, event, ada)
    closed(world, ada.token)
    pass_time(world, ERASURE_GRACE - timedelta(minutes=5))
    before = len(world.mailer.to(ADA))

    pass_time(world, timedelta(days=5))

    assert len(world.mailer.to(ADA)) == before


def test_a_place_to_come_goes_to_whoever_waits(world: World, ada: Person, event: dict[str, Any]) -> None:
    enrolled(world, event, ada)
    bob = a_person(world, "bob@example.org")
    waiting = world.post(f"/events/{event['id']}/enrollments", {"waitlist": True}, bob.token).json

    closed(world, ada.token)
    assert world.get(f"/enrollments/{waiting['id']}", bob.token).json["status"] == "waitlisted"
    pass_time(world, ERASURE_GRACE + timedelta(minutes=5))

    again = signed_in(world, bob.account).token
    assert world.get(f"/enrollments/{waiting['id']}", again).json["status"] == "confirmed"
    assert free_seats(world, event) == [0]


@pytest.mark.parametrize("capacity", [3, 600])
def test_past_enrollments_keep_their_seats_and_say_nobodys_name(world: World, ada: Person, capacity: int) -> None:
    olga = a_person(world, "olga@example.org")
    past = world.an_event(olga.token, capacity=capacity, starts_at="2026-06-02T09:00:00Z")
    place = enrolled(world, past, ada)
    assert world.patch(f"/enrollments/{place['id']}", {"note": "Vegan"}, olga.token).status == 200
    seats = free_seats(world, past)

    erased(world, ada.token)

    [row] = world.get(f"/events/{past['id']}/enrollments", signed_in(world, olga.account).token).json["results"]
    assert (row["status"], row["attendee"]["name"], row["note"]) == ("confirmed", "", None)
    assert free_seats(world, past) == seats


def test_records_of_others_keep_their_places_and_name_nobody(world: World, ada: Person, event: dict[str, Any]) -> None:
    kim = a_person(world, "kim@example.org")
    record = {"first_name": "Ada", "last_name": "L.", "email": "ADA@example.org", "phone": "+4930901820"}
    kept = world.post("/attendees", record, kim.token).json
    other = world.post("/attendees", {"first_name": "Ada", "email": "other@example.org"}, kim.token).json
    body = {"attendee_id": kept["id"]}
    place = world.post(f"/events/{event['id']}/enrollments", body, kim.token).json

    erased(world, ada.token)

    token = signed_in(world, kim.account).token
    shown = world.get(f"/attendees/{kept['id']}", token).json
    assert (shown["first_name"], shown["last_name"], shown["email"], shown["phone"]) == ("Erased", "", None, None)
    assert world.get("/attendees?email=ada@example.org", token).json["count"] == 0
    assert world.get(f"/attendees/{other['id']}", token).json["email"] == "other@example.org"
    assert world.get(f"/enrollments/{place['id']}", token).json["status"] == "confirmed"


def test_a_record_that_has_another_address_by_now_stays_as_it_is(world: World, ada: Person) -> None:
    kim = a_person(world, "kim@example.org")
    kept = world.post("/attendees", {"first_name": "Ada", "email": ADA}, kim.token).json
    assert world.patch(f"/attendees/{kept['id']}", {"email": "new@example.org"}, kim.token).status == 200

    erased(world, ada.token)

    shown = world.get(f"/attendees/{kept['id']}", signed_in(world, kim.account).token).json
    assert (shown["first_name"], shown["email"]) == ("Ada", "new@example.org")


def test_who_has_published_events_to_come_is_told_to_end_them_first(world: World, ada: Person) -> None:
    event = world.an_event(ada.token)
    world.an_event(ada.token, status="draft")

    refusal = problem(world.delete("/auth/me", ada.token), 409, "organizes_events")

    assert refusal["next_step"]["href"] == "/me/events"
    assert world.get("/auth/me", ada.token).status == 200
    cancelled(world, event, ada)
    closed(world, ada.token)


def test_an_admin_is_none_any_more_first(world: World) -> None:
    root = a_person(world, "root@example.org", roles=(Role.ADMIN,))

    problem(world.delete("/auth/me", root.token), 409, "own_account")
    assert world.get("/auth/me", root.token).status == 200


def test_what_was_published_while_the_account_was_closed_is_cancelled_and_its_people_are_told(
    world: World, ada: Person
) -> None:
    draft = world.an_event(ada.token, status="draft", starts_at="2026-08-01T09:00:00Z")
    closed(world, ada.token)
    admin = signed_in(world, a_person(world, "root@example.org", roles=(Role.ADMIN,)).account)
    assert world.post(f"/events/{draft['id']}/publish", token=admin.token).status == 200
    bob = a_person(world, "bob@example.org")
    enrolled(world, draft, bob)

    pass_time(world, ERASURE_GRACE + timedelta(minutes=5))

    shown = world.get(f"/events/{draft['id']}").json
    assert (shown["status"], shown["organizer"]["name"]) == ("cancelled", "Organizer")
    assert world.mailer.to("bob@example.org")[-1].subject.startswith("Cancelled")


def test_events_that_are_over_stay_without_the_name_and_drafts_go(world: World, ada: Person) -> None:
    past = world.an_event(ada.token, starts_at="2026-06-02T09:00:00Z")
    draft = world.an_event(ada.token, status="draft")
    world.clock.advance(timedelta(days=3))

    erased(world, signed_in(world, ada.account).token)

    assert world.get(f"/events/{past['id']}").json["organizer"]["name"] == "Organizer"
    admin = a_person(world, "root@example.org", roles=(Role.ADMIN,))
    assert world.get(f"/events/{draft['id']}", admin.token).status == 404


def test_every_page_may_be_worked_on_again(world: World) -> None:
    """Jobs are delivered twice, and may have died anywhere: with cursors of one item a page, each of them twice."""
    Busy(world)
    pass_time(world, timedelta(days=8))
    closed(world, fresh(world))
    world.clock.advance(ERASURE_GRACE)
    erasure = world.container.privacy.erasure
    [job] = [row for row in world.db.snapshot_all("turnout-due") if row.get("kind", {}).get("S") == "job_erase_account"]
    entry = world.container.store.outbox.get(OutboxKey(job["pk"]["S"], job["sk"]["S"]))
    assert entry is not None
    erasure.take(entry)
    erasure.take(entry)
    cursor: str | None = ""
    rest = replace(entry, kind=OutboxKind.ERASE_DATA)
    seen = []
    while cursor is not None:
        seen.append(cursor)
        erasure.work_on(replace(rest, cursor=cursor))
        cursor = erasure.work_on(replace(rest, cursor=cursor))
    assert erasure.work_on(replace(rest, cursor="")) is None
    expire(world)

    assert len(seen) > 4
    assert EMAIL.lower() not in str(list(items(world)))
