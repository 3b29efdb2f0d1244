"""Messages under parallel requests and repeated pages: one message, one mail each."""

from typing import Any

import pytest

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.errors import ConfirmationRequiredError
from chalicelib.domain.notifications.messages import OrganizerMessage, Segment
from chalicelib.domain.outbox.entry import JOB_LEASE, OutboxKey
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.services.notifications.announcements.organizer_messages import MessageRequest, OrganizerMessages
from chalicelib.services.shared.idempotency import Remember, StoredAnswer
from chalicelib.services.shared.outcomes import StaleError
from tests.support.builders import Person, a_person, due_rows, enrolled
from tests.support.world import World


class LateReads:
    """The table as a parallel request saw it: before its twin had written."""

    def __init__(self, announcements: Any) -> None:
        self._announcements = announcements
        self._late = True

    def message(self, *args: Any, **options: Any) -> OrganizerMessage | None:
        if self._late:
            self._late = False
            return None
        found: OrganizerMessage | None = self._announcements.message(*args, **options)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._announcements, name)


def principal(person: Person) -> Principal:
    return Principal(user_id=person.id, session_id="", roles=person.account.roles, email_verified=True)


def confirmed(world: World, person: Person, request: MessageRequest) -> str:
    with pytest.raises(ConfirmationRequiredError) as refused:
        world.container.notifications.organizer_messages.send(principal(person), request, None, None)
    return refused.value.confirm


def test_of_two_requests_at_once_one_sends_and_both_say_so(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    enrolled(world, event, a_person(world))
    request = MessageRequest(event_id=event["id"], segment=Segment.CONFIRMED, subject="Hello", body="Bring a laptop.")
    confirm = confirmed(world, olga, request)
    made = world.container
    late = OrganizerMessages(made.events.ports, LateReads(made.store.announcements), made.limiter, made.limits)

    first = made.notifications.organizer_messages.send(principal(olga), request, confirm, None)
    second = late.send(principal(olga), request, confirm, None)

    assert first == second
    assert len(due_rows(world, "job_message")) == 1


def test_a_message_is_what_it_was_when_it_is_read_again(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    request = MessageRequest(
        event_id=event["id"], segment=Segment.WAITLISTED, subject="Grüße", body="Zeile 1\n\nZeile 2 – €"
    )

    sent = world.container.notifications.organizer_messages.send(
        principal(olga), request, confirmed(world, olga, request), None
    )

    assert world.container.store.announcements.message(event["id"], sent.id, consistent=True) == sent
    assert world.container.store.announcements.message(event["id"], "another") is None
    assert world.container.store.announcements.change(event["id"], sent.id) is None, "ids of two kinds do not meet"


def test_a_second_message_of_the_same_id_is_refused_with_everything_beside_it(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    request = MessageRequest(event_id=event["id"], segment=Segment.CONFIRMED, subject="Hello", body="Bring a laptop.")
    sent = world.container.notifications.organizer_messages.send(
        principal(olga), request, confirmed(world, olga, request), None
    )
    (row,) = due_rows(world, "job_message")
    job = world.container.store.outbox.get(OutboxKey.at(row["sk"], QueueName.JOBS))
    assert job is not None
    (listed,) = [
        one
        for _, one in world.container.store.announced.newest_first(event["id"], start=None, forward=True, limit=5).items
    ]
    remember = Remember("key", StoredAnswer("digest", 202, "{}", {}))

    with pytest.raises(StaleError):
        world.container.store.announcements.add(sent, listed, job, remember)

    assert world.container.store.answers.find("key") is None


def test_a_page_that_is_repeated_makes_the_same_mails(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=600)
    crowd = [a_person(world) for _ in range(30)]
    for person in crowd:
        enrolled(world, event, person)
    world.queue.waiting.clear()
    request = MessageRequest(event_id=event["id"], segment=Segment.CONFIRMED, subject="Hello", body="Bring a laptop.")
    world.container.notifications.organizer_messages.send(
        principal(olga), request, confirmed(world, olga, request), None
    )
    key = OutboxKey.at(due_rows(world, "job_message")[0]["sk"], QueueName.JOBS)
    now = world.clock()
    job = world.container.store.outbox.claim(key, now, now + JOB_LEASE, "crashed")
    assert job is not None
    world.container.background.jobs._ports.messages.write_page(job)
    world.clock.advance(JOB_LEASE)

    world.work()

    mails = [mail.to for mail in world.mailer.sent]
    assert sorted(mails) == sorted(person.email for person in crowd)
    assert len(due_rows(world, "organizer_message")) == len(crowd)
