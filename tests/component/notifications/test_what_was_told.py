"""What the people of an event were told, as its team reads it, with what became of the mails."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib import container
from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.domain.outbox.entry import OutboxKey
from chalicelib.services.notifications.ports import SendRefusedError
from chalicelib.workers import feedback
from tests.support.builders import Person, a_member, a_person, due_rows, enrolled
from tests.support.mails.notices import bounce, complaint, delivery
from tests.support.problems import problem
from tests.support.world import World

NOTHING = dict.fromkeys(("mails", "waiting", "sent", "skipped", "failed", "delivered", "bounced", "complained"), 0)


def write(world: World, event: dict[str, Any], writer: Person, subject: str = "Hello") -> str:
    url = f"/events/{event['id']}/messages"
    words = {"subject": subject, "body": "Bring a laptop.", "segment": "confirmed"}
    confirm = problem(world.post(url, words, writer.token), 409, "confirmation_required")["confirm"]
    answer = world.post(f"{url}?confirm={confirm}", words, writer.token)
    assert answer.status == 202, answer.text
    return str(answer.json["id"])


def told(world: World, event: dict[str, Any], reader: Person, query: str = "") -> dict[str, Any]:
    answer = world.get(f"/events/{event['id']}/messages{query}", reader.token)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def sums(world: World, event: dict[str, Any], reader: Person) -> dict[str, int]:
    deliveries = told(world, event, reader)["results"][0]["deliveries"]
    return {name: number for name, number in deliveries.items() if number}


def report(world: World, *notices: str) -> None:
    container.use(world.container)
    records = [{"messageId": f"m{number}", "body": body} for number, body in enumerate(notices)]
    assert feedback.handle({"Records": records}) == {"batchItemFailures": []}


@pytest.mark.parametrize("capacity", [30, 600], ids=["one tally", "several"])
def test_each_mail_is_counted_as_what_became_of_it(world: World, olga: Person, capacity: int) -> None:
    event = world.an_event(olga.token, capacity=capacity)
    crowd = [a_person(world, f"p{number}@example.org") for number in range(30)]
    for person in crowd:
        enrolled(world, event, person)
    world.work()
    write(world, event, olga)
    assert told(world, event, olga)["results"][0]["deliveries"] == NOTHING
    world.mailer.failures.append(SendRefusedError("MessageRejected"))
    world.work()

    assert sums(world, event, olga) == {"mails": 30, "sent": 29, "failed": 1}

    keys = [OutboxKey(row["pk"], row["sk"]) for row in due_rows(world, "organizer_message") if row["state"] == "done"]
    first, second, third = keys[:3]
    come = delivery("x@example.org", first, at="2026-06-01T09:01:00.000Z")
    back = bounce("x@example.org", second, at="2026-06-01T09:02:00.000Z")
    spam = complaint("x@example.org", third, at="2026-06-01T09:03:00.000Z")
    earlier = delivery("x@example.org", second, at="2026-06-01T09:01:00.000Z")
    report(world, earlier, come, back, spam, spam, earlier, come, back)
    assert sums(world, event, olga) == {
        "mails": 30, "sent": 29, "failed": 1, "delivered": 1, "bounced": 1, "complained": 1
    }  # fmt: skip


def test_one_that_failed_and_is_tried_again_has_not_failed(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    enrolled(world, event, a_person(world))
    world.work()
    write(world, event, olga)
    world.mailer.failures.append(SendRefusedError("MessageRejected"))
    world.work()
    assert sums(world, event, olga) == {"mails": 1, "failed": 1}
    (row,) = due_rows(world, "organizer_message")

    for _ in range(2):
        world.container.store.outbox.revive(OutboxKey(row["pk"], row["sk"]))

    assert sums(world, event, olga) == {"mails": 1, "waiting": 1}
    world.container.notifications.deliver(OutboxKey(row["pk"], row["sk"]))
    assert sums(world, event, olga) == {"mails": 1, "sent": 1}


def test_the_last_comes_first_and_a_change_says_what_changed(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    enrolled(world, event, a_person(world))
    for number in range(3):
        write(world, event, olga, f"Hello {number}")
        world.clock.advance(timedelta(minutes=1))
    assert world.patch(f"/events/{event['id']}", {"location": "Hall 1"}, olga.token).status == 200
    world.clock.advance(timedelta(minutes=6))
    world.tick()
    world.work()

    page = told(world, event, olga, "?page_size=2")

    change, last = page["results"]
    assert (change["kind"], change["changed"], change["actor"]) == ("change", ["location"], None)
    assert (change["deliveries"]["mails"], change["deliveries"]["sent"]) == (1, 1)
    assert (last["kind"], last["subject"], last["segment"]) == ("message", "Hello 2", "confirmed")
    following = world.get(page["next"].split("//", 1)[1].partition("/")[2].join(["/", ""]), olga.token).json
    assert [one["subject"] for one in following["results"]] == ["Hello 1", "Hello 0"]
    assert following["next"] is None


def test_which_member_wrote_is_for_those_who_see_the_team(world: World, olga: Person) -> None:
    event = world.an_event(olga.token, capacity=3)
    manager, viewer = (a_member(world, event, role) for role in (TeamRole.MANAGER, TeamRole.VIEWER))
    enrolled(world, event, a_person(world))
    write(world, event, manager)

    (seen,) = told(world, event, olga)["results"]
    (shown,) = told(world, event, viewer)["results"]

    team = {one["id"] for one in world.get(f"/events/{event['id']}/team", olga.token).json["results"]}
    assert seen["actor"] == shown["actor"] == "team"
    assert seen["actor_id"] in team
    assert shown["actor_id"] is None
    assert manager.id not in str(seen)
