"""What is known of addresses, by a digest: the latest word counts, and keys may rotate."""

import base64
import secrets
from datetime import timedelta

import pytest

from chalicelib.domain.notifications.email_preferences import Category, Mailbox, Suppression
from chalicelib.mail.addresses import on_the_wire
from chalicelib.security.keyring import KeyRing, RingMacs
from chalicelib.store.notifications.mailboxes import DynamoMailboxes
from tests.support.fakes import START
from tests.support.world import World

ADA = "ada@example.org"
LATER = START + timedelta(hours=1)
KEYS = {name: f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}" for name in ("old", "new")}


def with_keys(world: World, *names: str) -> DynamoMailboxes:
    ring = KeyRing.parse(",".join(KEYS[name] for name in names))
    return DynamoMailboxes(world.container.store.dynamo, RingMacs(lambda: ring), on_the_wire)


@pytest.fixture
def mailboxes(world: World) -> DynamoMailboxes:
    return with_keys(world, "old")


def test_an_address_that_nothing_is_known_of_gets_everything(mailboxes: DynamoMailboxes) -> None:
    assert mailboxes.get(ADA) == Mailbox()


def test_it_is_known_why_and_since_when_an_address_is_suppressed(mailboxes: DynamoMailboxes) -> None:
    mailboxes.suppress(ADA, Suppression.COMPLAINT, START)

    assert mailboxes.get(ADA) == Mailbox(suppressed=Suppression.COMPLAINT, since=START)


def test_lifting_holds_against_late_notices_and_not_against_newer_ones(mailboxes: DynamoMailboxes) -> None:
    mailboxes.suppress(ADA, Suppression.BOUNCE, START)
    mailboxes.lift(ADA, LATER)

    mailboxes.suppress(ADA, Suppression.BOUNCE, START)  # the same notice once more
    mailboxes.suppress(ADA, Suppression.COMPLAINT, START + timedelta(minutes=59))

    assert mailboxes.get(ADA).suppressed is None
    mailboxes.suppress(ADA, Suppression.BOUNCE, LATER + timedelta(milliseconds=1))
    assert mailboxes.get(ADA).suppressed is Suppression.BOUNCE


def test_categories_are_muted_one_by_one_and_chosen_all_at_once(mailboxes: DynamoMailboxes) -> None:
    mailboxes.mute(mailboxes.mac(ADA), Category.MESSAGES, START)
    mailboxes.mute(mailboxes.mac(ADA), Category.REMINDERS, START)
    assert mailboxes.get(ADA).muted == {Category.MESSAGES, Category.REMINDERS}

    mailboxes.choose(ADA, frozenset({Category.FOLLOW_UPS}), LATER)

    assert mailboxes.get(ADA).muted == {Category.FOLLOW_UPS}


def test_muting_and_suppressing_do_not_disturb_each_other(mailboxes: DynamoMailboxes) -> None:
    mailboxes.choose(ADA, frozenset({Category.REMINDERS}), LATER)
    mailboxes.suppress(ADA, Suppression.BOUNCE, START)
    mailboxes.lift(ADA, LATER)

    assert mailboxes.get(ADA) == Mailbox(muted=frozenset({Category.REMINDERS}))


def test_what_was_learned_under_an_older_key_outlives_it(world: World, mailboxes: DynamoMailboxes) -> None:
    mailboxes.suppress(ADA, Suppression.BOUNCE, START)
    mailboxes.mute(mailboxes.mac(ADA), Category.REMINDERS, START)
    known = Mailbox(suppressed=Suppression.BOUNCE, since=START, muted=frozenset({Category.REMINDERS}))

    assert with_keys(world, "new").get(ADA) == Mailbox(), "another key alone knows nothing"
    assert with_keys(world, "new", "old").get(ADA) == known
    assert with_keys(world, "new").get(ADA) == known, "carried over when it was looked up"


def test_between_two_keys_the_later_word_counts_wherever_it_was_said(world: World, mailboxes: DynamoMailboxes) -> None:
    link = mailboxes.mac(ADA)  # as it stands in an old mail
    both = with_keys(world, "new", "old")
    both.choose(ADA, frozenset(), START)

    both.mute(link, Category.REMINDERS, LATER)
    assert both.get(ADA).muted == {Category.REMINDERS}

    both.choose(ADA, frozenset(), LATER + timedelta(hours=1))
    assert both.get(ADA).muted == frozenset()
    both.suppress(ADA, Suppression.BOUNCE, START)
    mailboxes.suppress(ADA, Suppression.COMPLAINT, LATER)
    both.lift(ADA, LATER + timedelta(hours=1))
    assert both.get(ADA).suppressed is None


def test_no_address_is_stored_and_two_never_share_an_item(world: World, mailboxes: DynamoMailboxes) -> None:
    for address in (ADA, "bob@example.org"):
        mailboxes.suppress(address, Suppression.BOUNCE, START)

    rows = world.db.snapshot_all("turnout-accounts")
    assert len(rows) == 2
    assert "example" not in str(rows)


def test_an_untroubled_look_up_is_one_read_and_no_write(world: World, mailboxes: DynamoMailboxes) -> None:
    mailboxes.suppress(ADA, Suppression.BOUNCE, START)
    before = world.db.snapshot_all("turnout-accounts")

    mailboxes.get(ADA)

    assert world.db.snapshot_all("turnout-accounts") == before
