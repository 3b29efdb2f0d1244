"""What a transaction does to an enrollment: it, its place in the waitlist and its deadline move together."""

from collections.abc import Sequence
from dataclasses import replace

from pynamodb.expressions.condition import Condition

from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.activity import person_entry
from chalicelib.domain.enrollments.enrollment import TEMPORARY, Enrollment, EnrollmentChange, EnrollmentStatus, charges
from chalicelib.domain.errors import TooManyForOthersError
from chalicelib.domain.seats import Step
from chalicelib.domain.shared.times import stamp
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.tables import (
    AttendeeItem,
    ChargeItem,
    EnrollmentItem,
    HoldItem,
    UsesItem,
    WaitlistItem,
)
from chalicelib.store.dynamo.transactions import RefusedError, Transaction
from chalicelib.store.items.activity import person_item
from chalicelib.store.items.enrollments import enrollment_item, hold_item, waitlist_item
from chalicelib.store.items.people import guest_item


def row_name(number: int) -> str:
    return f"row {number}"


def is_record(name: str) -> bool:
    """Whether an operation of that name is about the record of a person."""
    return name.startswith("record ")


def join_changes(
    transaction: Transaction, changes: Sequence[EnrollmentChange], *, ended_by_event: bool = False
) -> None:
    """`ended_by_event`: what expires is over by its event, which a step of its seats demands."""
    for number, change in enumerate(changes):
        transaction.put(row_name(number), enrollment_item(change.after), _unchanged(change, ended_by_event))
        _join_waitlist(transaction, number, change)
        _join_hold(transaction, number, change)
        _join_person(transaction, number, change)


def charge_name(number: int) -> str:
    return f"charge {number}"


def join_charges(transaction: Transaction, changes: Sequence[EnrollmentChange], most: int) -> None:
    """What is taken for others stays within `most` seats, also when many requests take at once.

    Raises `TooManyForOthersError` for a party that alone is larger.
    """
    for number, ((event_id, person_id), seats) in enumerate(charges(changes).items()):
        if seats > most:
            raise TooManyForOthersError(most)
        within = ChargeItem.pk.does_not_exist() | (ChargeItem.n <= most - seats) if seats > 0 else None
        key = keys.charge(event_id, person_id)
        transaction.update(charge_name(number), ChargeItem, key, [ChargeItem.n.add(seats)], within)


def stop_if_charged_too_much(refused: RefusedError, most: int) -> None:
    """Raises `TooManyForOthersError` if that alone is why the transaction was refused: else it is tried again."""
    if refused.items and all(name.startswith(charge_name(0)[:-1]) for name in refused.items):
        raise TooManyForOthersError(most) from refused


def _unchanged(change: EnrollmentChange, ended_by_event: bool) -> Condition:  # noqa: FBT001
    """The enrollment is as it was read; a deadline is on the side of the clock that the transition needs."""
    before, after = change.before, change.after
    if before is None:
        return EnrollmentItem.pk.does_not_exist()  # one enrollment a person and event, ever
    same: Condition = EnrollmentItem.version == before.version
    if before.status in TEMPORARY and after.status is EnrollmentStatus.EXPIRED and not ended_by_event:
        same &= EnrollmentItem.expires_at <= stamp(after.updated_at)
    elif before.status in TEMPORARY and after.status is EnrollmentStatus.CONFIRMED:
        same &= EnrollmentItem.expires_at > stamp(after.updated_at)
    return same


def join_activity(transaction: Transaction, changes: Sequence[EnrollmentChange], steps: Sequence[Step]) -> None:
    """An entry for each change, which keys name by its version. The `steps` say whether seats are given to nobody."""
    given_up = next((step.capacity for step in steps if step.capacity and step.capacity[0] != step.capacity[1]), None)
    for number, change in enumerate(changes):
        entry = person_entry(change)
        if entry is not None:
            capacity = given_up if number == 0 else None
            transaction.put(f"activity {number}", person_item(replace(entry, capacity=capacity)))


def _join_waitlist(transaction: Transaction, number: int, change: EnrollmentChange) -> None:
    old, new = _place(change.before), _place(change.after)
    if new is not None:
        absent = WaitlistItem.pk.does_not_exist() if old != new else WaitlistItem.pk.exists()
        transaction.put(f"queue {number}", waitlist_item(change.after), absent)
    if old is not None and old != new:
        transaction.delete(
            f"old queue {number}", WaitlistItem, old, WaitlistItem.pk.exists()
        )  # two promoters: one wins


def _join_hold(transaction: Transaction, number: int, change: EnrollmentChange) -> None:
    old, new = _deadline(change.before), _deadline(change.after)
    if old == new and change.seats == 0:
        return
    if old is not None and old != new:
        transaction.delete(f"old hold {number}", HoldItem, old, HoldItem.pk.exists())
    if new is not None:
        transaction.put(f"hold {number}", hold_item(change.after))


def _join_person(transaction: Transaction, number: int, change: EnrollmentChange) -> None:
    """A kept record must be there when its person is enrolled, and knows of it; a guest gets the name they proved.

    Of somebody who said no address at the door there is a record that says nothing: the name is the enrollment's.
    """
    person_id = change.after.key.attendee_id
    if change.kept_by is not None:
        is_kept = AttendeeItem.kept_by == change.kept_by  # a deleted record is nobody's
        transaction.check(f"record {number}", AttendeeItem, keys.attendee(person_id), is_kept)
        partition, _ = keys.enrollment(change.after.key)
        counted = [UsesItem.number.add(1), UsesItem.partitions.add({partition})]
        transaction.update(f"uses {number}", UsesItem, keys.uses(person_id), counted)
    elif change.is_first_contact:
        somebody = guest_item(Person(id=person_id, name=""), change.after.enrolled_at)
        transaction.put(f"record {number}", somebody, AttendeeItem.pk.does_not_exist())
    elif change.proven_name is not None:
        named = [AttendeeItem.own_name.set(change.proven_name)]
        transaction.update(f"record {number}", AttendeeItem, keys.attendee(person_id), named, AttendeeItem.pk.exists())


def _place(enrollment: Enrollment | None) -> Key | None:
    if enrollment is None or enrollment.status is not EnrollmentStatus.WAITLISTED or enrollment.waitlist_number is None:
        return None
    return keys.waitlist_place(enrollment.key.event_id, enrollment.waitlist_number)


def _deadline(enrollment: Enrollment | None) -> Key | None:
    if enrollment is None or enrollment.status not in TEMPORARY or enrollment.expires_at is None:
        return None
    return keys.hold(enrollment.key, enrollment.expires_at)
