"""A search that reads in threads, as it does on AWS."""

from chalicelib.store.dynamo.parallel import in_threads
from tests.support.builders import a_person
from tests.support.lists import ids, page
from tests.support.world import World


def test_a_search_in_threads_finds_what_one_without_finds(world: World) -> None:
    olga = a_person(world)
    made = [world.an_event(olga.token, title="Python and data", country="DE")["id"] for _ in range(12)]
    world.container.store.postings._gather = in_threads()

    assert ids([page(world, "/events?q=data+python&title=thon&country=DE")]) == sorted(made)
