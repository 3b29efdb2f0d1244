"""Every rule against every change: a case that one rule refuses is refused by the changes whose row names the rule."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.enrollments import Cause, Enrollment, EnrollmentKey, EnrollmentStatus, Transition, enrolled
from chalicelib.domain.event_facts import EventFacts
from chalicelib.domain.events import Event, EventStatus
from chalicelib.services.enrollments import rules
from chalicelib.services.enrollments.rules import RULES, Case, ChangeKind, Rule, refusal_of

START = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOW = START - 5 * HOUR
FACTS = EventFacts(title="Python Workshop", starts_at=START, ends_at=START + 3 * HOUR, party_max=3)
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


def with_status(status: EnrollmentStatus) -> Enrollment:
    by = Transition(NOW - HOUR, status, "ada", Cause.ENROLLED, "r")
    until = NOW + HOUR if status in {EnrollmentStatus.PENDING, EnrollmentStatus.OFFERED} else None
    return enrolled(EnrollmentKey.of("e", 1, "ada"), "a", by, expires_at=until)


def case_of(kind: ChangeKind) -> Case:
    """One in which the change is possible."""
    status = {
        ChangeKind.CONFIRM: EnrollmentStatus.PENDING,
        ChangeKind.PROMOTE: EnrollmentStatus.WAITLISTED,
    }.get(kind, EnrollmentStatus.CONFIRMED)
    return Case(enrollment=with_status(status), event=EVENT, now=NOW)


def with_event(case: Case, facts: EventFacts = FACTS, status: EventStatus = EventStatus.PUBLISHED) -> Case:
    return replace(case, event=replace(EVENT, facts=facts, status=status))


def after_the_end(case: Case) -> Case:
    """Whoever may be late is only stopped by the end, which also ends the enrolling."""
    return with_event(replace(case, may_be_late=True), replace(FACTS, starts_at=NOW - 3 * HOUR, ends_at=NOW - HOUR))


BROKEN: dict[Rule, tuple[Callable[[Case], Case], frozenset[Rule]]] = {
    rules.event_is_gone: (after_the_end, frozenset({rules.enrolling_is_closed})),
    rules.event_is_cancelled: (
        lambda case: with_event(case, status=EventStatus.CANCELLED),
        frozenset({rules.event_is_gone, rules.enrolling_is_closed}),
    ),
    rules.enrolling_is_closed: (
        lambda case: with_event(case, replace(FACTS, enrollment_closes_at=NOW - HOUR)),
        frozenset({rules.time_is_up}),  # a hold is over when enrolling closes
    ),
    rules.event_has_started: (
        lambda case: with_event(case, replace(FACTS, starts_at=NOW - HOUR)),
        frozenset({rules.enrolling_is_closed, rules.time_is_up}),
    ),
    rules.party_is_too_large: (lambda case: replace(case, party_size=4), frozenset()),
    rules.enrollment_is_over: (
        lambda case: replace(case, enrollment=with_status(EnrollmentStatus.CANCELLED)),
        frozenset({rules.nothing_is_kept, rules.not_confirmed, rules.not_waitlisted}),
    ),
    rules.time_is_up: (
        lambda case: replace(case, enrollment=replace(with_status(EnrollmentStatus.PENDING), expires_at=NOW)),
        frozenset({rules.enrollment_is_over, rules.not_confirmed, rules.not_waitlisted}),
    ),
    rules.nothing_is_kept: (
        lambda case: replace(case, enrollment=with_status(EnrollmentStatus.CONFIRMED)),
        frozenset({rules.not_waitlisted}),
    ),
    rules.not_confirmed: (
        lambda case: replace(case, enrollment=with_status(EnrollmentStatus.OFFERED)),
        frozenset({rules.not_waitlisted}),
    ),
    rules.not_waitlisted: (
        lambda case: replace(case, enrollment=with_status(EnrollmentStatus.PENDING)),
        frozenset({rules.not_confirmed}),
    ),
    rules.is_waitlisted: (
        lambda case: replace(case, enrollment=with_status(EnrollmentStatus.WAITLISTED)),
        frozenset({rules.nothing_is_kept, rules.not_confirmed}),
    ),
    rules.is_checked_in: (
        lambda case: replace(
            case, enrollment=replace(with_status(EnrollmentStatus.CONFIRMED), checked_in_at=NOW - HOUR)
        ),
        frozenset({rules.nothing_is_kept, rules.not_waitlisted}),
    ),
}


def test_every_rule_is_tried_and_every_change_has_its_row() -> None:
    assert set(BROKEN) == {rule for row in RULES.values() for rule in row}
    assert set(RULES) == set(ChangeKind)


@pytest.mark.parametrize("kind", ChangeKind)
def test_what_no_rule_speaks_against_is_possible(kind: ChangeKind) -> None:
    assert refusal_of(kind, case_of(kind)) is None


@pytest.mark.parametrize("kind", ChangeKind)
@pytest.mark.parametrize("rule", BROKEN, ids=lambda rule: rule.__name__)
def test_a_change_is_refused_by_the_rules_of_its_row_only(rule: Rule, kind: ChangeKind) -> None:
    broken, implied = BROKEN[rule]
    case = broken(case_of(kind))
    assert rule(case) is not None

    speaking = [one for one in RULES[kind] if one in {rule, *implied}]
    refusal = refusal_of(kind, case)

    expected = speaking[0](case) if speaking else None
    assert type(refusal) is type(expected)
    assert str(refusal) == str(expected)


@pytest.mark.parametrize("kind", ChangeKind)
def test_who_is_in_charge_is_never_too_late_to_change_something_before_the_end(kind: ChangeKind) -> None:
    case = with_event(replace(case_of(kind), may_be_late=True), replace(FACTS, starts_at=NOW - HOUR))

    assert rules.event_has_started(case) is None


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
    by = Transition(NOW - HOUR, status, "ada", cause, "r")
    late = enrolled(EnrollmentKey.of("e", 1, "ada"), "a", by, expires_at=NOW)

    refusal = refusal_of(ChangeKind.CONFIRM, replace(case_of(ChangeKind.CONFIRM), enrollment=late))

    assert refusal is not None
    assert refusal.code == code
