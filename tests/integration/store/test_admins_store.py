"""Who is an admin, the list of accounts, the trail and dead letters in the tables."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.domain.accounts.audit import OPERATOR, Act, ActKind, Reason
from chalicelib.domain.outbox.entry import LEASE, OutboxKind, OutboxState, Outcome, new_entry
from chalicelib.services.admin.ports import NoAdminError
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.accounts.admins import LastAdminError
from tests.integration.store.stories import an_account, an_id, has_account
from tests.support.world import World


def an_act(world: World, kind: ActKind, about: str, by: str = OPERATOR) -> Act:
    now = world.clock()
    return Act(id=world.container.new_id(now), at=now, admin_id=by, kind=kind, about=about, reason=Reason.SPAM)


def test_roles_come_and_go_and_one_admin_is_left(world: World) -> None:
    admins, accounts = world.container.store.admins, world.container.store.accounts
    ada, bob = an_account(), an_account(email="bob@example.org", username="bob")
    for one in (ada, bob):
        has_account(world, one)
        admins.grant(one, [], an_act(world, ActKind.GRANT_ADMIN, one.id))
    assert admins.is_admin(ada.id)
    details = accounts.details(ada.id)
    assert details is not None
    assert details.account.roles[-1] is Role.ADMIN

    with pytest.raises(StaleError):
        admins.revoke(ada, [], an_act(world, ActKind.REVOKE_ADMIN, ada.id))  # read before it was an admin
    admins.revoke(details.account, [], an_act(world, ActKind.REVOKE_ADMIN, ada.id))

    assert not admins.is_admin(ada.id)
    details = accounts.details(bob.id)
    assert details is not None
    with pytest.raises(LastAdminError):
        admins.revoke(details.account, [], an_act(world, ActKind.REVOKE_ADMIN, bob.id))
    assert admins.is_admin(bob.id)


def test_only_an_admin_ends_access_and_it_leaves_the_set(world: World) -> None:
    admins, accounts = world.container.store.admins, world.container.store.accounts
    ada, bob = an_account(), an_account(email="bob@example.org", username="bob")
    now = world.clock()
    for one in (ada, bob):
        has_account(world, one)
        admins.grant(one, [], an_act(world, ActKind.GRANT_ADMIN, one.id))
    details = accounts.details(bob.id)
    assert details is not None
    closed = replace(details.account, disabled=True, roles=(), version=details.account.version + 1)
    notice = new_entry(OutboxKind.ACCOUNT_DISABLED, bob.id, {"reason": "spam"}, now=now, entry_id="notice")

    with pytest.raises(NoAdminError):
        admins.set_access(closed, [], an_act(world, ActKind.DISABLE_ACCOUNT, bob.id, by=an_id()), notice)
    assert world.container.store.outbox.get(notice.key) is None

    admins.set_access(closed, [], an_act(world, ActKind.DISABLE_ACCOUNT, bob.id, by=ada.id), notice)
    with pytest.raises(StaleError):
        admins.set_access(closed, [], an_act(world, ActKind.DISABLE_ACCOUNT, bob.id, by=ada.id), notice)

    assert accounts.is_disabled(bob.id)
    assert not accounts.is_disabled(ada.id)
    assert not accounts.is_disabled(an_id())
    assert not admins.is_admin(bob.id)
    told = [act for _, act in world.container.store.audit.newest_first(start=None, forward=True, limit=10).items]
    assert [act.kind for act in told].count(ActKind.DISABLE_ACCOUNT) == 1
    assert {act.reason for act in told} == {Reason.SPAM}


def test_the_trail_is_read_in_either_direction(world: World) -> None:
    trail, made = world.container.store.audit, []
    for number in range(4):
        act = an_act(world, ActKind.SEE_ACCOUNTS, str(number))
        trail.note(act)
        trail.note(act)  # a repeat writes the same
        made.append(act)
        world.clock.advance(timedelta(seconds=1))

    first = trail.newest_first(start=None, forward=True, limit=2)
    second = trail.newest_first(start=first.end, forward=True, limit=2)
    back = trail.newest_first(start=second.items[0][0], forward=False, limit=2)

    assert [act for _, act in [*first.items, *second.items]] == made[::-1]
    assert second.end is None
    assert [act for _, act in back.items] == [made[2], made[3]]


def test_a_letter_is_written_with_the_failure_and_marked_once(world: World) -> None:
    outbox, letters, now = world.container.store.outbox, world.container.store.letters, world.clock()
    entry = new_entry(OutboxKind.PASSWORD_CHANGED, an_id(), {}, now=now, entry_id="row")
    outbox.put_absent([entry])
    held = outbox.claim(entry.key, now, now + LEASE, "holder")
    assert held is not None
    outbox.claim(entry.key, now + LEASE, now + 2 * LEASE, "another")
    outbox.finish(held, Outcome(OutboxState.FAILED, "late"), now)
    assert letters.number() == (0, True), "whoever lost the lease writes nothing"
    held = outbox.claim(entry.key, now + 2 * LEASE, now + 3 * LEASE, "third")
    assert held is not None

    outbox.finish(held, Outcome(OutboxState.FAILED, "no mailbox ada@example.org"), now)

    [(place, letter)] = letters.newest_first(start=None, forward=True, limit=5).items
    assert (letter.id, letter.key, letter.reason) == (place, entry.key, "no mailbox ***")
    job = new_entry(OutboxKind.REDRIVE, an_id(), {}, now=now, entry_id="job")
    letters.redrive(letter, an_act(world, ActKind.REDRIVE_LETTER, letter.id), job)
    with pytest.raises(StaleError):
        letters.redrive(letter, an_act(world, ActKind.REDRIVE_LETTER, letter.id), job)
    marked = letters.find(letter.id)
    assert marked is not None
    assert marked.redriven_at == now
    assert letters.find("none") is None


def test_accounts_are_listed_by_the_time_they_were_made(world: World) -> None:
    made = []
    for number in range(3):
        email = f"person{number}@example.org"
        world.signed_up(email)
        made.append(world.container.store.accounts.user_id_of(email=email))
        world.clock.advance(timedelta(seconds=1))
    admins = world.container.store.admins

    newest = [user_id for _, user_id in admins.listed(start=None, forward=True, limit=5).items]

    assert newest == made[::-1]
    assert (len(newest), admins.number()) == (3, (3, True))
