"""How much mail others may cause to one mailbox, with the limits of production: what is over it comes later."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.domain.notifications.delivery_report import Feedback
from chalicelib.domain.notifications.email_preferences import Category
from chalicelib.domain.outbox.entry import OutboxKey, OutboxKind
from chalicelib.domain.shared.limits import PRODUCTION_LIMITS
from chalicelib.domain.shared.mail_budget import Budget, SharedBudget
from chalicelib.services.notifications.delivery.delivery_reports import DeliveryReport
from chalicelib.services.notifications.ports import RenderedEmail
from chalicelib.store.dynamo import keys
from tests.support.builders import Person, a_person, cancelled, due_rows, enrolled, signed_in
from tests.support.fakes import MemoryMailer
from tests.support.mails.mailed import link_of, pressed
from tests.support.people.guests import PRODUCTION, ask, asked
from tests.support.world import World

VICTIM = "victim@example.org"
BUDGET = PRODUCTION_LIMITS.unasked_mail
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAR = {"starts_at": "2026-09-01T09:00:00Z", "reminders": [], "follow_ups": []}


class Stamped(MemoryMailer):
    """Remembers when each mail was sent."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self.times: list[tuple[datetime, RenderedEmail]] = []

    def send(self, message: RenderedEmail) -> str:
        self.times.append((self._world.clock(), message))
        return super().send(message)

    def at(self, address: str) -> list[datetime]:
        return [at for at, mail in self.times if mail.to == address]


@pytest.fixture
def strict() -> Iterator[World]:
    with World(PRODUCTION) as made:
        mailer = Stamped(made)
        made.mailer = made.container.mail.given_mailer = mailer
        yield made


@pytest.fixture
def narrow(strict: World) -> World:
    """With so small a budget that little fills it."""
    few = SharedBudget(Budget(hour=2, day=3), beyond=Budget(hour=2, day=3), firsts=Budget(hour=3, day=4))
    strict.container.limits = replace(strict.container.limits, unasked_mail=few)
    return strict


def live(world: World, span: timedelta, step: timedelta = HOUR) -> None:
    """Let time go by, with ticks and workers."""
    end = world.clock() + span
    while world.clock() < end:
        world.clock.advance(step)
        world.tick()
        world.work()


def times(world: World, address: str = VICTIM) -> list[datetime]:
    assert isinstance(world.mailer, Stamped)
    return world.mailer.at(address)


def most(moments: list[datetime], span: timedelta) -> int:
    """Of any window of this length, the most that were sent in one."""
    return max(sum(first <= moment < first + span for moment in moments) for first in moments)


def is_within(world: World, address: str = VICTIM) -> bool:
    assert BUDGET
    moments = times(world, address)
    return most(moments, HOUR) <= BUDGET.each.hour and most(moments, DAY) <= BUDGET.each.day


def subjects(world: World, address: str = VICTIM) -> list[str]:
    return [mail.subject for mail in world.mailer.to(address)]


def kept(world: World, keeper: Person, email: str | None = VICTIM) -> str:
    answer = world.post("/attendees", {"first_name": "Vic", "email": email}, keeper.token)
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def put(world: World, event: dict[str, Any], attendee_id: str, by: Person) -> dict[str, Any]:
    answer = world.post(f"/events/{event['id']}/enrollments", {"attendee_id": attendee_id}, by.token)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def events(world: World, number: int, **fields: Any) -> list[dict[str, Any]]:
    """Each with a title of its own."""
    token = a_person(world).token
    return [world.an_event(token, **{**FAR, "title": f"Event {place}", **fields}) for place in range(number)]


def mail_of(world: World, row: dict[str, Any], person: Person) -> dict[str, Any]:
    answer = world.get(f"/enrollments/{row['id']}", signed_in(world, person.account).token)
    assert answer.status == 200, answer.text
    return dict(answer.json["mail"])


def ledgers(world: World) -> list[dict[str, Any]]:
    return [row for row in world.db.snapshot_all("turnout-accounts") if row["pk"]["S"].startswith("ledger#")]


# What others cause


def test_a_kept_record_enrolled_in_twelve_events(strict: World) -> None:
    """With a confirmation and a follow-up of each: twenty-four mails, all about what the reader never asked for."""
    mallory = a_person(strict)
    attendee = kept(strict, mallory)
    titles = events(strict, 12, follow_ups=["PT1H"])
    for event in titles:
        put(strict, event, attendee, mallory)
    strict.work()
    assert len(times(strict)) == 5

    live(strict, DAY - HOUR)
    assert len(times(strict)) == 20
    live(strict, 2 * DAY)

    assert is_within(strict)
    assert sorted(subjects(strict)) == sorted(
        [f"Confirmed: {event['title']}" for event in titles]
        + [f"All about your place: {event['title']}" for event in titles]
    )


def test_nineteen_events_by_id_and_the_mail_of_each_again_every_twenty_minutes(strict: World) -> None:
    mallory = a_person(strict)
    attendee = kept(strict, mallory)
    titles = [strict.an_event(mallory.token, **{**FAR, "title": f"Event {place}"}) for place in range(19)]
    rows = [put(strict, event, attendee, mallory) for event in titles]
    for _ in range(3):
        strict.clock.advance(timedelta(minutes=20))
        token = signed_in(strict, mallory.account).token
        for row in rows:
            assert strict.post(f"/enrollments/{row['id']}/resend", None, token).status == 202
        strict.tick()
        strict.work()
    asked_for = len([row for row in due_rows(strict) if row["kind"] == "enrollment_confirmed"])
    assert asked_for > 70

    live(strict, 3 * DAY)

    assert is_within(strict)
    assert set(subjects(strict)) == {f"Confirmed: {event['title']}" for event in titles}, (
        "nobody's place is kept secret"
    )
    states = {row["state"] for row in due_rows(strict) if row["kind"] == "enrollment_confirmed"}
    assert states == {"done", "skipped"}, "nothing waits any more"
    folded = [row for row in due_rows(strict) if row.get("detail") == "a later mail tells it"]
    assert len(folded) > 30


def test_cancelled_and_enrolled_again_twenty_times_in_a_minute(strict: World) -> None:
    olga = a_person(strict)
    event = strict.an_event(olga.token, **FAR)
    attendee = kept(strict, olga)
    for _ in range(20):
        row = put(strict, event, attendee, olga)
        strict.work()
        assert strict.delete(f"/enrollments/{row['id']}", olga.token).status in {200, 204}
        strict.work()
        strict.clock.advance(timedelta(seconds=3))
    put(strict, event, attendee, olga)
    strict.work()
    assert len(times(strict)) == 5

    live(strict, DAY)

    assert is_within(strict)
    assert len(times(strict)) == 6, "of all that waited, one is still true"
    assert subjects(strict)[-1] == "Confirmed: Python Workshop"


def test_a_network_that_asks_for_places_under_words_behind_a_plus_is_one(strict: World) -> None:
    event = strict.an_event(a_person(strict).token, **FAR)
    for number in range(40):
        assert ask(strict, event, f"victim+{number}@example.org").status == 202
    strict.work()

    assert BUDGET
    assert len(strict.mailer.sent) == BUDGET.each.hour


def test_many_who_know_each_other_are_bounded_together(strict: World) -> None:
    assert BUDGET
    titles = events(strict, 5)
    for _ in range(30):
        mallory = a_person(strict)
        attendee = kept(strict, mallory)
        for event in titles[:3]:
            put(strict, event, attendee, mallory)
    strict.work()

    assert len(times(strict)) == BUDGET.firsts.hour + BUDGET.beyond.hour

    live(strict, DAY)

    together = BUDGET.firsts.day + BUDGET.beyond.day
    assert most(times(strict), DAY) <= together
    assert most(times(strict), HOUR) <= BUDGET.firsts.hour + BUDGET.beyond.hour
    live(strict, 3 * DAY, step=3 * HOUR)
    assert len(times(strict)) == 90, "nothing is lost"


def test_an_organizer_who_repeats_what_concerns_ones_own_place_is_bounded_too(strict: World) -> None:
    assert PRODUCTION_LIMITS.repeated_mail
    olga, ada = a_person(strict), a_person(strict, VICTIM)
    event = strict.an_event(olga.token, **FAR)
    row = enrolled(strict, event, ada)
    strict.work()
    for _ in range(60):
        strict.clock.advance(timedelta(minutes=10))
        strict.tick()
        strict.work()
        token = signed_in(strict, olga.account).token
        assert strict.post(f"/enrollments/{row['id']}/resend", None, token).status == 202
        strict.work()

    assert most(times(strict), HOUR) <= PRODUCTION_LIMITS.repeated_mail.hour
    assert most(times(strict)[1:], DAY) <= PRODUCTION_LIMITS.repeated_mail.day

    live(strict, 2 * DAY)
    assert mail_of(strict, row, ada)["state"] == "sent"


def test_a_mail_that_waits_is_queued_and_then_sent(strict: World) -> None:
    mallory = a_person(strict)
    attendee = kept(strict, mallory)
    rows = [put(strict, event, attendee, mallory) for event in events(strict, 6)]
    strict.work()

    assert [mail_of(strict, row, mallory)["state"] for row in rows] == ["sent"] * 5 + ["queued"]

    live(strict, 3 * HOUR)

    assert mail_of(strict, rows[-1], mallory)["state"] == "sent"


def test_what_was_sent_is_reported_back_to_where_it_was_written(strict: World) -> None:
    """A bounce of a mail that had waited marks its enrollment."""
    mallory = a_person(strict)
    attendee = kept(strict, mallory)
    rows = [put(strict, event, attendee, mallory) for event in events(strict, 6)]
    strict.work()
    live(strict, 3 * HOUR)
    [later] = [row for row in due_rows(strict) if row["state"] == "done" and '"waits"' in row["about"]]

    key = OutboxKey(later["pk"], later["sk"])
    report = DeliveryReport(feedback=Feedback.BOUNCED, at=strict.clock(), intent=key)
    strict.container.notifications.delivery_reports.record(report)

    assert mail_of(strict, rows[-1], mallory)["state"] == "bounced"


def test_what_is_not_true_any_more_when_its_time_comes_is_not_sent(strict: World) -> None:
    mallory = a_person(strict)
    attendee = kept(strict, mallory)
    titles = events(strict, 6)
    rows = [put(strict, event, attendee, mallory) for event in titles]
    strict.work()
    assert strict.delete(f"/enrollments/{rows[-1]['id']}", mallory.token).status in {200, 204}

    live(strict, DAY)

    assert f"Confirmed: {titles[-1]['title']}" not in subjects(strict)
    assert f"Cancelled: your enrollment for {titles[-1]['title']}" in subjects(strict)


def test_what_finds_no_room_for_a_week_is_given_up(narrow: World) -> None:
    mallory = a_person(narrow)
    attendee = kept(narrow, mallory)
    for event in events(narrow, 24):
        put(narrow, event, attendee, mallory)
    narrow.work()

    live(narrow, 8 * DAY, step=8 * HOUR)

    assert most(times(narrow), DAY) == 3
    given_up = [
        row for row in due_rows(narrow) if row.get("detail") == "others caused more mails than the mailbox takes"
    ]
    assert given_up
    assert not [row for row in due_rows(narrow) if row["kind"] == "enrollment_confirmed" and row["state"] == "waiting"]


def test_the_ledger_keeps_no_address_and_ends_with_the_day(strict: World) -> None:
    mallory = a_person(strict)
    put(strict, events(strict, 1)[0], kept(strict, mallory), mallory)
    strict.work()

    [ledger] = ledgers(strict)

    assert "victim" not in str(ledger)
    assert mallory.id not in str(ledger)
    assert int(ledger["expires"]["N"]) == int(strict.clock().timestamp()) + 86_400


def test_what_others_cause_costs_half_a_read_and_one_write_more_and_ones_own_nothing(
    world: World, strict: World
) -> None:
    """A reminder where there are limits, and where there are none: the ledger of the mailbox it is charged to."""
    free, counted = _units_of_reminders(world), _units_of_reminders(strict)

    assert len(times(strict)) == 2
    assert counted["own"] == free["own"]
    assert (counted["own"][1], counted["unasked"][1] - free["unasked"][1]) == (2, 1)
    assert counted["unasked"][0] - free["unasked"][0] == 0.5


def _units_of_reminders(world: World) -> dict[str, tuple[float, float]]:
    """What the sender reads and writes for one that is its reader's own, and for one that is not."""
    ada, mallory = a_person(world), a_person(world)
    event = world.an_event(a_person(world).token, reminders=["-PT1H"], follow_ups=[])
    attendee = kept(world, mallory)
    for person in (ada, mallory):
        enrolled(world, event, person)
    put(world, event, attendee, mallory)
    world.work()
    reminders = _reminders(world, event)
    world.container.notifications.deliver(reminders[mallory.id])  # reads the event, for a second
    units = {}
    for name, person_id in (("own", ada.id), ("unasked", attendee)):
        with world.db.meter() as meter:
            world.container.notifications.deliver(reminders[person_id])
        units[name] = (meter.reads, meter.writes)
    return units


def _reminders(world: World, event: dict[str, Any]) -> dict[str, OutboxKey]:
    """Where the reminder of each is due, an hour before the event; its job is done, and no mail is sent yet."""
    world.clock.advance(datetime.fromisoformat(event["starts_at"]) - HOUR - world.clock())
    found = {}
    for _ in range(3):
        world.tick()
        while world.queue.waiting:
            due = world.queue.waiting.popleft()
            if due.kind is OutboxKind.REMINDER:
                found[due.recipient_id] = due.key
            else:
                world.run_entry(due.key, job=not due.kind.is_mail)
        world.clock.advance(timedelta(minutes=1))
    return found


# What is one's own


def bombed(world: World) -> None:
    """More than a day's worth of what strangers cause."""
    titles = events(world, 2)
    for _ in range(5):
        mallory = a_person(world)
        attendee = kept(world, mallory)
        for event in titles:
            put(world, event, attendee, mallory)
    world.work()


def test_a_stranger_cannot_use_it_up_for_the_owner(narrow: World) -> None:
    """What somebody does themselves, and all that follows from it, comes at once and writes into no ledger."""
    olga = a_person(narrow)
    owner = a_person(narrow, VICTIM)
    bombed(narrow)
    before, written = len(times(narrow)), ledgers(narrow)
    names = {
        "own": narrow.an_event(olga.token, **{**FAR, "title": "Own"}),
        "given": narrow.an_event(olga.token, **{**FAR, "title": "Given", "capacity": 1}),
        "off": narrow.an_event(olga.token, **{**FAR, "title": "Off"}),
    }
    other = enrolled(narrow, names["given"], a_person(narrow))
    narrow.post(f"/events/{names['given']['id']}/enrollments", {"waitlist": True}, owner.token)
    mine = enrolled(narrow, names["own"], owner)
    enrolled(narrow, names["off"], owner)
    narrow.work()
    narrow.delete(f"/enrollments/{other['id']}", olga.token)
    cancelled(narrow, names["off"], olga)
    narrow.post(f"/enrollments/{mine['id']}/resend", None, owner.token)
    narrow.work()
    narrow.delete(f"/enrollments/{mine['id']}", owner.token)
    narrow.work()

    assert sorted(subjects(narrow)[before:]) == [
        "Cancelled: Off will not take place",
        "Cancelled: your enrollment for Own",
        "Confirmed: Off",
        "Confirmed: Own",
        "Confirmed: Own",
        "Waitlist: Given",
        "You have a place: Given",
    ]
    assert ledgers(narrow) == written


def test_nor_for_the_organizers_of_events_that_the_owner_takes_part_in(narrow: World) -> None:
    """What is repeated about an own place has a budget of its own: resends, changes, messages."""
    olga, owner = a_person(narrow), a_person(narrow, VICTIM)
    row = enrolled(narrow, narrow.an_event(olga.token, **FAR), owner)
    bombed(narrow)
    before = len(times(narrow))

    narrow.post(f"/enrollments/{row['id']}/resend", None, olga.token)
    narrow.work()

    assert len(times(narrow)) == before + 1


def test_nor_for_a_guest_who_proves_the_address(narrow: World) -> None:
    bombed(narrow)
    event = events(narrow, 1)[0]
    before = len(times(narrow))
    ask(narrow, event, VICTIM)
    narrow.work()
    assert len(times(narrow)) == before, "strangers in such numbers delay what nobody has proven to be the owner's"
    person = narrow.container.store.people.by_email(VICTIM)
    assert person is not None
    [row] = [
        row for row in narrow.db.snapshot_all("turnout-enrollments") if row.get("attendee", {}).get("S") == person.id
    ]

    pressed(narrow, link_of(narrow, {"id": _id_of(row)}), "confirm")
    narrow.work()

    assert len(times(narrow)) == before + 1


def _id_of(row: dict[str, Any]) -> str:
    return keys.enrollment_key(row["pk"]["S"], row["sk"]["S"]).id


def test_one_stranger_delays_nobody_else(strict: World) -> None:
    mallory, olga = a_person(strict), a_person(strict)
    attendee = kept(strict, mallory)
    for event in events(strict, 30):
        put(strict, event, attendee, mallory)
    strict.work()
    assert len(times(strict)) == 5
    theirs = strict.an_event(olga.token, **FAR)

    put(strict, theirs, kept(strict, olga), olga)
    asked(strict, events(strict, 1)[0], VICTIM)
    strict.work()

    assert len(times(strict)) == 7


def test_thirty_places_of_ones_own_in_an_hour_are_thirty_mails(strict: World) -> None:
    ada = a_person(strict, VICTIM)
    for event in events(strict, 30):
        enrolled(strict, event, ada)
    strict.work()

    assert len(times(strict)) == 30
    assert ledgers(strict) == []


def test_what_a_keeper_does_for_people_without_an_address_is_the_keepers_own(strict: World) -> None:
    ada = a_person(strict, VICTIM)
    event = events(strict, 1)[0]
    own_address = kept(strict, ada, VICTIM)
    for attendee in [own_address, *(kept(strict, ada, None) for _ in range(12))]:
        put(strict, event, attendee, ada)
    strict.work()

    assert len(times(strict)) == 13
    assert ledgers(strict) == []


def test_who_agrees_has_a_place_of_their_own_from_then_on(narrow: World) -> None:
    olga = a_person(narrow)
    event = narrow.an_event(olga.token, **FAR)
    body = {"name": "Vic", "email": VICTIM, "confirm": False}
    held = narrow.post(f"/events/{event['id']}/enrollments", body, olga.token)
    assert held.status == 201, held.text
    narrow.work()
    bombed(narrow)
    before = len(times(narrow))

    pressed(narrow, link_of(narrow, held.json), "confirm")
    narrow.work()
    cancelled(narrow, event, olga)
    narrow.work()

    assert subjects(narrow)[before:] == ["Confirmed: Python Workshop", "Cancelled: Python Workshop will not take place"]


# "This was not me"


def not_me(mail: RenderedEmail) -> str:
    """The path of the link at the end of a mail that somebody else has caused."""
    lines = mail.text.splitlines()
    assert "Was this not you, or did you not want it?" in mail.text
    return urlsplit(lines[-1]).path


def test_the_link_ends_whatever_others_cause_and_nothing_else(strict: World) -> None:
    olga, mallory = a_person(strict), a_person(strict)
    attendee = kept(strict, mallory)
    known = put(strict, events(strict, 1)[0], attendee, mallory)
    strict.work()
    link = not_me(strict.mailer.to(VICTIM)[-1])

    assert strict.post(link).json == {"category": "by_others", "unsubscribed": True}

    event = strict.an_event(olga.token, **FAR)
    before = len(times(strict))
    put(strict, events(strict, 1)[0], attendee, mallory)
    assert strict.delete(f"/enrollments/{known['id']}", mallory.token).status in {200, 204}
    by_address = strict.post(f"/events/{event['id']}/enrollments", {"name": "V", "email": VICTIM}, olga.token)
    handed = enrolled(strict, events(strict, 1)[0], mallory)
    handed_on = strict.post(f"/enrollments/{handed['id']}/transfer", {"name": "V", "email": VICTIM}, mallory.token)
    guest = ask(strict, events(strict, 1)[0], VICTIM)
    strict.work()
    assert [by_address.status, handed_on.status, guest.status] == [201, 201, 202]
    assert len(times(strict)) == before

    owner = strict.signed_up(VICTIM)
    mine = strict.post(f"/events/{events(strict, 1)[0]['id']}/enrollments", {}, owner)
    assert mine.status == 201
    strict.work()
    assert subjects(strict)[-1].startswith("Confirmed: ")


def test_who_names_the_address_gets_the_same_answer(strict: World) -> None:
    olga = a_person(strict)
    event = strict.an_event(olga.token, **FAR)
    strict.post(not_me_link(strict))

    answers = []
    for email in (VICTIM, "nobody@example.org"):
        named = strict.post(f"/events/{event['id']}/enrollments", {"name": "V", "email": email}, olga.token)
        requested = ask(strict, events(strict, 1)[0], email)
        answers.append((named.status, sorted(named.json), requested.status, sorted(requested.json)))

    assert answers[0] == answers[1]


def not_me_link(world: World) -> str:
    return urlsplit(world.container.notifications.unsubscribe_links.url(Category.BY_OTHERS, VICTIM)).path


def test_the_owner_takes_it_back_by_the_link_or_with_an_account(strict: World) -> None:
    mallory = a_person(strict)
    attendee = kept(strict, mallory)
    link = not_me_link(strict)
    strict.post(link)
    put(strict, events(strict, 1)[0], attendee, mallory)
    strict.work()
    assert times(strict) == []

    assert strict.post(f"{link}/undo").json == {"category": "by_others", "unsubscribed": False}
    put(strict, events(strict, 1)[0], attendee, mallory)
    strict.work()
    assert len(times(strict)) == 1

    strict.clock.advance(timedelta(seconds=1))
    strict.post(link)
    owner = strict.signed_up(VICTIM)
    assert strict.get("/auth/me/preferences", owner).json["by_others"] is False
    strict.clock.advance(timedelta(seconds=1))
    assert strict.put("/auth/me/preferences", {}, owner).json["by_others"] is True


def test_a_mail_about_ones_own_has_no_such_link(strict: World) -> None:
    ada = a_person(strict, VICTIM)
    enrolled(strict, events(strict, 1)[0], ada)
    strict.work()

    assert "not_me" not in strict.mailer.to(VICTIM)[-1].text
    assert "Was it not you" not in strict.mailer.to(VICTIM)[-1].text


def test_without_limits_nothing_is_counted(world: World) -> None:
    mallory = a_person(world)
    attendee = kept(world, mallory)
    for event in events(world, 12):
        put(world, event, attendee, mallory)
    world.work()

    assert len(world.mailer.to(VICTIM)) == 12
    assert ledgers(world) == []
