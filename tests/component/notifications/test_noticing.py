"""The job of a change notice: decided once, taken up again wherever it stopped, and never in the way of an edit."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_changes import GATHERING, Change, Material, NoticeState
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.outbox.entry import JOB_LEASE, OutboxKey
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.services.background.jobs import Progress
from chalicelib.services.events.change import Change as Asked
from chalicelib.services.notifications.fan_out import PAGE
from chalicelib.services.notifications.ports import RenderedEmail
from chalicelib.services.shared.outcomes import StaleError
from devtools.simdb.client import SimClient
from tests.support.builders import Person, a_person, cancelled, due_rows, enrolled
from tests.support.world import World


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    """With one person who knows that it is in hall 1."""
    made = world.an_event(olga.token, location="Hall 1", capacity=5)
    enrolled(world, made, a_person(world))
    world.work()
    world.mailer.sent.clear()
    return made


def edit(world: World, event: dict[str, Any], person: Person, **fields: Any) -> None:
    answer = world.patch(f"/events/{event['id']}", fields, person.token)
    assert answer.status == 200, answer.text


def notice_of(world: World, event: dict[str, Any]) -> Any:
    found = world.container.store.events.with_seats(event["id"], consistent=True)
    assert found
    return found[0].notice


def present(world: World, event: dict[str, Any]) -> Any:
    found = world.container.store.events.with_seats(event["id"], consistent=True)
    assert found
    return found


def job_key(world: World) -> OutboxKey:
    """Of the newest notice."""
    return OutboxKey.at(due_rows(world, "job_notice")[-1]["sk"], QueueName.JOBS)


def halls(mail: RenderedEmail) -> list[str]:
    """The halls that a mail names, in their order."""
    words = mail.text.replace("\n", " ").split("Hall ")[1:]
    return [f"Hall {word[0]}" for word in words][:2]


def test_an_edit_while_mails_are_written_opens_the_next_notice(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    edit(world, event, olga, location="Hall 2")
    world.clock.advance(GATHERING)
    read = present(world, event)
    first = read[0].notice
    decided = Change(id=first.id, before=first.before, after=Material.of(read[0].facts), changed_at=first.changed_at)
    world.container.store.announcements.decide(read[0], decided)
    assert notice_of(world, event).state is NoticeState.SENDING

    edit(world, event, olga, location="Hall 3")
    second = notice_of(world, event)
    assert (second.id != first.id, second.state, second.before.location) == (True, NoticeState.WAITING, "Hall 2")
    world.clock.advance(GATHERING)
    world.tick()
    world.work()

    assert sorted(halls(mail) for mail in world.mailer.sent) == [["Hall 1", "Hall 2"], ["Hall 2", "Hall 3"]]
    assert notice_of(world, event) is None


def test_a_silent_edit_while_mails_are_written_changes_nothing_of_them(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    edit(world, event, olga, location="Hall 2")
    read = present(world, event)
    notice = read[0].notice
    world.container.store.announcements.decide(
        read[0],
        Change(id=notice.id, before=notice.before, after=Material.of(read[0].facts), changed_at=notice.changed_at),
    )

    edit(world, event, olga, location="Hall 3", notify=False)
    assert notice_of(world, event).id == notice.id
    world.container.background.jobs.run(job_key(world))
    world.work()

    assert [halls(mail) for mail in world.mailer.sent] == [["Hall 1", "Hall 2"]]


def test_deciding_and_editing_exclude_each_other(world: World, olga: Person, event: dict[str, Any]) -> None:
    """Both were read before either was written."""
    edit(world, event, olga, location="Hall 2")
    read, seats = present(world, event)
    notice = read.notice
    decided = Change(id=notice.id, before=notice.before, after=Material.of(read.facts), changed_at=notice.changed_at)
    edited = read.changed(world.clock(), facts=replace(read.facts, location="Hall 3"))

    world.container.store.announcements.decide(read, decided)
    with pytest.raises(StaleError):
        world.container.store.events.replace(read, edited, seats=seats)

    edit(world, event, olga, description="Not material, but another version")
    again, seats = present(world, event)
    world.container.store.events.replace(again, again.changed(world.clock()), seats=seats)
    with pytest.raises(StaleError):
        world.container.store.announcements.decide(again, decided)
    with pytest.raises(StaleError):
        world.container.store.announcements.drop(again)


def test_a_version_that_nobody_is_enrolled_in_is_written_only_while_that_is_true(world: World, olga: Person) -> None:
    """Somebody enrols between the look and the edit: they have been told of the place that was."""
    event = world.an_event(olga.token, location="Hall 1", capacity=5)
    read, seats = present(world, event)
    enrolled(world, event, a_person(world))
    moved = replace(read.facts, location="Hall 2")
    for facts in (moved, replace(moved, starts_at=moved.starts_at + timedelta(minutes=5))):
        with pytest.raises(StaleError):
            world.container.store.events.replace(
                read, read.changed(world.clock(), facts=facts), seats=seats, empty=True
            )

    edit(world, event, olga, location="Hall 2")

    assert len(due_rows(world, "job_notice")) == 1


def test_the_use_case_looks_again_when_somebody_enrols_meanwhile(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1", capacity=5)
    ada = a_person(world)
    looked: list[Event] = []

    def rewrite(one: Event) -> EventFacts:
        if not looked:
            enrolled(world, event, ada)
        looked.append(one)
        return replace(one.facts, location="Hall 2")

    caller = Principal(user_id=olga.id, roles=olga.account.roles, email_verified=True, session_id="")

    world.container.events.publisher.edit(caller, Asked(event_id=event["id"]), rewrite)

    assert len(looked) == 2
    assert len(due_rows(world, "job_notice")) == 1


class PowerCutError(BaseException):
    """Ends a process at once: nothing may catch it."""


class FailingClient(SimClient):
    """One call fails: the process dies before or after it, or its answer is lost."""

    def __init__(self, world: World, failing: int, failure: str) -> None:
        super().__init__(world.db)
        self.left, self._failure = failing, failure

    def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> dict[str, Any]:
        self.left -= 1
        if self.left == 0 and self._failure == "death before":
            raise PowerCutError
        answer = super()._make_api_call(operation_name, api_params)
        if self.left == 0:
            raise PowerCutError if self._failure == "death after" else ReadTimeoutError(endpoint_url="simulated")
        return answer


@pytest.mark.parametrize("edits", [("Hall 2",), ("Hall 2", "Hall 1")], ids=["changed", "changed back"])
@pytest.mark.parametrize("failure", ["death before", "death after", "lost answer"])
def test_whatever_call_fails_everybody_is_told_once(
    world: World, olga: Person, event: dict[str, Any], failure: str, edits: tuple[str, ...]
) -> None:
    for location in edits:
        edit(world, event, olga, location=location)
    world.tick()  # leaves a watermark behind, so that later ones look back for minutes and not for a day
    world.clock.advance(GATHERING)
    world.queue.waiting.clear()
    start, now, failing, happened = world.db, world.clock.now, 0, True
    while happened:
        failing += 1
        world.clock.now, world.db = now, start.clone()
        world.mailer.sent.clear()
        happened = _fails(world, failing, failure)
        told_once(world, event, 0 if "Hall 1" in edits else 1)
    assert failing > 5, "the run makes more than a few calls"


def _fails(world: World, failing: int, failure: str) -> bool:
    """Run the job so that one call fails, and the rest as it comes; whether the run had so many calls at all."""
    connection = world.container.store.dynamo.connection
    connection._client = client = FailingClient(world, failing, failure)  # type: ignore[assignment]
    with suppress(PowerCutError):
        world.container.background.jobs.run(job_key(world))
    connection._client = SimClient(world.db)  # type: ignore[assignment]
    for _ in range(8):
        world.clock.advance(timedelta(minutes=1))
        world.tick()
        world.work()
    return client.left <= 0


def told_once(world: World, event: dict[str, Any], mails: int) -> None:
    assert len(world.mailer.sent) == mails
    assert notice_of(world, event) is None
    assert due_rows(world, "job_notice")[-1]["state"] in {"done", "skipped"}


def test_a_long_list_is_told_page_by_page(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, location="Hall 1")
    crowd = [a_person(world) for _ in range(PAGE + 5)]
    for person in crowd:
        enrolled(world, event, person)
    world.work()
    world.mailer.sent.clear()
    edit(world, event, olga, location="Hall 2")
    world.clock.advance(GATHERING)

    assert world.container.background.jobs.run(job_key(world)) is Progress.DONE
    world.work()

    assert sorted(mail.to for mail in world.mailer.sent) == sorted(person.email for person in crowd)


def test_cancelling_the_event_stops_mails_that_are_not_written_yet(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    edit(world, event, olga, location="Hall 2")
    world.clock.advance(GATHERING)
    now = world.clock()
    job = world.container.store.outbox.claim(job_key(world), now, now + JOB_LEASE, "slow")
    assert job is not None
    noticing = world.container.background.jobs._ports.change_notices
    noticing._decided(job)

    cancelled(world, event, olga)
    world.clock.advance(JOB_LEASE)
    assert due_rows(world, "job_notice") == [], "the row went with the event"
    assert world.container.background.jobs.run(job.key) is Progress.NOTHING
    world.work()

    assert due_rows(world, "event_changed") == []
    assert len(world.mailer.sent) == 1, "that the event is off"


def test_mails_that_were_written_before_the_end_are_not_sent_after_it(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    edit(world, event, olga, location="Hall 2")
    world.clock.advance(GATHERING)
    world.container.background.jobs.run(job_key(world))
    cancelled(world, event, olga)

    world.work()

    (row,) = due_rows(world, "event_changed")
    assert (row["state"], row["detail"]) in {
        ("skipped", "the event is cancelled now"),
        ("skipped", "the enrollment is cancelled now"),
    }


def test_a_lost_answer_to_dropping_a_notice_is_no_failure(world: World, olga: Person, event: dict[str, Any]) -> None:
    edit(world, event, olga, location="Hall 2")
    edit(world, event, olga, location="Hall 1")
    read = present(world, event)[0]

    world.container.store.announcements.drop(read)
    world.container.store.announcements.drop(read)

    assert notice_of(world, event) is None
