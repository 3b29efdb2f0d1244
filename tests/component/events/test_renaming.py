"""A new name of an organizer comes to all of their events."""

from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.services.background.jobs import Progress
from chalicelib.services.notifications.fan_out import PAGE
from tests.support.builders import Person, due_rows
from tests.support.world import World


def job_of(world: World) -> OutboxEntry:
    [job] = world.queue.waiting
    world.queue.waiting.clear()
    return job


def test_all_events_of_an_organizer_are_renamed_page_by_page(world: World, olga: Person) -> None:
    events = [
        world.an_event(olga.token, starts_at=f"2026-07-{1 + number // 24:02d}T{number % 24:02d}:00:00Z")
        for number in range(PAGE + 3)
    ]
    world.patch("/auth/me", {"first_name": "Renamed", "last_name": ""}, olga.token)
    job = job_of(world)

    assert world.container.background.jobs.run(job.key) is Progress.DONE

    names = {world.get(f"/events/{event['id']}").json["organizer"]["name"] for event in events}
    assert names == {"Renamed"}


def test_of_two_renames_the_last_one_is_shown_in_whatever_order_they_run(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)
    for name in ("First", "Second"):
        world.patch("/auth/me", {"first_name": name, "last_name": ""}, olga.token)
    world.queue.waiting.reverse()

    world.work()

    assert world.get(f"/events/{event['id']}").json["organizer"]["name"] == "Second"


def test_the_job_is_marked_as_done(world: World, olga: Person) -> None:
    world.patch("/auth/me", {"first_name": "Renamed"}, olga.token)
    world.container.background.jobs.run(job_of(world).key)

    assert [row["state"] for row in due_rows(world, "job_rename_organizer")] == ["done"]
