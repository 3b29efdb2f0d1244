"""The order of titles, whatever they begin with and however long they are."""

import pytest

from tests.support.builders import a_person
from tests.support.expected import reference
from tests.support.lists import ids, walk
from tests.support.world import World

ODD = [
    "\U0010ffff" * 200,
    "\U0010ffff~",
    "😀" * 200,
    "ж" * 200,
    "北" * 200,
    '"' * 200,
    "\\" * 200,
    "\ue000x",
    "\ud7ff",
    "\u0301",
    "`",
    "~",
    "!",
    "a",
    "a!",
    "a b",
    "ﬃ" * 200,
]


@pytest.mark.parametrize("ordering", ["title", "-title"])
@pytest.mark.parametrize("size", [1, 3])
def test_every_title_has_its_place_and_a_cursor_that_is_taken_back(world: World, ordering: str, size: int) -> None:
    olga = a_person(world)
    made = [world.an_event(olga.token, title=title) for title in ODD]

    pages = walk(world, f"/events?ordering={ordering}&page_size={size}")
    back = walk(world, pages[-1]["previous"], link="previous")

    expected = reference.ids(made, "/events", {"ordering": ordering}, world.clock())
    assert ids(pages) == expected
    assert ids(back[::-1]) + ids(pages[-1:]) == expected


def test_a_word_of_which_folding_makes_more_letters_than_a_query_may_have_is_found(world: World) -> None:
    event = world.an_event(a_person(world).token, title="ﬃ" * 100)
    world.work()

    pages = walk(world, f"/events?q={'%EF%AC%83' * 100}")

    assert ids(pages) == [event["id"]]
