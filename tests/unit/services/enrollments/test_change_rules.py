"""Every rule against every change and every caller: it refuses those whom its row says that it binds, and no others."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.enrollments.enrollment import (
    Cause,
    Enrollment,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
    enrolled,
)
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts, WaitlistMode
from chalicelib.services.enrollments import rules
from chalicelib.services.enrollments.access import IN_CHARGE, Relation
from chalicelib.services.enrollments.rules import EVERYBODY, OTHERS, RULES, Case, ChangeKind, Rule, refusal_of

START = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOW = START - 2 * HOUR
FACTS = EventFacts(title="Python Workshop", starts_at=START, ends_at=START + 3 * HOUR, party_max=3, walk_ins=True)
EVENT = Event(
    id="e",
    organizer_id="olga",
    facts=FACTS,
    status=EventStatus.PUBLISHED,
    buckets=1,
    version=1,
    created_at=NOW,
    updated_at=NOW,
)


PERSON = frozenset({Relation.PERSON})
CALLERS = [
    frozenset(),
    *(frozenset({one}) for one in Relation),
    frozenset({Relation.PERSON, Relation.ORGANIZER}),
    frozenset({Relation.PERSON, Relation.KEEPER}),
]


def with_status(status: EnrollmentStatus, cause: Cause = Cause.ENROLLED) -> Enrollment:
    by = Transition(NOW - HOUR, status, "ada", cause, "r")
    until = NOW + HOUR if status in {EnrollmentStatus.PENDING, EnrollmentStatus.OFFERED} else None
    return enrolled(EnrollmentKey.of("e", 1, "ada"), "a", by, expires_at=until)


def given_on() -> Enrollment:
    """The seat of somebody who had not come."""
    by = Transition(NOW - HOUR, EnrollmentStatus.CANCELLED, "system", Cause.NO_SHOW, "r")
    return with_status(EnrollmentStatus.CONFIRMED).moved(by, no_show_at=NOW - HOUR)


def case_of(kind: ChangeKind) -> Case:
    """One in which the change is possible."""
    status = {
        ChangeKind.CONFIRM: EnrollmentStatus.PENDING,
        ChangeKind.PROMOTE: EnrollmentStatus.WAITLISTED,
    }.get(kind, EnrollmentStatus.CONFIRMED)
    return Case(enrollment=with_status(status), event=EVENT, now=NOW, by=PERSON)


def with_event(case: Case, facts: EventFacts = FACTS, status: EventStatus = EventStatus.PUBLISHED) -> Case:
    return replace(case, event=replace(EVENT, facts=facts, status=status))


def ended(case: Case, ago: timedelta) -> Case:
    return with_event(case, replace(FACTS, starts_at=NOW - ago - HOUR, ends_at=NOW - ago))


ENDED = frozenset({rules.enrolling_is_closed, rules.event_has_started})
NO_PLACE = frozenset({rules.not_confirmed, rules.was_not_confirmed, rules.never_had_a_place})
BROKEN: dict[Rule, tuple[Callable[[Case], Case], frozenset[Rule]]] = {
    rules.event_is_gone: (lambda case: ended(case, HOUR), ENDED),
    rules.enrolling_is_over: (lambda case: ended(case, timedelta(hours=24)), ENDED | {rules.event_is_gone}),
    rules.event_is_cancelled: (
        lambda case: with_event(case, status=EventStatus.CANCELLED),
        frozenset({rules.event_is_gone, rules.enrolling_is_closed, rules.enrolling_is_over}),
    ),
    rules.enrolling_is_closed: (
        lambda case: with_event(case, replace(FACTS, enrollment_closes_at=NOW - HOUR)),
        frozenset({rules.time_is_up}),  # a hold is over when enrolling closes
    ),
    rules.event_has_started: (
        lambda case: with_event(case, replace(FACTS, starts_at=NOW - HOUR)),
        frozenset({rules.enrolling_is_closed, rules.time_is_up}),
    ),
    rules.walk_ins_are_off: (lambda case: with_event(case, replace(FACTS, walk_ins=False)), frozenset()),
    rules.too_early_for_walk_ins: (
        lambda case: with_event(case, replace(FACTS, starts_at=NOW + 4 * HOUR, ends_at=NOW + 5 * HOUR)),
        frozenset(),
    ),
    rules.party_is_too_large: (lambda case: replace(case, party_size=4), frozenset()),
    rules.enrollment_is_over: (
        lambda case: replace(case, enrollment=with_status(EnrollmentStatus.CANCELLED)),
        NO_PLACE | {rules.nothing_is_kept, rules.not_waitlisted},
    ),
    rules.time_is_up: (
        lambda case: replace(case, enrollment=replace(with_status(EnrollmentStatus.PENDING), expires_at=NOW)),
        NO_PLACE | {rules.enrollment_is_over, rules.not_waitlisted},
    ),
    rules.nothing_is_kept: (
        lambda case: replace(case, enrollment=with_status(EnrollmentStatus.CONFIRMED)),
        frozenset({rules.not_waitlisted}),
    ),
    rules.not_confirmed: (
        lambda case: replace(case, enrollment=with_status(EnrollmentStatus.OFFERED)),
        NO_PLACE | {rules.not_waitlisted},
    ),
    rules.was_not_confirmed: (
        lambda case: replace(case, enrollment=given_on()),
        frozenset({rules.not_confirmed, rules.not_waitlisted, rules.nothing_is_kept, rules.enrollment_is_over}),
    ),
    rules.never_had_a_place: (
        lambda case: replace(case, enrollment=with_status(EnrollmentStatus.OFFERED)),
        NO_PLACE | {rules.not_waitlisted},
    ),
    rules.not_waitlisted: (lambda case: replace(case, enrollment=with_status(EnrollmentStatus.PENDING)), NO_PLACE),
    rules.waitlist_is_off: (
        lambda case: with_event(case, replace(FACTS, waitlist_mode=WaitlistMode.OFF)),
        frozenset(),
    ),
    rules.is_waitlisted: (
        lambda case: replace(case, enrollment=with_status(EnrollmentStatus.WAITLISTED)),
        NO_PLACE | {rules.nothing_is_kept},
    ),
    rules.is_checked_in: (
        lambda case: replace(
            case, enrollment=replace(with_status(EnrollmentStatus.CONFIRMED), checked_in_at=NOW - HOUR)
        ),
        frozenset({rules.nothing_is_kept, rules.not_waitlisted}),
    ),
}


def test_every_rule_is_tried_and_every_change_has_its_row() -> None:
    assert set(BROKEN) == {clause.rule for row in RULES.values() for clause in row}
    assert set(RULES) == set(ChangeKind)


@pytest.mark.parametrize("by", CALLERS, ids=lambda by: "+".join(sorted(by)) or "stranger")
@pytest.mark.parametrize("kind", ChangeKind)
def test_what_no_rule_speaks_against_is_possible(kind: ChangeKind, by: frozenset[Relation]) -> None:
    assert refusal_of(kind, replace(case_of(kind), by=by)) is None


@pytest.mark.parametrize("kind", ChangeKind)
@pytest.mark.parametrize("rule", BROKEN, ids=lambda rule: rule.__name__)
def test_a_change_is_refused_by_the_rules_of_its_row_to_those_whom_they_bind(rule: Rule, kind: ChangeKind) -> None:
    broken, implied = BROKEN[rule]
    for by in CALLERS:
        case = replace(broken(case_of(kind)), by=by)
        assert rule(case) is not None

        speaking = [one for one in RULES[kind] if one.rule in {rule, *implied} and not by - one.binds]
        refusal = refusal_of(kind, case)

        expected = speaking[0].rule(case) if speaking else None
        assert (type(refusal), str(refusal)) == (type(expected), str(expected)), by


@pytest.mark.parametrize("kind", ChangeKind)
def test_who_is_in_charge_is_never_too_late_to_change_something_before_the_end(kind: ChangeKind) -> None:
    """Whoever else they are. What guests ask for is asked by nobody who is in charge; holds end with the start."""
    started = with_event(case_of(kind), replace(FACTS, starts_at=NOW - HOUR))

    for by in CALLERS:
        refusal = refusal_of(kind, replace(started, by=by))
        assert refusal is None or not by & IN_CHARGE or kind in {ChangeKind.ASK_AS_GUEST, ChangeKind.CONFIRM}, by


def test_a_rule_binds_everybody_or_all_but_those_in_charge() -> None:
    assert {clause.binds for row in RULES.values() for clause in row} == {EVERYBODY, OTHERS}


@pytest.mark.parametrize(("ago", "refused"), [(30, True), (59, True), (60, True), (61, False), (90, False)])
def test_a_scan_from_before_the_seat_was_given_on_is_good(ago: int, *, refused: bool) -> None:
    case = replace(case_of(ChangeKind.CHECK_IN), enrollment=given_on(), scanned_at=NOW - timedelta(minutes=ago))

    assert (refusal_of(ChangeKind.CHECK_IN, case) is not None) is refused
    assert refusal_of(ChangeKind.UNDO_CHECK_IN, case) is None


@pytest.mark.parametrize(
    ("status", "cause", "code"),
    [
        (EnrollmentStatus.PENDING, Cause.HELD, "hold_expired"),
        (EnrollmentStatus.OFFERED, Cause.OFFERED, "offer_expired"),
        (EnrollmentStatus.EXPIRED, Cause.HOLD_EXPIRED, "hold_expired"),
        (EnrollmentStatus.EXPIRED, Cause.OFFER_EXPIRED, "offer_expired"),
    ],
)
def test_what_is_too_late_to_confirm_says_whether_it_was_offered(
    status: EnrollmentStatus, cause: Cause, code: str
) -> None:
    late = replace(with_status(status, cause), expires_at=NOW)
    if status is EnrollmentStatus.EXPIRED:
        was = EnrollmentStatus.PENDING if cause is Cause.HOLD_EXPIRED else EnrollmentStatus.OFFERED
        late = with_status(was).moved(Transition(NOW, status, "system", cause, "r"))

    refusal = refusal_of(ChangeKind.CONFIRM, replace(case_of(ChangeKind.CONFIRM), enrollment=late))

    assert refusal is not None
    assert refusal.code == code
