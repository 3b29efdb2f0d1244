"""Change notices: who is told what of an edited event, once for edits that follow each other closely, or not at all."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.events.event_changes import GATHERING, IN_FLIGHT
from chalicelib.domain.outbox.entry import OutboxKey
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.services.notifications.ports import RenderedEmail
from tests.support.builders import Person, a_person, cancelled, deleted, due_rows, enrolled
from tests.support.mails.ics import read
from tests.support.mails.mailed import pressed
from tests.support.people.guests import asked
from tests.support.problems import problem
from tests.support.world import World


def told(world: World, event: dict[str, Any], person: Person) -> None:
    """Somebody is enrolled and has read the confirmation."""
    enrolled(world, event, person)
    world.work()
    world.mailer.sent.clear()


def edit(world: World, event: dict[str, Any], person: Person, **fields: Any) -> dict[str, Any]:
    answer = world.patch(f"/events/{event['id']}", fields, person.token)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def wait(world: World, span: timedelta = GATHERING) -> None:
    world.clock.advance(span + timedelta(seconds=30))
    world.tick()
    world.work()


def changes(world: World, address: str = "") -> list[RenderedEmail]:
    """The mails about changes, to one address or to everybody."""
    intents = {row["sk"].split("#", 1)[1] for row in due_rows(world, "event_changed")}
    return [
        mail for mail in world.mailer.sent if mail.headers["X-Turnout-Intent"] in intents and address in {"", mail.to}
    ]


def jobs(world: World) -> list[str]:
    return [row["state"] for row in due_rows(world, "job_notice")]


def test_a_change_is_told_as_it_was_and_as_it_is(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1")
    told(world, event, ada)

    edit(world, event, olga, location="Hall 2")
    wait(world)

    (mail,) = changes(world)
    assert mail.to == ada.email
    assert "Hall 1" in mail.text
    assert "Hall 2" in mail.text
    assert mail.text.index("Hall 1") < mail.text.index("Hall 2")
    (attachment,) = mail.attachments
    assert attachment.method == "REQUEST"
    entry = read(attachment.text).only
    assert (entry.sequence, entry.fields["LOCATION"]) == (1, "Hall 2")


def test_another_name_for_the_same_clock_is_no_new_time(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, timezone="Europe/Berlin")
    told(world, event, ada)

    edit(world, event, olga, timezone="Europe/Vienna")
    wait(world)

    assert (changes(world), jobs(world)) == ([], [])
    edit(world, event, olga, timezone="Europe/London")
    wait(world)

    (mail,) = changes(world)
    assert mail.subject == "New time: Python Workshop"
    assert "Before: Wednesday, 1 July 2026, 11:00 (Vienna time)" in mail.text
    assert "Now: Wednesday, 1 July 2026, 10:00 (London time)" in mail.text


def test_an_event_that_becomes_one_of_whole_days_has_a_new_time(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, timezone="Europe/Berlin")
    told(world, event, ada)

    edit(world, event, olga, all_day=True, ends_at="2026-07-02T12:00:00")
    wait(world)

    (mail,) = changes(world)
    assert mail.subject == "New time: Python Workshop"
    assert "Now: Wednesday, 1 July 2026 to Thursday, 2 July 2026" in mail.text
    assert read(mail.attachments[0].text).only.local == ("2026-07-01", "2026-07-03")


def test_nothing_is_sent_before_five_minutes_have_passed(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1")
    told(world, event, ada)

    edit(world, event, olga, location="Hall 2")
    world.work()
    world.clock.advance(GATHERING - timedelta(seconds=1))
    world.tick()
    world.work()

    assert changes(world) == []
    assert jobs(world) == ["waiting"]


def test_two_edits_are_one_mail_with_the_first_before_and_the_last_after(
    world: World, olga: Person, ada: Person
) -> None:
    event = world.an_event(olga.token, location="Hall 1")
    told(world, event, ada)

    edit(world, event, olga, location="Hall 2")
    world.clock.advance(timedelta(minutes=4))
    edit(world, event, olga, location="Hall 3", title="Rust Workshop")
    wait(world, timedelta(minutes=1))

    (mail,) = changes(world)
    for words in ("Hall 1", "Hall 3", "Python Workshop", "Rust Workshop"):
        assert words in mail.text
    assert "Hall 2" not in mail.text
    assert read(mail.attachments[0].text).only.sequence == 2
    assert len(due_rows(world, "job_notice")) == 1


def test_what_is_edited_back_is_not_told(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1")
    told(world, event, ada)

    edit(world, event, olga, location="Hall 2")
    edit(world, event, olga, location="Hall 1")
    wait(world)

    assert changes(world) == []
    assert jobs(world) == ["skipped"]
    edit(world, event, olga, location="Hall 4")
    wait(world)
    assert "Hall 1" in changes(world)[0].text, "the next notice begins anew"


@pytest.mark.parametrize(
    "fields", [{"description": "More"}, {"tags": ["new"]}, {"price": "5.00"}, {"url": "https://example.org"}, {}]
)
def test_what_nobody_plans_by_is_not_told(world: World, olga: Person, ada: Person, fields: dict[str, Any]) -> None:
    event = world.an_event(olga.token)
    told(world, event, ada)

    edit(world, event, olga, **fields)
    wait(world)

    assert due_rows(world, "job_notice") == []
    assert changes(world) == []


def test_a_silent_edit_is_not_told(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1")
    told(world, event, ada)

    for verb in (world.patch, world.put):
        body = {**event, "location": f"Hall {verb.__name__}", "notify": False}
        assert verb(f"/events/{event['id']}", body, olga.token).status == 200
    wait(world)

    assert due_rows(world, "job_notice") == []
    assert changes(world) == []


def test_a_silent_edit_beside_a_notice_stays_silent(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1")
    told(world, event, ada)

    edit(world, event, olga, title="Rust Workshop")
    edit(world, event, olga, location="Hall 2", notify=False)
    wait(world)

    (mail,) = changes(world)
    assert "Rust Workshop" in mail.text
    assert "Hall 1" not in mail.text


def test_a_silent_correction_of_what_is_told_is_told_with_it(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1")
    told(world, event, ada)

    edit(world, event, olga, location="Hal 2")
    edit(world, event, olga, location="Hall 2", notify=False)
    wait(world)

    (mail,) = changes(world)
    assert "Hall 1" in mail.text
    assert "Hall 2" in mail.text
    assert "Hal 2" not in mail.text


def test_whether_people_are_told_is_no_property_of_the_event(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1")
    told(world, event, ada)
    assert "notify" not in edit(world, event, olga, location="Hall 2", notify=False)

    edit(world, event, olga, location="Hall 3")
    wait(world)

    (mail,) = changes(world)
    assert "Hall 2" in mail.text


@pytest.mark.parametrize(("value", "code"), [("no", "invalid"), (0, "invalid"), ([], "invalid")])
def test_it_is_true_or_false(world: World, olga: Person, value: Any, code: str) -> None:
    event = world.an_event(olga.token)
    url = f"/events/{event['id']}"

    for answer in (
        world.patch(url, {"title": "New", "notify": value}, olga.token),
        world.put(url, {**event, "notify": value}, olga.token),
    ):
        fault = problem(answer, 400, "invalid_request")["errors"][0]
        assert (fault["pointer"], fault["code"]) == ("/notify", code)
    assert world.get(url).json["title"] == "Python Workshop"


def test_null_is_the_default_of_a_patch_and_nothing_in_a_put(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1")
    told(world, event, ada)

    edit(world, event, olga, location="Hall 2", notify=None)

    assert jobs(world) == ["waiting"]
    problem(world.put(f"/events/{event['id']}", {**event, "notify": None}, olga.token), 400, "invalid_request")


def test_a_new_event_has_nobody_to_tell(world: World, olga: Person) -> None:
    body = {"title": "New", "starts_at": "2026-07-01T09:00:00Z", "notify": False}

    fault = problem(world.post("/events", body, olga.token), 400, "invalid_request")["errors"][0]

    assert (fault["pointer"], fault["code"]) == ("/notify", "unknown_field")


def test_close_to_the_start_people_are_told_at_once(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1", starts_at="2026-06-01T09:29:00Z")
    told(world, event, ada)

    edit(world, event, olga, location="Hall 2")
    world.work()

    assert [mail.to for mail in changes(world)] == [ada.email]


def test_a_start_that_comes_close_hurries_a_notice_that_waits(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1", starts_at="2026-06-01T15:00:00Z")
    told(world, event, ada)

    edit(world, event, olga, location="Hall 2")
    edit(world, event, olga, starts_at="2026-06-01T09:20:00Z")
    world.work()

    (mail,) = changes(world)
    assert "Hall 2" in mail.text
    wait(world)
    assert len(changes(world)) == 1


def test_the_tick_sends_what_was_to_go_out_at_once_when_the_push_was_lost(
    world: World, olga: Person, ada: Person
) -> None:
    event = world.an_event(olga.token, location="Hall 1", starts_at="2026-06-01T09:29:00Z")
    told(world, event, ada)
    world.queue.lossy = True
    edit(world, event, olga, location="Hall 2")
    world.queue.lossy = False

    wait(world, timedelta(minutes=2))

    assert len(changes(world)) == 1


def test_everybody_with_a_place_or_a_prospect_is_told(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=2, location="Hall 1")
    url = f"/events/{event['id']}/enrollments"
    confirmed, held, waiting, gone, late = (a_person(world) for _ in range(5))
    enrolled(world, event, confirmed)
    leaving = enrolled(world, event, gone)
    assert world.post(f"/enrollments/{leaving['id']}/cancel", None, gone.token).status == 200
    assert world.post(url, {"confirm": False}, held.token).json["status"] == "pending"
    assert world.post(url, {"waitlist": True}, waiting.token).json["status"] == "waitlisted"
    world.work()
    world.mailer.sent.clear()

    edit(world, event, olga, location="Hall 2")
    world.clock.advance(IN_FLIGHT)
    assert world.post(url, {"waitlist": True}, late.token).status == 201
    wait(world)

    mails = changes(world)
    assert {mail.to for mail in mails} == {confirmed.email, held.email, waiting.email}
    assert {mail.to for mail in mails if mail.attachments} == {confirmed.email}


def test_a_guest_is_told_as_soon_as_the_address_is_proven(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1")
    known, unknown = (asked(world, event, f"{name}@example.org") for name in ("known", "unknown"))
    pressed(world, known, "confirm")
    world.work()

    edit(world, event, olga, location="Hall 2")
    wait(world)

    assert [mail.to for mail in changes(world)] == ["known@example.org"]
    assert "Hall 2" in pressed(world, unknown, "confirm").text


def test_nobody_enrolled_nothing_to_do(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1", capacity=5)
    draft = world.an_event(olga.token, location="Hall 1", status="draft")

    for one in (event, draft):
        edit(world, one, olga, location="Hall 2")

    assert due_rows(world, "job_notice") == []


def test_an_event_that_is_over_has_nothing_to_tell(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1")
    told(world, event, ada)
    world.clock.now = world.clock.now.replace(month=7, day=2)
    token = world.logged_in(olga.email)["access"]

    assert world.patch(f"/events/{event['id']}", {"location": "Hall 2"}, token).status == 200

    assert due_rows(world, "job_notice") == []


@pytest.mark.parametrize("end", [cancelled, deleted])
def test_the_end_of_the_event_takes_a_waiting_notice_with_it(world: World, olga: Person, ada: Person, end: Any) -> None:
    event = world.an_event(olga.token, location="Hall 1")
    told(world, event, ada)
    edit(world, event, olga, location="Hall 2")

    end(world, event, olga)
    wait(world)

    assert due_rows(world, "job_notice") == []
    assert changes(world) == []
    assert len(world.mailer.to(ada.email)) == 1, "that the event is off"


def test_who_left_or_enrolled_anew_meanwhile_is_not_told(world: World, olga: Person, ada: Person) -> None:
    bob = a_person(world)
    event = world.an_event(olga.token, location="Hall 1")
    rows = {person.id: enrolled(world, event, person) for person in (ada, bob)}
    world.work()
    edit(world, event, olga, location="Hall 2")
    world.clock.advance(GATHERING)
    (job,) = due_rows(world, "job_notice")
    world.container.background.jobs.run(OutboxKey.at(job["sk"], QueueName.JOBS))
    assert len(due_rows(world, "event_changed")) == 2
    for person in (ada, bob):
        assert world.post(f"/enrollments/{rows[person.id]['id']}/cancel", None, person.token).status == 200
    enrolled(world, event, bob)

    world.work()

    assert changes(world) == []
    assert {row["detail"] for row in due_rows(world, "event_changed")} == {
        "the enrollment is cancelled now",
        "enrolled again since",
    }


def test_who_has_no_address_is_told_through_whoever_keeps_them(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1")
    grace = world.post("/attendees", {"first_name": "Grace"}, ada.token).json["id"]
    assert world.post(f"/events/{event['id']}/enrollments", {"attendee_id": grace}, ada.token).status == 201
    world.work()

    edit(world, event, olga, location="Hall 2")
    wait(world)

    (mail,) = changes(world)
    assert mail.to == ada.email
    assert "Grace" in mail.text


def test_each_is_told_in_their_language(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1")
    emil = a_person(world, locale="de-AT")
    told(world, event, emil)

    edit(world, event, olga, location="Hall 2")
    wait(world)

    assert changes(world, emil.email)[0].headers["Content-Language"] == "de"


def test_an_event_of_several_shards_tells_everybody(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=600, location="Hall 1")
    crowd = [a_person(world) for _ in range(40)]
    for person in crowd:
        enrolled(world, event, person)
    world.work()
    world.mailer.sent.clear()

    edit(world, event, olga, location="Hall 2")
    wait(world)

    assert sorted(mail.to for mail in changes(world)) == sorted(person.email for person in crowd)
