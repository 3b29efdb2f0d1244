"""Whose mail it is: what somebody made or agreed to is their own, everything else is charged to whoever caused it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.enrollment import (
    Cause,
    Enrollment,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
    enrolled,
)
from chalicelib.domain.outbox.entry import OutboxEntry, OutboxKind, new_entry
from chalicelib.domain.shared.mail_budget import Charge, Line
from chalicelib.services.notifications.mails.kinds import MAIL_KINDS
from chalicelib.services.notifications.mails.mail_budgets import (
    NOBODY_KNOWN,
    OverBudgetError,
    Readership,
    charge_of,
    wait_of,
)
from chalicelib.services.seats.outbox_entries import mail_about

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
ADA_ID = "01JY0000000000000000000000"
KEY = EnrollmentKey("01JZ0000000000000000000000", 0, ADA_ID)
ADA = Person(id=ADA_ID, name="Ada", email="ada@example.org", has_account=True)
KEEPER = Person(id="keeper", name="Kim", email="kim@example.org", has_account=True)


def enrollment(status: EnrollmentStatus = EnrollmentStatus.CONFIRMED, actor: str = ADA_ID, **facts: Any) -> Enrollment:
    return enrolled(KEY, "attempt", Transition(NOW, status, actor, Cause.ENROLLED, "request"), **facts)


def charge(
    made: Enrollment | None,
    kind: OutboxKind = OutboxKind.ENROLLMENT_CONFIRMED,
    *,
    by: str | None = None,
    person: Person = ADA,
    reader: Person = ADA,
    giver: Person | None = None,
    about: dict[str, str] | None = None,
) -> Charge | None:
    found = {"generation": "1"} if about is None else about
    entry = new_entry(kind, person.id, {**found, **({"by": by} if by else {})}, now=NOW, entry_id="mail")
    return charge_of(MAIL_KINDS[kind], entry, made, Readership(person=person, reader=reader, giver=giver))


UNASKED = Charge(Line.UNASKED, "keeper")
ABOUT_PLACES = [
    kind
    for kind, mail in MAIL_KINDS.items()
    if mail.true_while and kind is not OutboxKind.GUEST_LINK and not mail.repeatable
]


@pytest.mark.parametrize("kind", ABOUT_PLACES)
def test_a_place_of_ones_own_is_charged_to_nobody_whatever_becomes_of_it(kind: OutboxKind) -> None:
    assert charge(enrollment(), kind) is None
    assert charge(enrollment(made_by="keeper", acted_at=NOW), kind, giver=KEEPER) is None


@pytest.mark.parametrize("kind", [*ABOUT_PLACES, OutboxKind.EVENT_CHANGED, OutboxKind.ORGANIZER_MESSAGE])
@pytest.mark.parametrize("how", ["made_by", "charged_to"])
def test_what_somebody_else_made_is_charged_to_them_whatever_becomes_of_it(kind: OutboxKind, how: str) -> None:
    facts: dict[str, Any] = {how: "keeper"}
    assert charge(enrollment(actor="keeper", **facts), kind, giver=KEEPER) == UNASKED


@pytest.mark.parametrize("kind", [OutboxKind.EVENT_CHANGED, OutboxKind.ORGANIZER_MESSAGE])
def test_what_is_repeated_about_ones_own_place_is_charged_to_that_place(kind: OutboxKind) -> None:
    assert charge(enrollment(), kind) == Charge(Line.REPEATED, f"{KEY.id} ")


def test_a_mail_again_is_charged_to_whoever_asked_for_it() -> None:
    assert charge(enrollment(), by=ADA_ID) is None
    assert charge(enrollment(), by="organizer") == Charge(Line.REPEATED, f"{KEY.id} organizer")
    unasked = enrollment(made_by="keeper")
    assert charge(unasked, by=ADA_ID, giver=KEEPER) is None
    assert charge(unasked, by="organizer", giver=KEEPER) == Charge(Line.UNASKED, "organizer")


def test_an_address_that_somebody_typed_is_charged_to_their_network() -> None:
    held = enrollment(EnrollmentStatus.PENDING, unproven=True)
    nothing: dict[str, str] = {}
    assert charge(held, OutboxKind.GUEST_LINK, by="network") == Charge(Line.UNASKED, "network")
    for there in (None, enrollment(), held):
        assert charge(there, OutboxKind.GUEST_LINK, by="network", about=nothing) == Charge(Line.UNASKED, "network")
    assert charge(held, OutboxKind.GUEST_LINK) == Charge(Line.UNASKED, NOBODY_KNOWN), "rows of before"


def test_what_a_keeper_reads_instead_of_somebody_is_the_keepers_own() -> None:
    without = Person(id="kid", name="Kit", kept_by="keeper")
    made = enrollment(made_by="keeper")
    assert charge(made, person=without, reader=KEEPER, giver=KEEPER) is None
    changed = charge(made, OutboxKind.EVENT_CHANGED, person=without, reader=KEEPER, giver=KEEPER)
    assert changed == Charge(Line.REPEATED, f"{KEY.id} ")


def test_a_record_with_the_keepers_own_proven_address_is_theirs() -> None:
    kid = Person(id="kid", name="Kit", kept_by="keeper", email="KIM@example.org")
    made = enrollment(made_by="keeper")

    assert charge(made, person=kid, reader=kid, giver=KEEPER) is None
    assert charge(made, person=kid, reader=kid, giver=replace(KEEPER, has_account=False)) == UNASKED
    assert charge(made, person=kid, reader=kid, giver=replace(KEEPER, email="else@example.org")) == UNASKED
    assert charge(made, person=kid, reader=kid, giver=None) == UNASKED


def test_who_acts_on_it_asks_for_its_mails_and_nobody_else_does_it_for_them() -> None:
    made = enrollment(EnrollmentStatus.PENDING, actor="keeper", made_by="keeper")
    confirmed = Transition(NOW, EnrollmentStatus.CONFIRMED, ADA_ID, Cause.HOLD_CONFIRMED, "request")

    assert made.moved(replace(confirmed, actor="organizer")).acted_at is None
    acted = made.moved(confirmed)
    assert acted.acted_at == NOW
    later = replace(confirmed, at=NOW + timedelta(hours=1), status=EnrollmentStatus.CANCELLED)
    assert acted.moved(later).acted_at == NOW
    assert enrollment().moved(confirmed).acted_at is None, "nobody else had made it"


@pytest.mark.parametrize(
    ("cause", "actor", "veiled", "has_acted"),
    [
        (Cause.HOLD_CONFIRMED, ADA_ID, False, True),
        (Cause.ACCEPTED, ADA_ID, False, True),
        (Cause.AGREED, ADA_ID, False, True),
        (Cause.BY_ATTENDEE, ADA_ID, True, True),
        (Cause.DECLINED, ADA_ID, True, True),
        (Cause.HOLD_CONFIRMED, "keeper", True, False),
        (Cause.PROMOTED, "system", True, False),
    ],
)
def test_acting_is_not_agreeing(cause: Cause, actor: str, *, veiled: bool, has_acted: bool) -> None:
    """Mail asks whether somebody has done anything, and what others may see whether they have said yes."""
    made = enrollment(EnrollmentStatus.PENDING, actor="keeper", made_by="keeper", veiled=True)

    after = made.moved(Transition(NOW, EnrollmentStatus.CONFIRMED, actor, cause, "request"))

    assert (after.veiled, after.acted_at is not None) == (veiled, has_acted)
    by = Transition(NOW, EnrollmentStatus.CONFIRMED, "keeper", Cause.ENROLLED, "request")
    again = enrolled(KEY, "again", by, before=after, made_by="keeper", veiled=True)
    assert (again.veiled, again.acted_at) == (veiled, None)


def test_a_new_enrolment_over_an_old_one_is_asked_for_anew() -> None:
    before = enrollment(made_by="keeper", acted_at=NOW)
    by = Transition(NOW, EnrollmentStatus.CONFIRMED, "keeper", Cause.ENROLLED, "request")

    assert not enrolled(KEY, "again", by, before=before, made_by="keeper").is_asked_for


def test_each_wait_is_longer_than_the_one_before_and_none_is_over_before_there_is_room() -> None:
    entry: OutboxEntry = mail_about(enrollment(), "mail")
    waits = []
    for number in range(7):
        tried = replace(entry, about={**entry.about, "waits": str(number)})
        waits.append((wait_of(tried, OverBudgetError(NOW), NOW) - NOW) // timedelta(hours=1))
    assert waits == [1, 2, 4, 8, 24, 24, 24]
    assert wait_of(entry, OverBudgetError(NOW + timedelta(hours=5)), NOW) == NOW + timedelta(hours=5)
