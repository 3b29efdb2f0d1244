"""The last step of a mail: refused addresses, unwanted kinds, waiting by age, and the breaker of a paused account."""

import random
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.notifications.delivery_report import INTENT_TAG, key_of
from chalicelib.domain.notifications.email_preferences import Category, Suppression
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind, OutboxState, new_entry
from chalicelib.services.notifications.delivery.circuit_breaker import LONGEST, PAUSE, SHORTEST, Breaker, back_off
from chalicelib.services.notifications.delivery.send import Sender
from chalicelib.services.notifications.mails.kinds import MAIL_KINDS
from chalicelib.services.notifications.mails.mail_budgets import MailBudgets
from chalicelib.services.notifications.ports import RenderedEmail, SendingPausedError, SendLaterError, SendRefusedError
from chalicelib.services.shared.outcomes import OutdatedError
from tests.support.builders import Person, a_person, due_rows, enrolled
from tests.support.fakes import START
from tests.support.world import World

ADA = "ada@example.org"


def message(to: str = ADA) -> RenderedEmail:
    return RenderedEmail(to=to, subject="s", text="t", html="h", headers={})


def intent(kind: OutboxKind = OutboxKind.REMINDER) -> OutboxEntry:
    return new_entry(kind, "person", {}, now=START, entry_id="01ARZ3NDEKTSV4RRFFQ69G5FAV")


@pytest.fixture
def post(world: World) -> Sender:
    made = world.container
    return Sender(
        mailer=world.mailer,
        mailboxes=made.store.mailboxes,
        budgets=MailBudgets(made.store.mail_ledgers, made.limits),
        breaker=Breaker(),
        rng=random.Random(1),
    )


def refusal(post: Sender, kind: OutboxKind, to: str = ADA) -> str | None:
    try:
        post.send(intent(kind), message(to), START)
    except OutdatedError as skip:
        return str(skip)
    return None


@pytest.mark.parametrize("kind", MAIL_KINDS)
@pytest.mark.parametrize("reason", Suppression)
def test_a_suppressed_address_gets_no_mail_of_any_kind(
    world: World, post: Sender, kind: OutboxKind, reason: Suppression
) -> None:
    world.container.store.mailboxes.suppress(ADA, reason, START)

    assert refusal(post, kind) == f"suppressed: {reason}"
    assert world.mailer.sent == []


@pytest.mark.parametrize("category", Category)
@pytest.mark.parametrize("kind", MAIL_KINDS)
def test_unsubscribing_ends_its_own_category_and_nothing_else(
    world: World, post: Sender, category: Category, kind: OutboxKind
) -> None:
    mailboxes = world.container.store.mailboxes
    mailboxes.mute(mailboxes.mac(ADA), category, START)

    assert refusal(post, kind) == ("unsubscribed" if MAIL_KINDS[kind].category is category else None)


def test_only_what_nobody_has_to_take_can_be_refused() -> None:
    assert {kind for kind, mail in MAIL_KINDS.items() if mail.category} == {
        OutboxKind.REMINDER,
        OutboxKind.FOLLOW_UP,
        OutboxKind.ORGANIZER_MESSAGE,
    }


@pytest.mark.parametrize("other", ["ADA@Example.ORG", "Ada@example.org"])
def test_an_address_is_one_however_it_is_written(world: World, post: Sender, other: str) -> None:
    world.container.store.mailboxes.suppress(other, Suppression.BOUNCE, START)

    assert refusal(post, OutboxKind.REMINDER) == "suppressed: bounce"
    assert refusal(post, OutboxKind.REMINDER, "bob@example.org") is None


def test_an_address_is_one_in_letters_and_as_the_provider_knows_it(world: World, post: Sender) -> None:
    world.container.store.mailboxes.suppress("ada@xn--bcher-kva.example", Suppression.BOUNCE, START)

    assert refusal(post, OutboxKind.REMINDER, "ada@bücher.example") == "suppressed: bounce"


def test_what_is_sent_carries_the_key_of_its_intent(world: World, post: Sender) -> None:
    post.send(intent(), message(), START)

    assert key_of(world.mailer.sent[0].tags[INTENT_TAG]) == intent().key


# Waiting


def test_a_mail_waits_by_its_age_from_thirty_seconds_to_fifteen_minutes() -> None:
    for seed in range(200):
        rng = random.Random(seed)
        due = intent()
        young, old = back_off(due, due.at, rng), back_off(due, due.at + timedelta(days=1), rng)
        assert SHORTEST <= young <= timedelta(seconds=45)
        assert timedelta(minutes=10) <= old <= LONGEST
    waits = {back_off(intent(), START + timedelta(days=1), random.Random(seed)) for seed in range(50)}
    assert len(waits) > 40, "what failed together does not come back together"


def test_the_wait_grows_with_the_age() -> None:
    class Middle(random.Random):
        def uniform(self, a: float, b: float) -> float:
            return (a + b) / 2

    due = intent()
    waits = [back_off(due, due.at + timedelta(minutes=age), Middle()) for age in (0, 1, 2, 5, 10, 20, 60, 600)]

    assert waits == sorted(waits)
    assert waits[0] < waits[3] < waits[-1]


# The breaker


def test_a_paused_account_opens_the_breaker_and_after_five_minutes_one_mail_tries() -> None:
    breaker = Breaker()
    assert breaker.lets_through(START)

    breaker.open(START)

    assert not breaker.lets_through(START)
    assert not breaker.lets_through(START + PAUSE - timedelta(milliseconds=1))
    assert breaker.lets_through(START + PAUSE)
    assert not breaker.lets_through(START + PAUSE), "the others wait for what it hears"
    breaker.close()
    assert breaker.lets_through(START + PAUSE)


def test_a_mail_that_tried_in_vain_keeps_it_open() -> None:
    breaker = Breaker()
    breaker.open(START)
    assert breaker.lets_through(START + PAUSE)

    breaker.open(START + PAUSE)
    breaker.rest()

    assert not breaker.lets_through(START + PAUSE + timedelta(minutes=1))
    assert breaker.lets_through(START + 2 * PAUSE)


def test_a_mail_that_did_not_need_the_provider_lets_the_next_one_try() -> None:
    breaker = Breaker()
    breaker.open(START)
    assert breaker.lets_through(START + PAUSE)

    breaker.rest()

    assert breaker.lets_through(START + PAUSE)


@pytest.fixture
def mails(world: World) -> list[OutboxEntry]:
    olga, event = a_person(world), None
    event = world.an_event(olga.token)
    people: list[Person] = [a_person(world) for _ in range(3)]
    for person in people:
        enrolled(world, event, person)
    found = [due for due in world.queue.waiting if due.kind.is_mail]
    world.queue.waiting.clear()
    return found


def states(world: World) -> list[str]:
    return [row["state"] for row in due_rows(world, "enrollment_confirmed")]


def test_while_the_account_is_paused_nothing_is_claimed_and_then_all_goes_out(
    world: World, mails: list[OutboxEntry]
) -> None:
    deliver = world.container.notifications.deliver
    world.mailer.failures.append(SendingPausedError("SendingPausedException"))
    assert deliver(mails[0].key) is OutboxState.WAITING
    writes: Any = [dict(row) for row in due_rows(world)]

    for due in mails[1:]:
        assert deliver(due.key) is OutboxState.WAITING

    assert due_rows(world) == writes
    assert states(world).count("waiting") == 2
    world.clock.advance(PAUSE)
    world.mailer.failures.append(SendingPausedError("SendingPausedException"))
    assert deliver(mails[1].key) is OutboxState.WAITING, "it tried"
    assert deliver(mails[2].key) is OutboxState.WAITING, "it did not"
    assert states(world).count("waiting") == 1
    for _ in range(3):
        world.clock.advance(PAUSE)
        world.tick()
        world.work()
    assert states(world) == ["done"] * 3
    assert len(world.mailer.sent) == 3


@pytest.mark.parametrize("answer", [SendLaterError("TooManyRequestsException"), SendRefusedError("MessageRejected")])
def test_any_other_answer_closes_it(world: World, mails: list[OutboxEntry], answer: Exception) -> None:
    deliver = world.container.notifications.deliver
    world.mailer.failures.append(SendingPausedError("AccountSuspendedException"))
    deliver(mails[0].key)
    world.clock.advance(PAUSE)
    world.mailer.failures.append(answer)
    deliver(mails[1].key)

    assert deliver(mails[2].key) is OutboxState.DONE
