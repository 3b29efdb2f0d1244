"""Delivering an intent: claimed by one, re-checked at the last moment, sent, and its end recorded."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.outbox.entry import LEASE, OutboxEntry, OutboxKind, OutboxState, Outcome, new_entry
from chalicelib.domain.shared.limits import MAX_TRIES
from chalicelib.services.notifications.ports import SendLaterError, SendRefusedError
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.outbox.outbox import put_entry
from tests.support.builders import Person, a_person, cancelled, due_rows, enrolled
from tests.support.world import PASSWORD, World


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, starts_at="2026-06-01T12:00:00Z")


@pytest.fixture
def intent(world: World, event: dict[str, Any], ada: Person) -> OutboxEntry:
    """The confirmation of an enrolment that has just happened."""
    enrolled(world, event, ada)
    return world.queue.waiting.popleft()


def deliver(world: World, intent: OutboxEntry) -> OutboxState | None:
    return world.container.notifications.deliver(intent.key)


def stored(world: World, kind: str = "enrollment_confirmed") -> dict[str, str]:
    [row] = due_rows(world, kind)
    return row


def test_an_intent_is_sent_and_marked_with_the_providers_id(world: World, intent: OutboxEntry) -> None:
    assert deliver(world, intent) is OutboxState.DONE

    assert [message.to for message in world.mailer.sent] == ["ada@example.org"]
    row = stored(world)
    assert (row["state"], row["detail"], row["finished_at"]) == ("done", "message-1", "2026-06-01T09:00:00.000Z")


def test_an_intent_names_people_by_id_and_never_by_address(world: World, intent: OutboxEntry, ada: Person) -> None:
    row = stored(world)

    assert row["recipient"] == ada.id
    assert "@" not in str(row)


def test_a_done_intent_is_not_sent_again(world: World, intent: OutboxEntry) -> None:
    deliver(world, intent)

    assert deliver(world, intent) is None
    world.clock.advance(timedelta(hours=1))
    assert deliver(world, intent) is None

    assert len(world.mailer.sent) == 1


def test_an_intent_that_never_was_is_nothing(world: World) -> None:
    ghost = new_entry(OutboxKind.VERIFY_EMAIL, "x", {}, now=world.clock(), entry_id="01ARZ3NDEKTSV4RRFFQ69G5FAV")

    assert deliver(world, ghost) is None


def test_while_one_sender_holds_an_intent_no_other_sends_it(world: World, intent: OutboxEntry) -> None:
    held = world.container.store.outbox.claim(intent.key, world.clock(), world.clock() + LEASE, "other")
    assert held is not None

    world.clock.advance(LEASE - timedelta(seconds=1))

    assert deliver(world, intent) is None
    assert world.mailer.sent == []


def test_the_intent_of_a_sender_that_crashed_is_sent_after_its_lease(world: World, intent: OutboxEntry) -> None:
    world.container.store.outbox.claim(intent.key, world.clock(), world.clock() + LEASE, "other")
    world.clock.advance(LEASE)

    assert deliver(world, intent) is OutboxState.DONE
    assert len(world.mailer.sent) == 1


def test_of_two_at_once_one_claims_it(world: World, intent: OutboxEntry) -> None:
    now = world.clock()

    first = world.container.store.outbox.claim(intent.key, now, now + LEASE, "one")
    second = world.container.store.outbox.claim(intent.key, now, now + LEASE, "two")

    assert first is not None
    assert first.claims == 1
    assert second is None


def test_a_slow_sender_whose_lease_was_taken_over_does_not_mark_for_the_new_one(
    world: World, intent: OutboxEntry
) -> None:
    now = world.clock()
    slow = world.container.store.outbox.claim(intent.key, now, now + LEASE, "one")
    assert slow is not None
    fresh = world.container.store.outbox.claim(intent.key, now + LEASE, now + 2 * LEASE, "two")
    assert fresh is not None

    world.container.store.outbox.finish(slow, Outcome(OutboxState.FAILED, "late"), now + LEASE)

    assert (stored(world)["state"], stored(world)["claims"]) == ("claimed", "2")


def test_a_throttled_provider_is_asked_again_later(world: World, intent: OutboxEntry) -> None:
    world.mailer.failures.append(SendLaterError("Throttling"))

    assert deliver(world, intent) is OutboxState.WAITING

    assert stored(world)["state"] == "claimed"
    assert deliver(world, intent) is None, "not at once"
    world.clock.advance(timedelta(seconds=45))
    assert deliver(world, intent) is OutboxState.DONE
    assert len(world.mailer.sent) == 1


def test_what_the_provider_refuses_is_recorded_with_its_reason(world: World, intent: OutboxEntry) -> None:
    world.mailer.failures.append(SendRefusedError("MessageRejected"))

    assert deliver(world, intent) is OutboxState.FAILED

    assert stored(world)["detail"] == "refused: MessageRejected"
    assert deliver(world, intent) is None


def test_an_outage_of_the_provider_loses_nothing_however_long_it_is(world: World, olga: Person, ada: Person) -> None:
    enrolled(world, world.an_event(olga.token), ada)
    intent = world.queue.waiting.popleft()
    for _ in range(3 * MAX_TRIES):
        world.mailer.failures.append(SendLaterError("Throttling"))
        assert deliver(world, intent) is OutboxState.WAITING
        world.clock.advance(timedelta(minutes=15))

    world.mailer.failures.clear()
    assert deliver(world, intent) is OutboxState.DONE
    assert len(world.mailer.sent) == 1


def test_a_mail_whose_senders_keep_vanishing_ends_in_a_recorded_failure(world: World, intent: OutboxEntry) -> None:
    for _ in range(MAX_TRIES):
        assert world.container.store.outbox.claim(intent.key, world.clock(), world.clock() + LEASE, "other") is not None
        world.clock.advance(LEASE)

    assert deliver(world, intent) is OutboxState.FAILED

    assert stored(world)["detail"] == "too many attempts"
    assert world.mailer.sent == []


# What has been overtaken


def skipped(world: World, intent: OutboxEntry, reason: str) -> bool:
    state = deliver(world, intent)
    row = next(row for row in due_rows(world) if row["sk"] == intent.key.place)
    return (state, row["state"], row["detail"], world.mailer.sent) == (OutboxState.SKIPPED, "skipped", reason, [])


def test_a_confirmation_is_not_sent_to_who_has_cancelled(
    world: World, event: dict[str, Any], intent: OutboxEntry, ada: Person
) -> None:
    world.delete(f"/enrollments/{intent.about['enrollment']}", ada.token)

    assert skipped(world, intent, "the enrollment is cancelled now")


def test_of_two_confirmations_only_the_one_of_the_present_enrolment_is_sent(
    world: World, event: dict[str, Any], intent: OutboxEntry, ada: Person
) -> None:
    world.delete(f"/enrollments/{intent.about['enrollment']}", ada.token)
    enrolled(world, event, ada)

    assert skipped(world, intent, "enrolled again since")
    world.work()
    assert [message.subject for message in world.mailer.sent] == ["Confirmed: Python Workshop"]


def test_a_cancellation_is_not_sent_to_who_has_enrolled_again(
    world: World, event: dict[str, Any], intent: OutboxEntry, ada: Person
) -> None:
    world.delete(f"/enrollments/{intent.about['enrollment']}", ada.token)
    cancellation = world.queue.waiting.popleft()
    enrolled(world, event, ada)

    assert skipped(world, cancellation, "enrolled again since")


def test_nobody_is_told_that_their_place_at_a_cancelled_event_is_confirmed(
    world: World, event: dict[str, Any], intent: OutboxEntry, olga: Person, ada: Person
) -> None:
    cancelled(world, event, olga)

    assert skipped(world, intent, "the event is cancelled now")
    world.work()
    assert [message.subject for message in world.mailer.sent] == ["Cancelled: Python Workshop will not take place"]


def test_a_confirmation_is_not_sent_when_the_event_is_over(world: World, intent: OutboxEntry) -> None:
    world.clock.advance(timedelta(hours=4))

    assert skipped(world, intent, "the event is over")


def test_an_intent_for_an_enrollment_that_never_was_is_skipped(world: World, ada: Person) -> None:
    about = {"enrollment": "junk", "generation": "1"}
    ghost = new_entry(
        OutboxKind.ENROLLMENT_CONFIRMED, ada.id, about, now=world.clock(), entry_id="01ARZ3NDEKTSV4RRFFQ69G5FAV"
    )
    write(world, ghost)

    assert skipped(world, ghost, "no such enrollment")


def test_an_intent_for_somebody_who_is_gone_is_skipped(world: World) -> None:
    gone = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
    ghost = new_entry(OutboxKind.ACCOUNT_EXISTS, gone, {}, now=world.clock(), entry_id=gone)
    write(world, ghost)

    assert skipped(world, ghost, "no such account")


def test_a_code_is_not_sent_to_who_has_proven_the_address(world: World) -> None:
    bob = a_person(world, "bob@example.org", email_verified=False)
    world.post("/auth/resend-otp", {"email": bob.email})
    world.post("/auth/resend-otp", {"email": bob.email})
    first, second = world.queue.waiting.popleft(), world.queue.waiting.popleft()
    deliver(world, second)
    world.post("/auth/verify-email", {"email": bob.email, "otp": world.code_for(bob.email), "password": PASSWORD})
    world.mailer.sent.clear()

    assert skipped(world, first, "no such sign-up"), "it ended with the proof"


def write(world: World, due: OutboxEntry) -> None:
    transaction = Transaction(world.container.store.dynamo)
    put_entry(transaction, "due", due)
    transaction.commit()


def test_details_show_the_sum_that_the_sender_took(world: World, olga: Person, ada: Person) -> None:
    """The sender of a confirmation keeps the header of several shards current, at most once in two seconds."""
    big = world.an_event(olga.token, capacity=600)
    world.clock.advance(timedelta(seconds=3))
    enrolled(world, big, ada)
    assert world.get(f"/events/{big['id']}").json["attendees_count"] == 0

    world.clock.advance(timedelta(milliseconds=1))
    world.work()

    assert world.get(f"/events/{big['id']}").json["attendees_count"] == 1
