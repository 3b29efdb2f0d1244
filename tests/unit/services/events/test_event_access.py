"""Who may do what with an event: every relation, action and status against the table."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.accounts.account import Principal, Role
from chalicelib.domain.accounts.teams import Membership, TeamRole
from chalicelib.domain.errors import ForbiddenError, NotFoundError
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.services.events.access import MAY, EventAction, EventRelation, may, stop_unless_may, visible

START = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
BOTH = (Role.SEEKER, Role.FACILITATOR)
CALLERS: dict[EventRelation, list[Principal | None]] = {
    EventRelation.ORGANIZER: [Principal("olga", "s", BOTH, email_verified=True)],
    EventRelation.ADMIN: [Principal("root", "s", (Role.ADMIN,), email_verified=True)],
    EventRelation.CHECK_IN: [
        Principal("olga", "", BOTH, email_verified=True, key_id="k", door_of="e"),
        *[
            Principal("maya", "s", BOTH, email_verified=True, teams=(Membership(scope, TeamRole.CHECK_IN, "m"),))
            for scope in ("e", "olga")
        ],
    ],
    **{
        relation: [
            Principal("maya", "s", BOTH, email_verified=True, teams=(Membership(scope, TeamRole(relation), "m"),))
            for scope in ("e", "olga")
        ]
        for relation in (EventRelation.MANAGER, EventRelation.VIEWER)
    },
    EventRelation.ANYBODY: [
        None,
        Principal("maya", "s", BOTH, email_verified=True, teams=(Membership("other", TeamRole.MANAGER, "m"),)),
        Principal("maya", "", (), email_verified=True, via_link=True, teams=(Membership("e", TeamRole.MANAGER, "m"),)),
        Principal("ada", "s", BOTH, email_verified=True),
        Principal("olga", "", (), email_verified=True, via_link=True),
        Principal("root", "", (Role.ADMIN,), email_verified=True, via_link=True),
    ],
}
CASES = [(relation, caller) for relation, callers in CALLERS.items() for caller in callers]


def an_event(status: EventStatus = EventStatus.PUBLISHED) -> Event:
    facts = EventFacts(title="Python Workshop", starts_at=START, ends_at=START + timedelta(hours=3))
    return Event(
        id="e",
        organizer_id="olga",
        facts=facts,
        status=status,
        buckets=1,
        version=1,
        created_at=START,
        updated_at=START,
    )


def sees(caller: Principal | None, event: Event) -> bool:
    try:
        return visible(event, caller) is event
    except NotFoundError:
        return False


def test_the_table_knows_every_action() -> None:
    assert set(MAY) == set(EventAction)


@pytest.mark.parametrize("action", EventAction)
@pytest.mark.parametrize(("relation", "caller"), CASES)
def test_each_may_do_what_the_table_says(
    relation: EventRelation, caller: Principal | None, action: EventAction
) -> None:
    allowed = relation in MAY[action]

    assert may(caller, action, an_event()) is allowed
    if allowed:
        stop_unless_may(caller, action, an_event())
    else:
        with pytest.raises(ForbiddenError):
            stop_unless_may(caller, action, an_event())


@pytest.mark.parametrize("status", EventStatus)
@pytest.mark.parametrize(("relation", "caller"), CASES)
def test_drafts_are_seen_by_who_is_in_charge_and_deleted_events_by_nobody(
    relation: EventRelation, caller: Principal | None, status: EventStatus
) -> None:
    is_listed = status in {EventStatus.PUBLISHED, EventStatus.CANCELLED}
    is_draft = status is EventStatus.DRAFT
    expected = is_listed or (is_draft and relation in MAY[EventAction.SEE_DRAFT])

    assert sees(caller, an_event(status)) is expected


@pytest.mark.parametrize("action", EventAction)
@pytest.mark.parametrize(
    "caller",
    [
        Principal("olga", "", BOTH, email_verified=True, key_id="k", door_of="another"),
        Principal("ada", "", BOTH, email_verified=True, key_id="k", door_of="e"),
        Principal("root", "", (Role.ADMIN,), email_verified=True, key_id="k", door_of="e"),
    ],
)
def test_a_key_for_a_door_is_nothing_at_another_event_and_at_one_that_is_not_its_makers(
    caller: Principal, action: EventAction
) -> None:
    assert not may(caller, action, an_event())
    with pytest.raises(NotFoundError):
        stop_unless_may(caller, action, an_event())


@pytest.mark.parametrize("action", EventAction)
def test_what_somebody_cannot_see_does_not_exist_for_them(action: EventAction) -> None:
    [stranger] = [caller for _, caller in CASES if caller is not None and caller.user_id == "ada"]

    with pytest.raises(NotFoundError):
        stop_unless_may(stranger, action, an_event(EventStatus.DRAFT))
