"""Calendars: an event's and an organizer's for everybody, one's own under an address that can be renewed."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import argon2
import pytest

from chalicelib.store.items.accounts import account_item
from tests.support.builders import Person, a_person, cancelled, deleted, enrolled
from tests.support.http import Answer
from tests.support.mails.ics import Read, read
from tests.support.problems import problem
from tests.support.world import PASSWORD, SETTINGS, World


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(
        olga.token,
        starts_at="2026-10-23T18:00:00",
        ends_at="2026-10-26T12:00:00",
        timezone="Europe/Berlin",
        description="Bring a laptop.",
        capacity=1,
    )


def shown(answer: Answer) -> Read:
    assert answer.status == 200, answer.text
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    return read(answer.text)


def of_event(world: World, event: dict[str, Any]) -> Answer:
    return world.get(f"/events/{event['id']}/calendar.ics")


def of_organizer(world: World, person: Person) -> Answer:
    return world.get(f"/organizers/{person.id}/calendar.ics")


def feed_of(world: World, person: Person) -> str:
    """The path of somebody's own calendar."""
    answer = world.get("/auth/me/feeds", person.token)
    assert answer.status == 200, answer.text
    return str(answer.json["url"]).removeprefix("https://api.test")


def titles(answer: Answer) -> list[str]:
    return [entry.title for entry in shown(answer).entries]


# One event


def test_an_event_is_shown_with_its_local_times_over_the_end_of_summer(world: World, event: dict[str, Any]) -> None:
    answer = of_event(world, event)
    seen = shown(answer)

    assert seen.method == "PUBLISH"
    assert seen.name == ""
    assert seen.only.local == ("2026-10-23 18:00", "2026-10-26 12:00")
    assert seen.only.starts_at == datetime.fromisoformat(event["starts_at"])
    assert seen.only.ends_at == datetime.fromisoformat(event["ends_at"])
    assert seen.only.uid == f"{event['id']}@api.test"
    assert seen.only.status == "CONFIRMED"
    assert seen.only.fields["DESCRIPTION"] == "Bring a laptop."
    assert "CN=Olga Organizer:mailto:no-reply@turnout.example" in answer.text
    assert "ATTENDEE" not in answer.text


def test_a_draft_is_nobodys(world: World, olga: Person) -> None:
    draft = world.an_event(olga.token, status="draft")

    problem(of_event(world, draft), 404, "not_found")
    problem(world.get(f"/events/{draft['id']}/calendar.ics", olga.token), 404, "not_found")


def test_an_event_that_is_not_there_is_404(world: World, olga: Person, event: dict[str, Any]) -> None:
    problem(world.get("/events/01JZ3V5E9GQ7M2X4T6R8W0YABC/calendar.ics"), 404, "not_found")
    problem(world.get("/events/nothing/calendar.ics"), 404, "not_found")
    deleted(world, event, olga)
    problem(of_event(world, event), 404, "not_found")


def test_a_cancelled_event_says_so(world: World, olga: Person, event: dict[str, Any]) -> None:
    before = shown(of_event(world, event)).only
    world.clock.advance(timedelta(minutes=1))
    cancelled(world, event, olga)

    after = shown(of_event(world, event)).only
    assert after.status == "CANCELLED"
    assert after.sequence == before.sequence + 1
    assert after.fields["LAST-MODIFIED"] > before.fields["LAST-MODIFIED"]


def test_others_may_keep_it_for_some_minutes_and_ask_whether_it_is_still_true(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    first = of_event(world, event)
    assert first.headers["Cache-Control"] == "public, max-age=300"

    again = world.get(f"/events/{event['id']}/calendar.ics", If_None_Match=first.headers["ETag"])
    assert (again.status, again.text) == (304, "")

    world.clock.advance(timedelta(minutes=1))
    assert world.patch(f"/events/{event['id']}", {"title": "Moved"}, olga.token).status == 200
    changed = world.get(f"/events/{event['id']}/calendar.ics", If_None_Match=first.headers["ETag"])
    assert titles(changed) == ["Moved"]


@pytest.mark.parametrize(
    ("public_url", "host"),
    [("", "turnout"), ("https://events.example.org:8443/v1", "events.example.org")],
)
def test_the_host_of_the_service_ends_the_ids_of_entries(public_url: str, host: str) -> None:
    with World(replace(SETTINGS, public_url=public_url)) as world:
        event = world.an_event(a_person(world).token)

        assert shown(of_event(world, event)).only.uid == f"{event['id']}@{host}"


# An organizer's


def test_an_organizers_calendar_has_what_everybody_can_see_in_the_order_of_time(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    world.an_event(olga.token, title="Soon", starts_at="2026-06-02T09:00:00Z")
    world.an_event(olga.token, title="Draft", status="draft")
    world.an_event(a_person(world).token, title="Somebody else's")
    off = world.an_event(olga.token, title="Off", starts_at="2026-06-03T09:00:00Z")
    cancelled(world, off, olga)
    gone = world.an_event(olga.token, title="Gone")
    deleted(world, gone, olga)

    seen = shown(of_organizer(world, olga))

    assert seen.name == "Olga Organizer"
    assert [(entry.title, entry.status) for entry in seen.entries] == [
        ("Soon", "CONFIRMED"),
        ("Off", "CANCELLED"),
        ("Python Workshop", "CONFIRMED"),
    ]


def test_it_looks_back_for_thirty_days(world: World, olga: Person) -> None:
    world.an_event(olga.token, title="First", starts_at="2026-06-02T09:00:00Z")
    world.an_event(olga.token, title="Second", starts_at="2026-06-03T09:00:00Z")

    world.clock.now = datetime.fromisoformat("2026-07-02T10:00:00Z")
    assert titles(of_organizer(world, olga)) == ["Second"]
    world.clock.advance(timedelta(days=1))
    assert titles(of_organizer(world, olga)) == [], "who has published once keeps the address"


def test_it_has_two_hundred_events_at_most_the_next_ones(world: World, olga: Person) -> None:
    first = datetime.fromisoformat("2026-06-02T09:00:00Z")
    for number in range(310):
        starts_at = (first + timedelta(hours=number)).isoformat()
        body = {"title": str(number), "starts_at": starts_at, "status": "published" if number % 3 else "draft"}
        assert world.post("/events", body, olga.token).status == 201

    assert titles(of_organizer(world, olga)) == [str(number) for number in range(310) if number % 3][:200]


def test_what_is_running_stays_until_thirty_days_after_its_end(world: World, olga: Person) -> None:
    world.an_event(olga.token, title="Short", starts_at="2026-06-03T09:00:00Z")
    world.an_event(olga.token, title="Exhibition", starts_at="2026-06-02T09:00:00Z", ends_at="2026-08-31T09:00:00Z")
    world.an_event(olga.token, title="Years", starts_at="2026-06-02T08:00:00Z", ends_at="2029-06-02T08:00:00Z")
    world.an_event(olga.token, title="Soon", starts_at="2026-08-01T09:00:00Z")

    seen = {}
    for day in ("2026-07-17", "2026-09-29", "2026-10-01", "2029-07-01", "2029-07-03"):
        world.clock.now = datetime.fromisoformat(f"{day}T10:00:00Z")
        seen[day] = titles(of_organizer(world, olga))

    assert seen == {
        "2026-07-17": ["Years", "Exhibition", "Soon"],
        "2026-09-29": ["Years", "Exhibition"],
        "2026-10-01": ["Years"],
        "2029-07-01": ["Years"],
        "2029-07-03": [],
    }


def test_what_is_running_is_found_behind_what_has_begun_since(world: World, olga: Person) -> None:
    world.an_event(olga.token, title="Exhibition", starts_at="2026-06-02T09:00:00Z", ends_at="2026-12-31T09:00:00Z")
    for number in range(150):
        world.an_event(olga.token, title="Short", starts_at=f"2026-06-{3 + number // 24:02}T{number % 24:02}:00:00Z")

    world.clock.now = datetime.fromisoformat("2026-10-01T10:00:00Z")
    assert titles(of_organizer(world, olga)) == ["Exhibition"]


def test_who_has_published_nothing_has_no_calendar(world: World, olga: Person, ada: Person) -> None:
    world.an_event(olga.token, status="draft")

    for who in (olga, ada):
        problem(of_organizer(world, who), 404, "not_found")
    problem(world.get("/organizers/01JZ3V5E9GQ7M2X4T6R8W0YABC/calendar.ics"), 404, "not_found")
    problem(world.get("/organizers/olga/calendar.ics"), 404, "not_found")


def test_an_organizers_calendar_is_asked_for_again_by_its_etag(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    first = of_organizer(world, olga)
    assert first.headers["Cache-Control"] == "public, max-age=300"

    url = f"/organizers/{olga.id}/calendar.ics"
    assert world.get(url, If_None_Match=first.headers["ETag"]).status == 304
    assert titles(first) == [event["title"]]


# One's own


def test_ones_own_calendar_has_the_places_that_one_has_and_may_get(
    world: World, olga: Person, ada: Person, event: dict[str, Any]
) -> None:
    enrolled(world, event, a_person(world))
    waiting = world.post(f"/events/{event['id']}/enrollments", {"waitlist": True}, ada.token)
    assert waiting.json["status"] == "waitlisted"
    sure = world.an_event(olga.token, title="Sure", starts_at="2026-06-20T09:00:00Z")
    left = world.an_event(olga.token, title="Left")
    enrolled(world, sure, ada)
    world.delete(f"/enrollments/{enrolled(world, left, ada)['id']}", ada.token)
    held = world.an_event(olga.token, title="Held", starts_at="2026-06-21T09:00:00Z")
    assert world.post(f"/events/{held['id']}/enrollments", {"confirm": False}, ada.token).status == 201

    seen = shown(world.get(feed_of(world, ada)))

    assert seen.name == "Turnout"
    assert [(entry.title, entry.status) for entry in seen.entries] == [
        ("Sure", "CONFIRMED"),
        ("Held", "TENTATIVE"),
        ("Python Workshop", "TENTATIVE"),
    ]
    world.clock.advance(timedelta(minutes=16))
    assert titles(world.get(feed_of(world, ada))) == ["Sure", "Python Workshop"], "the hold is over"


def test_an_entry_becomes_newer_with_everything_that_happens_to_the_place(
    world: World, olga: Person, ada: Person, event: dict[str, Any]
) -> None:
    """A calendar that compares entries must not keep a place tentative that is sure by now."""
    address = feed_of(world, ada)
    first = enrolled(world, event, a_person(world))
    seen = []

    def look() -> None:
        entry = shown(world.get(address)).only
        seen.append((entry.sequence, entry.fields["LAST-MODIFIED"], entry.status))
        world.clock.advance(timedelta(minutes=1))

    row = world.post(f"/events/{event['id']}/enrollments", {"waitlist": True}, ada.token).json
    look()
    world.delete(f"/enrollments/{first['id']}", olga.token)
    world.work()
    look()
    assert world.patch(f"/enrollments/{row['id']}", {"note": "Window seat"}, olga.token).status == 200
    look()
    assert world.patch(f"/events/{event['id']}", {"location": "Hall 2", "notify": False}, olga.token).status == 200
    look()

    assert [status for _, _, status in seen] == ["TENTATIVE", "CONFIRMED", "CONFIRMED", "CONFIRMED"]
    for before, after in itertools.pairwise(seen):
        assert before[0] < after[0]
        assert before[1] < after[1]


def test_a_mail_again_moves_the_number_and_the_time_of_an_entry_together(
    world: World, ada: Person, event: dict[str, Any]
) -> None:
    row = enrolled(world, event, ada)
    before = shown(world.get(feed_of(world, ada))).only
    world.clock.advance(timedelta(minutes=20))

    assert world.post(f"/enrollments/{row['id']}/resend", None, ada.token).status == 202

    answer = world.get(feed_of(world, ada))
    assert shown(answer).only.sequence == before.sequence + 1
    assert {"DTSTAMP:20260601T092000Z", "LAST-MODIFIED:20260601T092000Z"} <= set(answer.text.splitlines())


def test_an_organizers_new_name_makes_every_entry_newer(
    world: World, olga: Person, ada: Person, event: dict[str, Any]
) -> None:
    enrolled(world, event, ada)
    world.clock.advance(timedelta(minutes=20))
    assert world.patch("/auth/me", {"last_name": "Renamed"}, olga.token).status == 200

    for answer in (world.get(feed_of(world, ada)), of_event(world, event), of_organizer(world, olga)):
        assert "Olga Renamed" in answer.text
        assert {"DTSTAMP:20260601T092000Z", "LAST-MODIFIED:20260601T092000Z"} <= set(answer.text.splitlines())


def test_a_mail_and_a_calendar_number_a_place_alike(world: World, ada: Person, event: dict[str, Any]) -> None:
    row = world.post(f"/events/{event['id']}/enrollments", {"confirm": False}, ada.token).json
    assert world.post(f"/enrollments/{row['id']}/confirm", None, ada.token).status == 200
    world.work()

    [mail] = [mail for mail in world.mailer.to(ada.email) if mail.attachments]
    mailed, subscribed = read(mail.attachments[0].text).only, shown(world.get(feed_of(world, ada))).only
    assert (mailed.uid, mailed.sequence) == (subscribed.uid, subscribed.sequence)


def test_places_of_those_whose_records_one_keeps_are_ones_own_to_know(
    world: World, olga: Person, ada: Person, event: dict[str, Any]
) -> None:
    kim = world.post("/attendees", {"first_name": "Kim", "last_name": "Kid"}, ada.token).json
    lee = world.post("/attendees", {"first_name": "Lee", "email": "lee@example.org"}, ada.token).json
    wide = world.an_event(olga.token, title="Wide", starts_at="2026-06-20T09:00:00Z")
    enrolled(world, wide, ada)
    for kept in (kim, lee):
        body = {"attendee_id": kept["id"]}
        assert world.post(f"/events/{wide['id']}/enrollments", body, ada.token).status == 201
    kid = world.post(f"/events/{event['id']}/enrollments", {"attendee_id": kim["id"]}, ada.token).json

    seen = shown(world.get(feed_of(world, ada))).entries

    assert sorted(entry.title for entry in seen) == [
        "Python Workshop (Kim Kid)",
        "Wide",
        "Wide (Kim Kid)",
        "Wide (Lee)",
    ]
    uids = {entry.title: entry.uid for entry in seen}
    assert uids["Wide (Kim Kid)"] == f"{wide['id']}-{kim['id']}@api.test"
    assert len(set(uids.values())) == 4
    assert titles(world.get(feed_of(world, olga))) == []
    world.delete(f"/enrollments/{kid['id']}", ada.token)
    assert len(shown(world.get(feed_of(world, ada))).entries) == 3


def test_a_corrected_name_is_the_one_in_the_calendar_of_who_keeps_the_record(
    world: World, olga: Person, ada: Person, event: dict[str, Any]
) -> None:
    kim = world.post("/attendees", {"first_name": "Kim"}, ada.token).json
    row = world.post(f"/events/{event['id']}/enrollments", {"attendee_id": kim["id"]}, ada.token).json
    body = {"attendee": {"name": "Kimberly"}}
    assert world.patch(f"/enrollments/{row['id']}", body, olga.token).status == 200

    assert titles(world.get(feed_of(world, ada))) == ["Python Workshop (Kimberly)"]


def test_a_new_name_in_a_record_makes_its_entries_newer(world: World, ada: Person, event: dict[str, Any]) -> None:
    kim = world.post("/attendees", {"first_name": "Kim"}, ada.token).json
    assert world.post(f"/events/{event['id']}/enrollments", {"attendee_id": kim["id"]}, ada.token).status == 201
    before = shown(world.get(feed_of(world, ada))).only
    world.clock.advance(timedelta(minutes=20))
    assert world.patch(f"/attendees/{kim['id']}", {"first_name": "Kimberly"}, ada.token).status == 200

    after = world.get(feed_of(world, ada))

    assert shown(after).only.title == "Python Workshop (Kimberly)"
    assert before.title == "Python Workshop (Kim)"
    assert {"DTSTAMP:20260601T092000Z", "LAST-MODIFIED:20260601T092000Z"} <= set(after.text.splitlines())


def test_whom_an_organizer_enrols_is_not_in_the_organizers_own_calendar(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    world.post("/attendees", {"first_name": "Kim"}, olga.token)
    body = {"name": "Uma", "email": "uma@example.org"}
    assert world.post(f"/events/{event['id']}/enrollments", body, olga.token).status == 201

    assert titles(world.get(feed_of(world, olga))) == []


def test_a_cancelled_event_is_shown_as_cancelled_until_the_place_is_gone(
    world: World, olga: Person, ada: Person, event: dict[str, Any]
) -> None:
    enrolled(world, event, ada)
    cancelled(world, event, olga)
    assert shown(world.get(feed_of(world, ada))).only.status == "CANCELLED"

    world.work()

    assert shown(world.get(feed_of(world, ada))).entries == ()


def test_what_is_over_is_shown_for_thirty_days(world: World, ada: Person, event: dict[str, Any]) -> None:
    enrolled(world, event, ada)
    address = feed_of(world, ada)

    world.clock.now = datetime.fromisoformat(event["ends_at"]) + timedelta(days=29)
    assert titles(world.get(address)) == [event["title"]]
    world.clock.advance(timedelta(days=1))
    assert titles(world.get(address)) == []


def test_the_address_is_for_calendars_that_cannot_log_in(world: World, ada: Person) -> None:
    given = world.get("/auth/me/feeds", ada.token).json

    assert given["url"].startswith("https://api.test/feeds/f_")
    assert given["url"].endswith(".ics")
    assert given["webcal_url"] == given["url"].replace("https:", "webcal:")
    assert world.get("/auth/me/feeds", ada.token).json == given, "it stays the same"
    assert shown(world.get(given["url"].removeprefix("https://api.test"))).entries == ()


def test_nobody_but_its_calendar_keeps_it(world: World, ada: Person, event: dict[str, Any]) -> None:
    enrolled(world, event, ada)
    first = world.get(feed_of(world, ada))

    assert first.headers["Cache-Control"] == "private, no-store"
    assert first.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert first.headers["Referrer-Policy"] == "no-referrer"
    again = world.get(feed_of(world, ada), If_None_Match=first.headers["ETag"])
    assert (again.status, again.text) == (304, "")
    assert again.headers["Cache-Control"] == "private, no-store"


def test_a_renewed_address_ends_the_old_one(world: World, ada: Person, event: dict[str, Any]) -> None:
    enrolled(world, event, ada)
    old = feed_of(world, ada)

    renewed = world.post("/auth/me/feeds", None, ada.token)

    assert renewed.status == 200
    fresh = renewed.json["url"].removeprefix("https://api.test")
    assert fresh != old
    assert feed_of(world, ada) == fresh
    assert titles(world.get(fresh)) == [event["title"]]
    told = problem(world.get(old), 404, "not_found")
    assert told["detail"] == "This calendar address is not complete, or no longer good."


def test_a_new_password_ends_the_address(world: World, ada: Person, olga: Person, event: dict[str, Any]) -> None:
    """Whoever had the old password may have read it."""
    enrolled(world, event, ada)
    old, others = feed_of(world, ada), feed_of(world, olga)

    pair = world.post(
        "/auth/change-password", {"old_password": PASSWORD, "new_password": "another one"}, ada.token
    ).json

    problem(world.get(old), 404, "not_found")
    fresh = world.get("/auth/me/feeds", pair["access"]).json["url"].removeprefix("https://api.test")
    assert fresh != old
    assert titles(world.get(fresh)) == [event["title"]]
    assert world.get(others).status == 200


def test_an_address_that_has_ended_never_comes_back(world: World, ada: Person) -> None:
    """In whatever order addresses are renewed and passwords changed."""
    passwords, token, seen = [PASSWORD, "another password"], ada.token, [feed_of(world, ada)]
    for renews in (True, False, False, True, True, False):
        if renews:
            assert world.post("/auth/me/feeds", None, token).status == 200
        else:
            body = {"old_password": passwords[0], "new_password": passwords[1]}
            token = world.post("/auth/change-password", body, token).json["access"]
            passwords.reverse()
        seen.append(world.get("/auth/me/feeds", token).json["url"].removeprefix("https://api.test"))

    assert len(set(seen)) == len(seen)
    assert [world.get(address).status for address in seen] == [404] * 6 + [200]


def test_logging_in_and_editing_the_profile_leave_the_address_as_it_is(world: World) -> None:
    """Also a login that hashes the password anew, because that has become cheaper to guess."""
    outdated = argon2.PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    person = a_person(world, password_hash=outdated)
    address = feed_of(world, person)

    token = world.logged_in(person.account.email)["access"]
    assert world.patch("/auth/me", {"first_name": "Other"}, token).status == 200

    details = world.container.store.accounts.details(person.id)
    assert details is not None
    assert details.account.password_hash != outdated
    assert world.get(address).status == 200


def test_who_has_closed_their_account_and_opens_it_again_has_another_address(world: World, ada: Person) -> None:
    address = feed_of(world, ada)

    world.container.store.dynamo.put(account_item(replace(ada.account, disabled=True).with_access_ended()))
    problem(world.get(address), 404, "not_found")
    world.container.store.dynamo.put(account_item(ada.account.with_access_ended()))
    problem(world.get(address), 404, "not_found")


def test_an_address_is_its_owners_only(world: World, ada: Person, olga: Person, event: dict[str, Any]) -> None:
    enrolled(world, event, ada)
    world.post("/auth/me/feeds", None, ada.token)

    assert titles(world.get(feed_of(world, olga))) == []
    assert titles(world.get(feed_of(world, ada))) == [event["title"]]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_address_is_told_to_nobody_else(world: World, method: str) -> None:
    problem(world.send(method, "/auth/me/feeds"), 401, "unauthenticated")


def test_no_other_text_leads_to_a_calendar(world: World, ada: Person) -> None:
    token = feed_of(world, ada).removeprefix("/feeds/")
    link = world.container.security.macs.sign("link", ada.id.encode() + bytes(4))
    without = [token.removesuffix(".ics"), token.removeprefix("f_"), token.replace("f_", "g_"), f"{token}.ics"]

    for text in [*without, f"f_{link}.ics", "f_.ics", f"f_{token}", token[:-6] + "x.ics", "f_a.b.c.ics"]:
        problem(world.get(f"/feeds/{text}"), 404, "not_found")


def test_an_account_that_is_gone_or_closed_has_no_calendar(world: World, ada: Person) -> None:
    nobody = world.container.security.macs.sign("feed", b"01JZ3V5E9GQ7M2X4T6R8W0YABC" + bytes(4))
    problem(world.get(f"/feeds/f_{nobody}.ics"), 404, "not_found")

    closed = a_person(world, disabled=True)
    address = world.container.security.macs.sign("feed", closed.id.encode() + bytes(4))
    problem(world.get(f"/feeds/f_{address}.ics"), 404, "not_found")
