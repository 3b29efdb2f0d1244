"""Mails about places: only while they are true, to whoever can read them, and after what is free has been settled."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind, OutboxState
from chalicelib.domain.seats import SeatMode, Step
from chalicelib.services.notifications.delivery.deliver import Deliver
from chalicelib.services.shared.outcomes import TryAgainError
from tests.support.builders import Person, a_person, due_rows, enrolled
from tests.support.mails.mailed import link_of
from tests.support.mails.senders import another_sender
from tests.support.world import World


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=1)


def asked(world: World, event: dict[str, Any], person: Person, **options: Any) -> dict[str, Any]:
    answer = world.post(f"/events/{event['id']}/enrollments", options, person.token)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def taken(world: World, kind: OutboxKind) -> OutboxEntry:
    """The pushed intent of this kind, taken from the queue."""
    [found] = [due for due in world.queue.waiting if due.kind is kind]
    world.queue.waiting.remove(found)
    return found


def ending(world: World, intent: OutboxEntry) -> tuple[str, str]:
    world.container.notifications.deliver(intent.key)
    row = next(row for row in due_rows(world) if row["sk"] == intent.key.place)
    return row["state"], row.get("detail", "")


def test_a_hold_that_was_confirmed_needs_no_reminder_to_confirm(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    row = asked(world, event, ada, confirm=False)
    pending = taken(world, OutboxKind.ENROLLMENT_PENDING)
    assert world.post(f"/enrollments/{row['id']}/confirm", None, ada.token).status == 200

    assert ending(world, pending) == ("skipped", "the enrollment is confirmed now")
    world.work()
    assert [mail.subject for mail in world.mailer.sent] == ["Confirmed: Python Workshop"]


def test_a_hold_whose_time_is_up_is_not_announced(world: World, event: dict[str, Any], ada: Person) -> None:
    asked(world, event, ada, confirm=False)
    pending = taken(world, OutboxKind.ENROLLMENT_PENDING)
    world.clock.advance(timedelta(minutes=15))

    assert ending(world, pending) == ("skipped", "its time is over")


def test_who_has_left_the_waitlist_is_not_told_that_they_wait(world: World, event: dict[str, Any], ada: Person) -> None:
    enrolled(world, event, a_person(world))
    row = asked(world, event, ada, waitlist=True)
    waiting = taken(world, OutboxKind.ENROLLMENT_WAITLISTED)
    world.delete(f"/enrollments/{row['id']}", ada.token)

    assert ending(world, waiting) == ("skipped", "the enrollment is cancelled now")


def test_an_offer_that_was_accepted_is_offered_no_more(world: World, olga: Person, ada: Person) -> None:
    event = world.an_event(olga.token, capacity=1, waitlist_mode="offer")
    first = enrolled(world, event, a_person(world))
    row = asked(world, event, ada, waitlist=True)
    world.delete(f"/enrollments/{first['id']}", olga.token)
    offer = taken(world, OutboxKind.ENROLLMENT_OFFERED)
    assert world.post(f"/enrollments/{row['id']}/confirm", None, ada.token).status == 200

    assert ending(world, offer) == ("skipped", "the enrollment is confirmed now")


def test_a_promotion_is_not_sent_to_who_has_cancelled_since(world: World, event: dict[str, Any], ada: Person) -> None:
    first = enrolled(world, event, a_person(world))
    row = asked(world, event, ada, waitlist=True)
    cancelled_by_link(world, first)
    promotion = taken(world, OutboxKind.ENROLLMENT_PROMOTED)
    world.delete(f"/enrollments/{row['id']}", ada.token)

    assert ending(world, promotion) == ("skipped", "the enrollment is cancelled now")


def cancelled_by_link(world: World, row: dict[str, Any]) -> None:
    assert world.post(f"/g/{link_of(world, row)}", {"action": "cancel"}, Accept="application/json").status == 200


def test_somebody_whom_no_mail_reaches_is_skipped(world: World, event: dict[str, Any], ada: Person) -> None:
    kim = world.post("/attendees", {"first_name": "Kim", "last_name": "Kid"}, ada.token).json["id"]
    asked(world, event, ada, attendee_id=kim)
    confirmation = taken(world, OutboxKind.ENROLLMENT_CONFIRMED)
    nobody = without(world, ada.id)

    assert nobody(confirmation.key) is OutboxState.SKIPPED
    row = next(row for row in due_rows(world) if row["sk"] == confirmation.key.place)
    assert row["detail"] == "no address to write to"


def without(world: World, person_id: str) -> Deliver:
    """A sender to whom this person is unknown."""

    class Others:
        def __init__(self, people: Any) -> None:
            self._people = people

        def by_ids(self, ids: Any) -> Any:
            return {one: person for one, person in self._people.by_ids(ids).items() if one != person_id}

        def by_id(self, asked: str) -> Any:
            return self.by_ids([asked]).get(asked)

    return another_sender(world.container.notifications.deliver, people=Others(world.container.store.people))


# Settling


def settling(world: World, settle: Callable[[str], object]) -> Deliver:
    return another_sender(world.container.notifications.deliver, settle=settle)


def test_beside_a_waitlist_the_sender_settles_before_it_writes(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    enrolled(world, event, a_person(world))
    asked(world, event, ada, waitlist=True)
    waiting = taken(world, OutboxKind.ENROLLMENT_WAITLISTED)
    settled: list[str] = []

    assert settling(world, settled.append)(waiting.key) is OutboxState.DONE

    assert settled == [event["id"]]


def test_without_a_waitlist_there_is_nothing_to_settle(world: World, event: dict[str, Any], ada: Person) -> None:
    enrolled(world, event, ada)
    settled: list[str] = []

    settling(world, settled.append)(taken(world, OutboxKind.ENROLLMENT_CONFIRMED).key)

    assert settled == []


def test_a_seat_that_somebody_left_lying_goes_to_the_head_of_the_waitlist_with_any_mail(
    world: World, event: dict[str, Any], ada: Person
) -> None:
    """The capacity is raised by a request that dies before it promotes: the next mail does what it owed."""
    enrolled(world, event, a_person(world))
    row = asked(world, event, ada, waitlist=True)
    waiting = taken(world, OutboxKind.ENROLLMENT_WAITLISTED)
    world.container.store.enrollments.write_seats_only(event["id"], [Step(shard=0, free=1, mode=SeatMode.FENCED)])

    assert ending(world, waiting) == ("skipped", "the enrollment is confirmed now")

    assert world.get(f"/enrollments/{row['id']}", ada.token).json["status"] == "confirmed"
    world.work()
    assert world.mailer.to(ada.email)[-1].subject == "You have a place: Python Workshop"


def test_an_event_too_busy_to_settle_is_come_back_to(world: World, event: dict[str, Any], ada: Person) -> None:
    enrolled(world, event, a_person(world))
    asked(world, event, ada, waitlist=True)
    waiting = taken(world, OutboxKind.ENROLLMENT_WAITLISTED)

    def busy(event_id: str) -> object:
        raise TryAgainError

    assert settling(world, busy)(waiting.key) is OutboxState.WAITING

    assert world.mailer.to(ada.email) == []
    assert world.container.notifications.deliver(waiting.key) is None, "not at once"
    world.clock.advance(timedelta(seconds=45))
    assert world.container.notifications.deliver(waiting.key) is OutboxState.DONE
    assert [mail.subject for mail in world.mailer.to(ada.email)] == ["Waitlist: Python Workshop"]
