"""An event is read once a second however many mails ask for it, and at once where the present counts."""

from datetime import timedelta

from chalicelib.services.events.cache import FRESH, KEPT, RecentEvents
from tests.support.builders import a_person
from tests.support.world import World

MOMENT = timedelta(milliseconds=1)


def test_within_a_second_nothing_is_read_again(world: World) -> None:
    event = world.an_event(a_person(world).token)["id"]
    recent = RecentEvents(world.container.store.events, world.clock)
    first = recent.with_seats(event)
    assert first is not None
    world.clock.advance(FRESH - MOMENT)

    with world.db.meter() as meter:
        assert recent.with_seats(event) == first
    assert meter.reads == 0

    world.clock.advance(MOMENT)
    with world.db.meter() as meter:
        assert recent.with_seats(event) == first
    assert meter.reads == 1


def test_the_present_is_read_and_remembered(world: World) -> None:
    olga = a_person(world)
    event = world.an_event(olga.token)["id"]
    recent = RecentEvents(world.container.store.events, world.clock)
    recent.with_seats(event)
    assert world.patch(f"/events/{event}", {"title": "Other"}, olga.token).status == 200

    answers = recent.with_seats(event), recent.fresh(event), recent.with_seats(event)
    titles = [found[0].facts.title for found in answers if found]

    assert titles == ["Python Workshop", "Other", "Other"]


def test_what_is_not_there_is_asked_for_again(world: World) -> None:
    recent = RecentEvents(world.container.store.events, world.clock)

    assert recent.with_seats("01ARZ3NDEKTSV4RRFFQ69G5FAV") is None
    with world.db.meter() as meter:
        assert recent.with_seats("01ARZ3NDEKTSV4RRFFQ69G5FAV") is None
    assert meter.calls == 1


def test_a_clock_that_is_set_back_brings_no_old_event(world: World) -> None:
    event = world.an_event(a_person(world).token)["id"]
    recent = RecentEvents(world.container.store.events, world.clock)
    recent.with_seats(event)
    world.clock.advance(-timedelta(hours=1))

    with world.db.meter() as meter:
        recent.with_seats(event)
    assert meter.calls == 1


def test_a_process_remembers_so_many_events_and_no_more(world: World) -> None:
    olga = a_person(world)
    recent = RecentEvents(world.container.store.events, world.clock)
    for _ in range(KEPT + 2):
        recent.with_seats(world.an_event(olga.token)["id"])

    assert len(recent._known) == 2
