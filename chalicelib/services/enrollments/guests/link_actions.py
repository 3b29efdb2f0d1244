"""The buttons of a mailed link's page: what they are, and which of them do something now."""

from datetime import datetime
from enum import StrEnum

from chalicelib.domain.enrollments.deadlines import is_live
from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentStatus
from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_facts import WaitlistMode
from chalicelib.domain.seats import Seats
from chalicelib.services.enrollments.access import Relation
from chalicelib.services.enrollments.rules import Case, ChangeKind, event_is_gone, refusal_of

BEARER = frozenset({Relation.LINK})


class LinkAction(StrEnum):
    CONFIRM = "confirm"  # a hold, an offer, a place that others made; without one: enrol, if a seat is free
    CANCEL = "cancel"
    JOIN = "join"  # the waitlist


def asked_size(enrollment: Enrollment | None, event: Event, wanted: int | None) -> int:
    """For how many people: as it is wanted now, else as before; the event has the last word."""
    return min(wanted or (enrollment.party_size if enrollment else 1), event.facts.largest_party)


def actions(
    enrollment: Enrollment | None, event: Event, seats: Seats, now: datetime, party: int
) -> tuple[LinkAction, ...]:
    """What the bearer can do now, the first one first. The use cases decide in the end: seats go while one looks."""
    case = Case(enrollment=enrollment, event=event, now=now, by=BEARER, party_size=party)
    if enrollment is not None and is_live(enrollment, event, now):
        offered = {LinkAction.CONFIRM: ChangeKind.CONFIRM, LinkAction.CANCEL: ChangeKind.CANCEL}
        if event_is_gone(case):
            return ()
        agrees = enrollment.veiled and enrollment.status is EnrollmentStatus.CONFIRMED
        possible = {action for action, kind in offered.items() if refusal_of(kind, case) is None}
        return tuple(action for action in offered if action in possible or (agrees and action is LinkAction.CONFIRM))
    if refusal_of(ChangeKind.ENROL, case):
        return ()
    if not seats.is_full and seats.free >= party:
        return (LinkAction.CONFIRM,)
    return () if event.facts.waitlist_mode is WaitlistMode.OFF else (LinkAction.JOIN,)
