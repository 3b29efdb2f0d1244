"""The races of the capacity engine with real threads on Amazon's DynamoDB Local, conflicts added."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.accounts.account import SELF_CHOSEN, Claims, Principal
from chalicelib.domain.enrollments.enrollment import Cause, EnrollmentKey
from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_facts import EventFacts, WaitlistMode
from chalicelib.services.checkin.check_in import CheckInRequest
from chalicelib.services.enrollments.changes.cancel import CancelRequest
from chalicelib.services.enrollments.changes.transfer import TransferRequest
from chalicelib.services.enrollments.load import ChangeRequest
from chalicelib.services.events.change import Change
from tests.contract.dynamodb.engines import ENGINES
from tests.integration.races.threads import Crossing, Press, enrol
from tests.integration.store.stories import an_event

pytestmark = [pytest.mark.dynamodb_local, pytest.mark.xdist_group("contract-dynamodb-local")]


@pytest.fixture(scope="module")
def crossing() -> Iterator[Crossing]:
    from devtools.engines.dynamodb_local import UnavailableError

    try:
        with ENGINES["dynamodb_local"]() as client:
            made = Crossing(client)
            yield made
            made.close()
    except UnavailableError as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def crowd(crossing: Crossing) -> list[Claims]:
    return crossing.people(80)


@pytest.fixture
def organizer(crowd: list[Claims]) -> Claims:
    return crowd[-1]


def published(crossing: Crossing, organizer: Claims, capacity: int, **facts: object) -> Event:
    event = an_event(organizer.user_id)
    event = replace(event, facts=replace(event.facts, capacity=capacity, **facts))  # type: ignore[arg-type]
    crossing.quiet.store.events.add(event, [capacity], "Olga", None)
    return event


def key(event: Event, who: Claims) -> EnrollmentKey:
    return EnrollmentKey.of(event.id, event.buckets, who.user_id)


def leave(who: Claims, event: Event) -> Press:
    command = CancelRequest(enrollment_id=key(event, who).id, request_id="race")
    return lambda container: container.enrollments.cancel(who, command, None)


def confirm(who: Claims, event: Event) -> Press:
    command = ChangeRequest(enrollment_id=key(event, who).id, request_id="race")
    return lambda container: container.enrollments.confirm(who, command, None)


def shuffled(*groups: list[Press]) -> list[Press]:
    together = [press for group in groups for press in group]
    random.Random(7).shuffle(together)
    return together


def everybody(crossing: Crossing, event: Event, people: list[Claims], **options: bool) -> None:
    """All of them get what they want, one after the other."""
    for who in people:
        enrol(who, event, **options)(crossing.quiet)


def test_seats_that_are_cancelled_while_others_join_go_to_the_first_in_line(
    crossing: Crossing, crowd: list[Claims], organizer: Claims
) -> None:
    event = published(crossing, organizer, 10)
    inside, first, late = crowd[:10], crowd[10:50], crowd[50:70]
    everybody(crossing, event, inside)
    joined = crossing.at_once([enrol(who, event, waitlist=True) for who in first])
    line = [row.key.attendee_id for row in crossing.quiet.store.enrollments.first_waiting(event.id, 99)]

    outcomes = crossing.at_once(
        shuffled([enrol(who, event, waitlist=True) for who in late], [leave(who, event) for who in inside])
    )
    left = [who for who in inside if crossing.now_live(event).get(who.user_id)]
    for who in left:
        leave(who, event)(crossing.quiet)  # who was told "busy" asks again
    crossing.settle(event)

    assert len(set(crossing.conflicts)) > 5, "most of the threads have met a conflict"
    assert set(joined) <= {"waitlisted", "busy"}
    assert set(outcomes) <= {"waitlisted", "cancelled", "busy"}
    live = crossing.now_live(event)
    assert sorted(who for who, status in live.items() if status == "confirmed") == sorted(line[:10])
    still = [row.key.attendee_id for row in crossing.quiet.store.enrollments.first_waiting(event.id, 99)]
    assert still[: len(line) - 10] == line[10:]


@pytest.mark.parametrize("against", ["cancel", "expiry"])
def test_the_last_offered_seat_is_its_holders_or_the_next_ones_and_never_both(
    crossing: Crossing, crowd: list[Claims], organizer: Claims, against: str
) -> None:
    holder, first, second, *newcomers = crowd[:11]
    for _ in range(6):
        event = published(crossing, organizer, 1, waitlist_mode=WaitlistMode.OFFER, offer_minutes=5)
        everybody(crossing, event, [holder])
        everybody(crossing, event, [first, second], waitlist=True)
        leave(holder, event)(crossing.quiet)
        rivals = [leave(first, event)]
        if against == "expiry":
            crossing.clock.advance(timedelta(minutes=5) - timedelta(milliseconds=5))
            rivals = [enrol(who, event) for who in newcomers] + [lambda _: crossing.clock.advance(timedelta(seconds=1))]

        outcomes = crossing.at_once(shuffled([confirm(first, event)] * 4, rivals))
        crossing.settle(event)

        assert set(outcomes) <= {
            "confirmed", "cancelled", "done", "busy", "event_full", "offer_expired", "nothing_to_confirm",
        }  # fmt: skip
        live = crossing.now_live(event)
        assert Counter(live.values())["confirmed"] + Counter(live.values())["offered"] == 1
        if first.user_id in live:
            assert (live[first.user_id], live[second.user_id]) in {
                ("confirmed", "waitlisted"),
                ("offered", "waitlisted"),
            }
        else:
            assert live == {second.user_id: "offered"}


def test_holds_that_are_confirmed_and_given_up_at_once_never_oversell(
    crossing: Crossing, crowd: list[Claims], organizer: Claims
) -> None:
    event = published(crossing, organizer, 10)
    people = crowd[:40]
    outcomes = crossing.at_once([enrol(who, event, confirm=False) for who in people])
    assert set(outcomes) <= {"pending", "event_full", "busy"}
    holders = [who for who in people if who.user_id in crossing.now_live(event)]
    keepers, leavers = holders[:5], holders[5:]
    others = [who for who in people if who not in holders]

    storm = crossing.at_once(
        shuffled(
            [confirm(who, event) for who in holders] * 3,
            [leave(who, event) for who in leavers] * 3,
            [enrol(who, event) for who in others],
        )
    )

    assert set(storm) <= {"confirmed", "cancelled", "event_full", "nothing_to_confirm", "busy"}
    live = crossing.now_live(event)
    assert len(live) <= 10
    assert {who.user_id for who in keepers} <= live.keys()


def test_an_event_gets_more_counters_while_people_enrol(
    crossing: Crossing, crowd: list[Claims], organizer: Claims
) -> None:
    event = published(crossing, organizer, 40)

    principal = Principal(organizer.user_id, organizer.session_id, SELF_CHOSEN, email_verified=True, name="Olga")

    def widen(shards: int) -> Press:
        def rewrite(present: Event) -> EventFacts:
            return replace(present.facts, on_sale_shards=shards)

        return lambda container: container.events.publisher.edit(principal, Change(event_id=event.id), rewrite)

    presses = [enrol(who, event) for who in crowd[:70]]
    for place, shards in ((5, 2), (25, 4), (45, 8)):
        presses.insert(place, widen(shards))
    outcomes = crossing.at_once(presses)

    assert set(outcomes) <= {"confirmed", "event_full", "busy", "done"}
    live = crossing.now_live(event)
    assert len(live) == 40 or "busy" in outcomes
    assert len(live) <= 40


def test_a_place_that_is_handed_on_to_two_and_cancelled_has_one_end(
    crossing: Crossing, crowd: list[Claims], organizer: Claims
) -> None:
    event = published(crossing, organizer, 10)
    givers, takers = crowd[:10], crowd[10:30]
    everybody(crossing, event, givers)

    def hand_on(giver: Claims, taker: Claims) -> Press:
        to = f"{taker.user_id}@example.org"
        command = TransferRequest(
            enrollment_id=key(event, giver).id, request_id=taker.user_id, name="Somebody", email=to
        )
        return lambda container: container.enrollments.transfer(giver, command, None)

    gifts = [hand_on(givers[place // 2], taker) for place, taker in enumerate(takers)]
    outcomes = crossing.at_once([*gifts, *(leave(who, event) for who in givers[:6])])

    live = crossing.now_live(event)
    assert set(outcomes) <= {"confirmed", "cancelled", "not_confirmed", "busy"}
    assert outcomes[:20].count("confirmed") == len([who for who in live if who not in {one.user_id for one in givers}])
    assert len(live) <= 10


def test_ten_scanners_of_one_ticket_note_one_arrival(
    crossing: Crossing, crowd: list[Claims], organizer: Claims
) -> None:
    event = published(crossing, organizer, 5)
    everybody(crossing, event, crowd[:1])
    command = CheckInRequest(enrollment_id=key(event, crowd[0]).id, request_id="door")

    outcomes = crossing.at_once([lambda container: container.checkin.check_in(organizer, command)] * 10)

    assert set(outcomes) <= {"confirmed", "busy"}
    crossing.now_live(event)
    row = crossing.quiet.store.enrollments.by_key(key(event, crowd[0]))
    assert row is not None
    assert [one.cause for one in row.history] == [Cause.ENROLLED, Cause.CHECKED_IN]
