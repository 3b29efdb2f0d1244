"""Ledgers of mailboxes in the tables: written only as they were read, found after keys rotated, without an address."""

import base64
import secrets
from datetime import timedelta
from typing import Any

from chalicelib.domain.notifications.delivery_report import MailState
from chalicelib.domain.outbox.entry import LEASE, OutboxKind, OutboxState, new_entry, put_off
from chalicelib.domain.shared.mail_budget import DAY, Sent
from chalicelib.mail.addresses import on_the_wire
from chalicelib.security.keyring import KeyRing, RingMacs
from chalicelib.store.notifications.mail_ledgers import DynamoMailLedgers
from tests.integration.store.stories import NOW, an_id, table
from tests.support.world import World

ONE = Sent(1_780_000_000, "mail-one", "actor1", first=True)
TWO = Sent(1_780_000_009, "mail-two", "actor2", first=False)
KEYS = {name: f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}" for name in ("old", "new")}


def an_address() -> str:
    return f"ada-{an_id().lower()}@example.org"


def with_keys(world: World, *names: str) -> DynamoMailLedgers:
    ring = KeyRing.parse(",".join(KEYS[name] for name in names))
    return DynamoMailLedgers(world.container.store.dynamo, RingMacs(lambda: ring), on_the_wire)


def rows(world: World) -> list[dict[str, Any]]:
    return [row for row in table(world, "accounts") if row["pk"]["S"].startswith("ledger#")]


def test_what_is_written_is_read_however_the_address_is_spelled(world: World) -> None:
    ledgers, address = world.container.store.mail_ledgers, an_address()
    assert ledgers.read(address, "unasked").sent == ()

    assert ledgers.write(ledgers.read(address, "unasked"), [ONE, TWO])

    assert ledgers.read(address.upper(), "unasked").sent == (ONE, TWO)
    assert ledgers.read(address.replace("@", "+once-more@"), "unasked").sent == (ONE, TWO)
    assert ledgers.read(an_address(), "unasked").sent == ()
    assert ledgers.read(address, "repeated place").sent == ()


def test_it_is_written_only_as_it_was_read(world: World) -> None:
    ledgers, address = world.container.store.mail_ledgers, an_address()
    empty = ledgers.read(address, "unasked")
    assert ledgers.write(empty, [ONE])
    first = ledgers.read(address, "unasked")
    assert ledgers.write(first, [ONE, TWO])

    assert not ledgers.write(empty, [TWO])
    assert not ledgers.write(first, [TWO])
    assert ledgers.write(first, [ONE, TWO]), "a repeat whose answer was lost"

    assert ledgers.read(address, "unasked").sent == (ONE, TWO)


def test_nothing_in_it_tells_the_address_and_it_is_cleaned_away_a_day_later(world: World) -> None:
    ledgers, address = world.container.store.mail_ledgers, an_address()
    mine = Sent(1_780_000_500, "mail-own", "actor9", first=True)
    ledgers.write(ledgers.read(address, "unasked"), [ONE, mine])

    [written] = [row for row in rows(world) if mine.mail in row["sent"]["S"]]

    assert int(written["expires"]["N"]) == mine.at + DAY
    assert "ada" not in str(written)


def test_what_was_counted_before_keys_rotated_still_counts(world: World) -> None:
    address = an_address()
    before = with_keys(world, "old")
    before.write(before.read(address, "unasked"), [ONE])

    after = with_keys(world, "new", "old")
    ledger = after.read(address, "unasked")
    assert ledger.sent == (ONE,)
    assert after.write(ledger, [*ledger.sent, TWO])

    assert set(after.read(address, "unasked").sent) == {ONE, TWO}
    assert set(with_keys(world, "new").read(address, "unasked").sent) == {ONE, TWO}


def test_a_mail_that_is_put_off_is_due_at_one_later_place_and_found_from_its_first(world: World) -> None:
    outbox, logs = world.container.store.outbox, world.container.store.mail_logs
    first = new_entry(OutboxKind.ENROLLMENT_CONFIRMED, "person", {"enrollment": "e"}, now=NOW, entry_id=an_id())
    outbox.put_absent([first])
    place, moved = first, []
    for hours in (1, 3):
        held = outbox.claim(place.key, NOW, NOW + LEASE, an_id())
        assert held is not None
        later = put_off(held, NOW + timedelta(hours=hours), now=NOW)
        outbox.move(held, later, NOW)
        outbox.move(held, put_off(held, NOW + timedelta(hours=9), now=NOW), NOW)  # nobody holds it any more
        moved.append(place.key)
        place = later

    assert (place.id, place.first_place, place.waits) == (first.id, first.key.place, 2)
    assert [row["sk"]["S"] for row in table(world, "due") if row["sk"]["S"].endswith(first.id)] == sorted(
        key.place for key in (*moved, place.key)
    )
    assert all(outbox.claim(key, NOW + timedelta(days=1), NOW + timedelta(days=2), an_id()) is None for key in moved)
    found = logs.by_keys([first.key])[first.key]
    assert (found.state, found.shown) == (OutboxState.WAITING, MailState.QUEUED)
    assert logs.by_keys([first.key], follow=False)[first.key].state is OutboxState.SKIPPED
