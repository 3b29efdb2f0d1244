"""Teams in the tables: one item each, with the copies that accounts and logins have, all or nothing."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Account, Claims, Session
from chalicelib.domain.accounts.teams import Invitation, Member, Membership, MemberState, Team, TeamRole
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.teams.ports import AccountChange, TeamChange
from tests.integration.store.stories import HOUR, NOW, an_account, an_id, an_intent, has_account
from tests.support.world import World

MAILBOX = "k1.digest"


def a_member(**fields: object) -> Member:
    member = Member(
        id=an_id(),
        role=TeamRole.CHECK_IN,
        state=MemberState.INVITED,
        since=NOW,
        mailbox=MAILBOX,
        expires_at=NOW + HOUR,
    )
    return replace(member, **fields)  # type: ignore[arg-type]


def an_invitation(team: Team, member: Member) -> Invitation:
    return Invitation(
        member_id=member.id,
        mailbox=member.mailbox,
        email="Door@Example.org",
        owner_id=team.owner_id,
        event_id=team.event_id,
        expires_at=NOW + HOUR,
    )


def a_login(world: World, account: Account, now: datetime = NOW) -> Session:
    session, _ = world.container.accounts.session_factory.start(account, now)
    world.container.store.sessions.add(account, session, [], None)
    return session


def a_change(team: Team, **fields: Any) -> TeamChange:
    """Written over a version of which nothing is known."""
    before = replace(team, version=team.version - 1, members=())
    return TeamChange(before=before, team=team, by=team.owner_id, at=NOW, **fields)


@pytest.fixture
def ada(world: World) -> Account:
    account = an_account(email_verified=True)
    has_account(world, account)
    return account


@pytest.mark.parametrize("event_id", [None, an_id()], ids=["all events", "one event"])
def test_a_team_is_read_as_it_was_written(world: World, event_id: str | None) -> None:
    teams = world.container.store.teams
    empty = Team(owner_id=an_id(), event_id=event_id)
    invited = a_member()
    joined = a_member(state=MemberState.MEMBER, expires_at=None, user_id=an_id(), role=TeamRole.MANAGER)
    team = replace(empty.having(invited, NOW).having(joined, NOW), version=1)

    teams.write(a_change(team))

    assert teams.read([team.scope, an_id()]) == {team.scope: team}
    assert teams.read([]) == {}


def test_a_version_is_written_once(world: World) -> None:
    teams = world.container.store.teams
    first = Team(owner_id=an_id(), event_id=an_id()).having(a_member(), NOW)
    teams.write(a_change(first))
    second = first.having(a_member(), NOW)
    teams.write(a_change(second))

    for late in (first, second, first.having(a_member(), NOW)):
        with pytest.raises(StaleError):
            teams.write(a_change(late, mail=an_intent(OutboxKind.TEAM_INVITATION)))

    assert teams.read([first.scope]) == {first.scope: second}
    assert world.db.snapshot_all("turnout-due") == []


def test_an_invitation_is_found_by_its_mailbox_until_it_is_answered(world: World) -> None:
    teams = world.container.store.teams
    member, other = a_member(), a_member()
    team = Team(owner_id=an_id(), event_id=an_id()).having(member, NOW)
    teams.write(a_change(team, invited=an_invitation(team, member)))
    everywhere = Team(owner_id=team.owner_id).having(other, NOW)
    teams.write(a_change(everywhere, invited=an_invitation(everywhere, other)))

    assert {one.member_id for one in teams.invitations_to(["of no one", MAILBOX])} == {member.id, other.id}
    assert teams.invitation(MAILBOX, member.id) == an_invitation(team, member)
    assert teams.invitations([(MAILBOX, other.id), ("of no one", other.id)]) == {
        other.id: an_invitation(everywhere, other)
    }

    teams.write(a_change(team.without({member.id}, NOW), answered=[(MAILBOX, member.id)]))

    assert teams.invitation(MAILBOX, member.id) is None
    assert [one.member_id for one in teams.invitations_to([MAILBOX])] == [other.id]


def test_account_and_logins_have_what_the_team_has(world: World, ada: Account) -> None:
    store = world.container.store
    session = a_login(world, ada)
    details = store.accounts.details(ada.id)
    assert details
    member = a_member(state=MemberState.MEMBER, user_id=ada.id)
    team = Team(owner_id=an_id(), event_id=an_id()).having(member, NOW)
    held = (Membership(team.scope, member.role, member.id), Membership(an_id(), TeamRole.VIEWER, an_id()))

    store.teams.write(a_change(team, account=AccountChange(details.account, held, details.sessions)))

    changed = store.accounts.details(ada.id)
    assert changed
    assert (changed.account.teams, changed.account.version) == (held, details.account.version + 1)
    found = store.sessions.get(Claims(ada.id, session.id))
    assert found
    assert (found.teams, found.version) == (held, changed.account.version)

    store.teams.write(
        a_change(team.without({member.id}, NOW), account=AccountChange(changed.account, (), changed.sessions))
    )

    after = store.accounts.details(ada.id)
    assert after
    assert after.account == replace(details.account, version=details.account.version + 2)
    assert [one.teams for one in after.sessions] == [()]


def test_a_login_or_a_logout_in_between_makes_it_stale(world: World, ada: Account) -> None:
    store = world.container.store
    a_login(world, ada)
    details = store.accounts.details(ada.id)
    assert details
    team = Team(owner_id=an_id(), event_id=an_id()).having(a_member(), NOW)
    held = (Membership(team.scope, TeamRole.VIEWER, an_id()),)
    late = a_change(team, account=AccountChange(details.account, held, details.sessions))

    a_login(world, details.account)
    with pytest.raises(StaleError):
        store.teams.write(late)

    present = store.accounts.details(ada.id)
    assert present
    store.sessions.end(ada.id, present.sessions[0].id)
    with pytest.raises(StaleError):
        store.teams.write(a_change(team, account=AccountChange(present.account, held, present.sessions)))
    assert store.teams.read([team.scope]) == {}
