"""The addresses of private calendars in the tables, and whether somebody has published anything."""

from typing import Any

from tests.integration.store.stories import an_account, an_id, has_account
from tests.support.builders import a_person, cancelled, deleted
from tests.support.world import World


def test_an_account_begins_with_its_first_address_and_every_renewal_is_another(world: World) -> None:
    ada = an_account()
    has_account(world, ada)
    other = an_account(email="other@example.org", username="other")
    has_account(world, other)
    feeds = world.container.store.feeds

    assert feeds.version(ada.id) == 0
    assert [feeds.renew(ada.id), feeds.renew(ada.id)] == [1, 2]
    assert feeds.version(ada.id) == 2
    assert feeds.version(other.id) == 0


def test_who_has_no_account_has_no_address(world: World) -> None:
    closed = an_account(disabled=True)
    has_account(world, closed)

    assert world.container.store.feeds.version(an_id()) is None
    assert world.container.store.feeds.version(closed.id) is None


def test_an_address_that_was_renewed_leaves_the_account_as_it_is(world: World) -> None:
    ada = an_account()
    has_account(world, ada)
    before = world.container.store.accounts.details(ada.id)

    world.container.store.feeds.renew(ada.id)

    assert before is not None
    assert world.container.store.accounts.details(ada.id) == before


def test_only_what_everybody_can_see_counts_as_published(world: World) -> None:
    olga = a_person(world)
    listed = world.container.store.event_lists.has_listed

    draft = world.an_event(olga.token, status="draft")
    assert not listed(olga.id)
    assert world.post(f"/events/{draft['id']}/publish", None, olga.token).status == 200
    assert listed(olga.id)
    cancelled(world, draft, olga)
    assert listed(olga.id)
    _gone(world, draft, olga)
    assert not listed(olga.id)
    assert not listed(an_id())


def _gone(world: World, event: dict[str, Any], organizer: Any) -> None:
    world.work()
    deleted(world, event, organizer)
